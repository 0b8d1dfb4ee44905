"""What begins by the calendar: once, and not on top of what somebody holds."""

from datetime import timedelta

import pytest

from bot.notices.running import SuiteEnded
from bot.ports.pipelines import RunState
from bot.suites.values import Stage, Trigger, Verdict
from tests.support.suites import CATALOG, CEM, RED, a_team, by, ended, holds, leases


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


async def test_a_schedule_fires_once_and_skips_what_is_held(team):
    team.clock.advance(timedelta(hours=1, minutes=1))  # from nine o'clock
    await holds(team, CEM)
    await team.schedules.fire({})
    await team.schedules.fire({})
    skipped = await team.suites.history("api")
    assert [(run.trigger, run.verdict) for run in skipped] == [(Trigger.SCHEDULE, Verdict.SKIPPED)]


async def test_a_schedule_that_could_not_be_carried_out_is_told_to_its_channel(valkey, tmp_path):
    """Nobody else would hear of it."""
    talked_of = CATALOG.replace(b"[payments, orders] }", b'[payments, orders], announce: "#integration" }')
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db", talked_of) as team:
        team.clock.advance(timedelta(minutes=31))
        await team.schedules.fire({})
        await team.work(until=timedelta(seconds=3))
        [run] = await team.suites.history("nightly")
        await ended(team, run, RunState.FAILED, RED[:-30])
        [told] = await team.told("#integration")
        assert isinstance(told, SuiteEnded)
        assert (told.run.verdict, told.run.failed) == ("infrastructure", 1)


async def test_a_schedule_that_waits_holds_nothing_once_it_has_begun(team):
    await holds(team, CEM)
    team.clock.advance(timedelta(minutes=31))
    await team.schedules.fire({})
    [run] = await team.suites.history("nightly")
    assert run.stage is Stage.WAITING
    [held] = [each for each in (await leases(team)).values() if each.person == CEM]
    await team.reservations.release(held.id, caller=by(CEM, "done"))
    await team.work(until=timedelta(seconds=3))
    assert (await team.suites.of(run.id)).stage is Stage.RUNNING
    assert await leases(team) == {}
