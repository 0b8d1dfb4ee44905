"""Clients of the session's Valkey, and a database for each test."""

import pytest
import pytest_asyncio

from bot.runtime.database import open_database
from bot.runtime.redis import Keys, open_redis
from tests.support.migrated import bring_up_to_date

BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
"""For what must hold on PostgreSQL as on SQLite."""


@pytest_asyncio.fixture
async def redis(valkey):
    client = await open_redis(valkey.url)
    yield client
    await client.aclose()


@pytest.fixture
def keys():
    return Keys("test")


@pytest.fixture
def database_url(request, tmp_path):
    if getattr(request, "param", "sqlite") == "postgres":
        return request.getfixturevalue("postgres")
    return f"sqlite+aiosqlite:///{tmp_path}/test.db"


@pytest_asyncio.fixture
async def database(database_url):
    """All that the migrations make."""
    await bring_up_to_date(database_url)
    opened = await open_database(database_url)
    yield opened
    await opened.close()
