"""A run that neither Signalbox nor the gate has begun: written down once, as whoever pressed Run, and watched."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.deployments.refusals import Answered
from bot.deployments.values import Stage, Watch, Wish, bypass_id
from bot.errors import NotFound
from bot.notices.model import BypassQuestion, BypassTold, DeploymentCard, DeploymentReceipt, StartedOutside
from bot.ports.fake_pipelines import Began
from bot.ports.health import Probe
from bot.ports.pipelines import Pipeline, Run, RunRequest, RunState, RunStatus
from bot.ports.webhooks import Hint
from handlers.views.render import render
from tests.support.deploying import ANA, BEN, CEM, PAYMENTS, a_team, begun, by, holds

MINUTE = timedelta(minutes=1)
PIPELINE = Pipeline("local", "shop/payments", "deploy")


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        await runs(team, "1.4.0")
        yield team


async def runs(team, version):
    """payments tells that version at its health address, and the next look sees it."""
    team.health.said["http://payments.test/health"] = Probe(well=True, version=version)
    await team.sightings.look({})


def pressed(team, *, ended=RunState.SUCCEEDED, actor="cem", ago=5 * MINUTE, number="77", **variables):
    """Somebody runs the pipeline that deploys payments; it has taken four minutes when it has ended."""
    run = Run(PIPELINE, f"run-{number}", number, f"https://ci.example/runs/{number}")
    began = team.clock.now() - ago
    finished = began + 4 * MINUTE if ended.ended else None
    status = RunStatus(run, ended, commit="1.5.0", actor=actor, started_at=began, finished_at=finished)
    team.vendor.began[run.id] = Began(RunRequest(PIPELINE, "", variables), status)


async def all_of(team):
    return await team.deployments.history("payments", "integration")


async def looked(team):
    """As the calendar asks for it."""
    await team.unannounced.look({"slot": "20261126T050000Z"})
    await team.work()


async def test_it_is_a_deployment_of_whoever_pressed_run_and_is_watched_to_its_receipt(team):
    pressed(team)
    await looked(team)
    [found] = await all_of(team)
    assert (found.by, found.ref, found.before, found.run.number) == (CEM, "1.5.0", "1.4.0", "77")
    assert (found.stage, found.watch) == (Stage.SUCCEEDED, Watch.WATCHING)
    assert [commit.hash for commit in found.changes.commits] == ["1.5.0"]
    [card] = {each.deployment.deployment_id for each in await team.told("#integration")}
    assert card == found.id
    assert all(each.deployment.unannounced for each in await team.told("#integration"))
    await runs(team, "1.5.0")
    await team.work(until=3 * MINUTE)
    assert (await team.deployments.of(found.id)).watch is Watch.GOOD
    assert isinstance((await team.told(CEM))[-1], DeploymentReceipt)


async def test_whoever_pressed_run_is_told_that_it_is_theirs_once_a_day(team):
    pressed(team)
    await looked(team)
    [told] = [each for each in await team.told(CEM) if isinstance(each, StartedOutside)]
    message = render(told)
    assert message.text.startswith(
        ":information_source: You started *payments* 1.4.0 → *1.5.0* in *integration* outside"
    )
    assert [button["text"]["text"] for button in message.blocks[1]["elements"]] == ["How to deploy from here", "Not me"]
    pressed(team, number="78", ago=4 * MINUTE)
    await looked(team)
    assert len(await all_of(team)) == 2
    assert [type(each) for each in await team.told(CEM)].count(StartedOutside) == 1


async def test_it_was_not_them_it_is_its_pipelines_then_and_they_hear_no_more_of_it(team):
    pressed(team)
    await looked(team)
    [found] = await all_of(team)
    await runs(team, "1.5.0")
    with pytest.raises(Answered):
        await team.sightings.disown(found.id, by(ANA))
    disowned = await team.sightings.disown(found.id, by(CEM))
    assert (disowned.by, disowned.note) == ("pipeline:shop/payments", "cem says that it was not theirs")
    assert (await team.deployments.running(PAYMENTS)).by == "pipeline:shop/payments"
    with pytest.raises(Answered):
        await team.sightings.disown(found.id, by(CEM, "again"))
    await team.work(until=3 * MINUTE)
    assert (await team.deployments.of(found.id)).watch is Watch.GOOD
    assert not any(isinstance(each, DeploymentReceipt) for each in await team.told(CEM))
    with pytest.raises(NotFound):
        await team.sightings.disown("D0000000", by(CEM))


async def test_it_is_written_down_once_however_often_it_is_seen_and_health_asks_nobody(team):
    pressed(team)
    for _ in range(2):
        await looked(team)
    await runs(team, "1.5.0")
    await looked(team)
    [found] = await all_of(team)
    running = await team.deployments.running(PAYMENTS)
    assert (running.deployment, running.by, running.source) == (found.id, CEM, "health")
    assert not any(isinstance(each, BypassQuestion) for each in await team.told(ANA))


async def test_while_it_goes_on_nobody_is_asked_of_the_version_that_it_brings(team):
    pressed(team, ended=RunState.RUNNING)
    await runs(team, "1.5.0")
    assert await all_of(team) == []
    pressed(team)
    await runs(team, "1.5.0")
    [found] = await all_of(team)
    assert (found.by, found.label) == (CEM, "1.5.0")
    assert not any(isinstance(each, BypassQuestion) for each in await team.told(ANA))


async def test_a_version_that_was_asked_about_while_the_vendor_was_away_is_its_doing_and_not_two_deployments(team):
    pressed(team)
    team.vendor.busy(1, of="recent")
    await runs(team, "1.5.0")
    assert isinstance((await team.told(ANA))[-1], BypassQuestion)
    question = bypass_id(await team.deployments.running(PAYMENTS))
    await looked(team)
    [found] = await all_of(team)
    assert (found.version, found.before, found.by) == ("1.5.0", "1.4.0", CEM)
    with pytest.raises(Answered):
        await team.sightings.answer(question, mine=True, caller=by(ANA))
    await team.sightings.answer(question, mine=True, caller=by(CEM))
    assert await all_of(team) == [await team.deployments.of(found.id)]


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.CANCELLED, RunState.RUNNING, RunState.WAITING])
async def test_one_that_has_not_succeeded_has_deployed_nothing(team, state):
    pressed(team, ended=state)
    await looked(team)
    assert await all_of(team) == []


async def test_one_that_ended_long_ago_is_left_to_what_is_seen_to_run(team):
    pressed(team, ago=timedelta(minutes=45))
    await looked(team)
    assert await all_of(team) == []


async def test_what_signalbox_has_started_is_not_taken_twice(team):
    deployment = await begun(team)
    team.vendor.advance(deployment.run, RunState.SUCCEEDED)
    await looked(team)
    assert [each.id for each in await all_of(team)] == [deployment.id]


async def test_of_what_signalbox_has_started_it_is_not_said_that_nobody_knows_what_it_deploys(team):
    """Where several services share a pipeline whose runs do not tell which of them."""
    deployment = await begun(team)
    team.vendor.advance(deployment.run, RunState.SUCCEEDED)
    ours = team.vendor.began[deployment.run.id]
    ours.request = RunRequest(PIPELINE, deployment.id, {"SIGNALBOX_SERVICE": "one of several"})
    pressed(team, number="78", SIGNALBOX_SERVICE="one of several")
    with capture_logs() as said:
        await looked(team)
    assert [each["run"] for each in said if "nobody knows what" in each["event"]] == ["78"]


async def test_a_run_that_has_opened_the_gate_is_that_deployment(team):
    wish = Wish(PAYMENTS, "1.5.0", reports=True)
    opened = await team.deployments.deploy(wish, caller=by("pipeline:ci"))
    pressed(team, ago=MINUTE, ended=RunState.RUNNING)
    await looked(team)
    await team.deployments.report(opened.id, caller=by("pipeline:ci"), succeeded=True)
    pressed(team, ago=2 * MINUTE)
    await looked(team)
    assert [each.id for each in await all_of(team)] == [opened.id]


async def test_whoever_holds_the_place_is_told_and_the_card_says_what_the_gate_would_have_said(team):
    await holds(team, BEN)
    pressed(team)
    await looked(team)
    [found] = await all_of(team)
    assert found.observed.holders == (BEN,)
    assert "holds it" in found.observed.why
    [told] = [each for each in await team.told(BEN) if isinstance(each, BypassTold)]
    assert (told.by, told.confirmed) == (CEM, True)


async def test_under_a_lease_of_ones_own_there_is_nothing_to_say_against_it(team):
    await holds(team, ANA)
    pressed(team, actor="ana")
    await looked(team)
    [found] = await all_of(team)
    assert (found.by, found.observed, found.held.taken) == (ANA, None, False)


async def test_an_account_that_nobody_of_the_catalog_has_is_named_and_the_pipeline_has_deployed(team):
    pressed(team, actor="intern", SIGNALBOX_VERSION="1.6.0")
    await looked(team)
    [found] = await all_of(team)
    assert (found.by, found.note, found.ref) == ("pipeline:shop/payments", "begun by intern", "1.6.0")


async def test_a_webhook_makes_it_be_seen_sooner_and_many_of_them_make_one_look(team):
    pressed(team)
    for number in range(3):
        told = Hint("local", f"d-{number}", "status", "shop/payments", run="run-77")
        await team.hints.take(told)
    assert await all_of(team) == []
    await team.work(until=timedelta(seconds=20))
    assert len(await all_of(team)) == 1
    assert team.vendor.calls.count("recent") == 1


async def test_the_card_names_it_and_its_run(team):
    pressed(team)
    await looked(team)
    card = (await team.told("#integration"))[-1]
    assert isinstance(card, DeploymentCard)
    assert (card.deployment.pipeline_name, card.deployment.pipeline_url) == ("deploy 77", "https://ci.example/runs/77")
