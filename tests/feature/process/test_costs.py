"""signalbox costs, and what doctor says of the model."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from inline_snapshot import snapshot
from pydantic import SecretStr

from bot.cli.app import run
from bot.cli.check_vendors import vendors
from bot.diagnosis.narration.costs import Amount
from bot.diagnosis.narration.spending import Spending
from bot.migrations.run import upgrade
from bot.ports.model import Usage
from bot.runtime.database import open_database
from bot.runtime.folder import prepare
from bot.settings import Settings, load, variable_of
from tests.support.vendors.claude import KEY, Script, claude_api
from tests.support.vendors.server import served


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    for field in Settings.model_fields:
        monkeypatch.delenv(variable_of(field), raising=False)
    monkeypatch.chdir(tmp_path)


async def _spend():
    settings = load()
    prepare(settings.data_dir)
    await upgrade(settings.database_address())
    database = await open_database(settings.database_address())
    spending, limit = Spending(database, settings.workspace_id), Amount(10**9, 10**9)
    for day in (24, 25):
        now = datetime(2026, 11, day, 23, 59, tzinfo=UTC)
        reserved = await spending.reserve(Amount(50_000, 400_000), limit, now)
        assert reserved is not None
        await spending.settle(reserved, Amount(13_200, 61_234), Usage(9_000, 3_000, 1_000, 200))
        await spending.ended(now, told=day == 24)
    await database.close()


def test_what_models_cost_is_shown_by_day_with_what_they_may_cost(capsys):
    asyncio.run(_spend())
    assert run(["costs"]) == 0
    assert capsys.readouterr().out == snapshot("""\
day (UTC)   diagnoses  told  rounds    read  cached  written  dollars
2026-11-25          1     0       1  10,000   3,000      200     0.06
2026-11-24          1     1       1  10,000   3,000      200     0.06
2 days              2     1       2  20,000   6,000      400     0.12

A day may cost $10.00 and 5,000,000 tokens, a diagnosis $1.00 and 300,000.
""")
    assert run(["costs", "--json", "--days", "1"]) == 0
    assert json.loads(capsys.readouterr().out) == snapshot(
        [
            {
                "day": "2026-11-25",
                "diagnoses": 1,
                "told": 0,
                "rounds": 1,
                "input_tokens": 10000,
                "cached_tokens": 3000,
                "output_tokens": 200,
                "dollars": 0.0612,
            }
        ]
    )


@pytest.mark.parametrize(
    "line",
    ["costs", "rca accuracy", "rca explain 418", "token list", "token revoke ci", "tracing check"],
)
def test_what_only_reads_makes_nothing_where_nothing_is_kept(capsys, tmp_path, line):
    assert run(line.split()) == 1
    told = capsys.readouterr()
    assert f"There is no data in {tmp_path / '.signalbox'}: run it where `signalbox up` runs, or set" in told.err
    assert told.out == ""
    assert list(tmp_path.iterdir()) == []


def test_nobody_was_asked_so_far(capsys):
    assert run(["migrate"]) == 0
    capsys.readouterr()
    assert run(["costs"]) == 0
    assert capsys.readouterr().out == "No model was asked so far. ANTHROPIC_API_KEY is not set.\n"


@pytest.mark.parametrize(
    ("key", "model", "level", "says"),
    [
        (KEY, "claude-opus-5-5", "ok", "the key is taken, and claude-opus-5-5 is there"),
        (KEY, "claude-of-tomorrow", "fail", "HTTP 404"),
        ("sk-ant-other-key-entirely", "claude-opus-5-5", "fail", "HTTP 401"),
    ],
)
async def test_doctor_asks_whether_the_model_is_there(key, model, level, says):
    async with served(claude_api(Script())) as (address,):
        settings = Settings(anthropic_api_key=SecretStr(key), anthropic_base_url=address, model=model)
        (finding,) = await vendors(settings)
    assert (finding.name, finding.level) == ("claude", level)
    assert says in finding.says
    assert key not in finding.says


async def test_doctor_says_nothing_of_a_model_that_nobody_set_up():
    assert await vendors(Settings()) == []
