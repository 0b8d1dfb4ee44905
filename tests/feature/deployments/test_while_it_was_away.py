"""What was deployed while Signalbox was not running is found when it is back: told once, as what it is."""

from datetime import timedelta

import pytest

from bot.deployments.values import Watch
from bot.notices.model import BypassQuestion, BypassTold
from bot.ports.fake_pipelines import Began
from bot.ports.health import Probe
from bot.ports.pipelines import Pipeline, Run, RunRequest, RunState, RunStatus
from bot.telemetry.queries import Heard
from handlers.views.render import render
from tests.support.deploying import ANA, CEM, PAYMENTS, a_team, brought, by, holds

ADDRESS = "http://payments.test/health"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
PIPELINE = Pipeline("local", "shop/payments", "deploy")


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


def runs(team, version, *, well=True):
    team.health.said[ADDRESS] = Probe(well=well, version=version)


async def looks(team, times=1):
    for _ in range(times):
        await team.sightings.look({})
        await team.work()


async def is_away(team, length=HOUR):
    """From the last look until the next one. Gives when that was."""
    left = team.clock.now()
    team.clock.advance(length)
    return left


async def asked(team, person=ANA):
    return [each for each in await team.told(person) if isinstance(each, BypassQuestion)]


async def all_of(team):
    return await team.deployments.history("payments", "integration")


async def test_another_version_than_the_last_one_known_is_asked_about_once_with_the_time_in_which_it_came(team):
    runs(team, "1.4.0")
    await looks(team)
    left = await is_away(team)
    runs(team, "1.5.0")
    await looks(team, 3)
    [question] = await asked(team)
    assert (question.before, question.version, question.missed_since, question.seen) == (
        "1.4.0",
        "1.5.0",
        left,
        team.clock.now(),
    )
    said = render(question).blocks[0]["text"]["text"]
    assert "between <!date^" in said
    assert "while Signalbox did not look, without a reservation. Was that you?" in said


async def test_whoever_holds_it_and_the_channel_are_told_the_same(team):
    await holds(team, CEM)
    runs(team, "1.4.0")
    await looks(team)
    left = await is_away(team, 10 * MINUTE)
    runs(team, "1.5.0")
    await looks(team)
    [told] = [each for each in await team.told(CEM) if isinstance(each, BypassTold)]
    assert told.missed_since == left
    [question] = await asked(team)
    await team.sightings.answer(question.id, mine=False, caller=by(ANA))
    assert (await team.told("#integration"))[-1].missed_since == left


async def test_a_version_that_was_brought_earlier_and_replaced_has_not_come_back_by_itself(team):
    await brought(team, "1.5.0")
    runs(team, "1.5.0")
    await team.work(until=5 * MINUTE)
    await brought(team, "1.6.0", request="next")
    runs(team, "1.6.0")
    await team.work(until=5 * MINUTE)
    await looks(team)
    await is_away(team)
    runs(team, "1.5.0")
    await looks(team, 2)
    [question] = await asked(team)
    assert (question.before, question.version) == ("1.6.0", "1.5.0")


async def test_the_version_of_a_deployment_that_was_the_last_one_is_that_deployments(team):
    runs(team, "1.4.0")
    await looks(team)
    await brought(team, "1.5.0")
    await is_away(team)
    runs(team, "1.5.0")
    await looks(team, 2)
    assert await asked(team) == []
    assert (await team.deployments.running(PAYMENTS)).by == ANA


async def test_what_comes_later_came_while_it_ran(team):
    runs(team, "1.4.0")
    await looks(team)
    await is_away(team)
    await looks(team)
    team.clock.advance(MINUTE)
    runs(team, "1.5.0")
    await looks(team)
    [question] = await asked(team)
    assert question.missed_since is None


@pytest.mark.parametrize(("after", "missed"), [(2, True), (6, False)])
async def test_what_is_first_heard_soon_after_the_start_came_while_it_was_away(team, after, missed):
    team.heard.voices = [Heard("orders", "integration", "1.4.0", team.clock.now(), team.clock.now())]
    await looks(team)
    left = await is_away(team)
    for _ in range(after // 2):
        await looks(team)
        team.clock.advance(2 * MINUTE)
    team.heard.voices = [Heard("orders", "integration", "1.5.0", team.clock.now(), team.clock.now())]
    await looks(team, 2)
    [question] = await asked(team)
    assert question.missed_since == (left if missed else None)


async def test_a_short_restart_is_no_absence_and_the_very_first_start_asks_nobody(team):
    runs(team, "1.4.0")
    await looks(team)
    assert await team.attendance.look() is None
    team.clock.advance(2 * MINUTE)
    runs(team, "1.5.0")
    await looks(team)
    [question] = await asked(team)
    assert question.missed_since is None


async def test_a_service_that_was_looked_at_since_has_no_change_that_was_missed(team):
    runs(team, "1.4.0")
    await looks(team)
    await is_away(team)
    await looks(team)
    seen = await team.deployments.running(PAYMENTS)
    assert (seen.since, seen.seen_at) == (team.clock.now() - HOUR, team.clock.now())


def pressed(team, version, *, ended, number="77", actor="cem"):
    """Somebody has run the pipeline that deploys payments. ended: so long ago."""
    run = Run(PIPELINE, f"run-{number}", number, f"https://ci.example/runs/{number}")
    at = team.clock.now() - ended
    status = RunStatus(run, RunState.SUCCEEDED, commit=version, actor=actor, started_at=at - MINUTE, finished_at=at)
    team.vendor.began[run.id] = Began(RunRequest(PIPELINE, "", {}), status)


async def test_a_run_that_ended_meanwhile_is_a_deployment_of_whoever_began_it(team):
    runs(team, "1.4.0")
    await looks(team)
    await is_away(team, 3 * HOUR)
    pressed(team, "1.5.0", ended=2 * HOUR)
    runs(team, "1.5.0")
    await looks(team, 2)
    [found] = await all_of(team)
    assert (found.by, found.version, found.before, found.watch) == (CEM, "1.5.0", "1.4.0", Watch.WATCHING)
    assert found.note.endswith("while Signalbox did not look")
    assert await asked(team) == []


async def test_of_several_such_runs_each_has_its_own_version_and_the_last_one_runs(team):
    await team.unannounced.look({})
    await is_away(team, 3 * HOUR)
    pressed(team, "1.5.0", ended=2 * HOUR)
    pressed(team, "1.6.0", ended=HOUR, number="78", actor="ana")
    runs(team, "1.6.0")
    await team.unannounced.look({})
    await team.work()
    assert [(each.by, each.version, each.before) for each in await all_of(team)] == [
        (ANA, "1.6.0", "1.5.0"),
        (CEM, "1.5.0", ""),
    ]
    assert (await team.deployments.running(PAYMENTS)).version == "1.6.0"


async def test_what_ended_before_it_was_away_is_history(team):
    await team.unannounced.look({})
    pressed(team, "1.5.0", ended=HOUR)
    await is_away(team)
    await team.unannounced.look({})
    assert await all_of(team) == []


async def test_what_the_gate_says_now_is_no_matter_of_a_run_that_ended_while_nobody_looked(team):
    await team.unannounced.look({})
    await is_away(team, 3 * HOUR)
    pressed(team, "1.5.0", ended=2 * HOUR)
    await holds(team, CEM)
    await team.unannounced.look({})
    [missed] = await all_of(team)
    assert missed.held is None
