"""What is kept of a run that reported nothing: how it ended, and the last lines that it printed."""

import pytest

from bot.ports.pipelines import RunState
from tests.support.suites import RED, a_team, begun, ended


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


async def test_of_a_run_without_a_report_is_kept_how_it_ended_and_what_it_printed_last(team):
    run = await begun(team)
    lines = [f"step {number}" for number in range(40)]
    said = "\n".join([*lines, "\x1b[31mpytest: not found\x1b[0m", "API_TOKEN=ghp_" + "a1B2" * 9])
    began = team.vendor.began[run.run.id]
    began.logs = {step.id: said.encode() for step in began.status.steps}
    run = await ended(team, run, RunState.FAILED)
    assert run.why == "it reported no tests"
    first, *rest = run.printed.splitlines()
    assert (first, rest[0], rest[-2:]) == ("failed", "step 27", ["pytest: not found", "API_TOKEN=[redacted]"])


async def test_of_a_run_with_a_report_nothing_that_it_printed_is_kept(team):
    run = await ended(team, await begun(team), RunState.FAILED, RED)
    assert run.printed == ""
