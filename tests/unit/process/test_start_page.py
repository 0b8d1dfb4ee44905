import pytest
from pydantic import SecretStr

from bot.bootstrap.start_page import stores_of
from bot.settings import Settings

REDIS, SQL = SecretStr("redis://127.0.0.1:1"), SecretStr("sqlite:///x.db")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Redis is embedded, SQL is embedded"),
        ({"redis_url": REDIS}, "Redis is external, SQL is embedded"),
        ({"database_url": SQL}, "Redis is embedded, SQL is external"),
    ],
    ids=["nothing", "redis", "sql"],
)
def test_the_start_page_says_whose_each_store_is(given, sentence):
    assert stores_of(Settings(_env_file=None, **given)) == sentence  # pyright: ignore[reportCallIssue] - taken at run time
