"""The card of a deployment that failed quotes what its run said last."""

from datetime import timedelta

import pytest

from bot.ports.pipelines import RunState
from tests.support.deploying import a_team, begun


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


@pytest.mark.parametrize(
    ("log", "why"),
    [
        ({}, "its pipeline ended as failed"),
        (
            {"step-1": b"ok\nerror: disk full, token=abcdef12345\n"},
            "its pipeline ended as failed, its log with “error: disk full, token=[redacted]”",
        ),
    ],
    ids=["no log", "a log"],
)
async def test_what_failed_says_with_which_words(team, log, why):
    deployment = await begun(team)
    team.vendor.began[deployment.run.id].logs = log
    team.vendor.advance(deployment.run, RunState.FAILED)
    await team.work(until=timedelta(minutes=1))
    assert (await team.deployments.of(deployment.id)).why == why
