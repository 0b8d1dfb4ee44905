"""From asking to the receipt: the gate, the run, the watch, and what people are told on the way."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.deployments.preflight import Why
from bot.deployments.refusals import GateClosed
from bot.deployments.values import Stage, Target, Watch, Wish
from bot.errors import IntegrationError
from bot.notices.model import (
    BypassQuestion,
    BypassTold,
    DeploymentCard,
    DeploymentReceipt,
    DeploymentRed,
    DeploymentTurn,
)
from bot.ports.fake_pipelines import FakePipelines, Trouble
from bot.ports.health import Probe
from bot.ports.pipelines import RunState
from bot.ports.telemetry import RatePoint
from bot.reservations.values import Mode
from tests.support.deploying import ANA, BEN, CEM, HOUR, PAYMENTS, a_team, begun, brought, by, holds, leases
from tests.support.ledgers import NINE
from tests.support.stores import BOTH


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


async def test_it_takes_a_short_lease_by_itself_and_starts_the_pipeline_with_what_it_needs(team):
    deployment = await begun(team)
    assert deployment.stage is Stage.RUNNING
    request = team.vendor.began[deployment.run.id].request
    assert request.request_id == deployment.id
    assert request.variables["SIGNALBOX_VERSION"] == "1.5.0"
    assert request.variables["SIGNALBOX_LEASE_TOKEN"] == deployment.held.token != ""
    held = (await leases(team))[deployment.held.lease_id]
    assert (held.person, [pin.run for pin in held.pins]) == (ANA, [deployment.id])


async def test_what_succeeds_is_watched_and_then_a_receipt_ends_it_and_gives_the_lease_back(team):
    deployment = await brought(team)
    assert (deployment.stage, deployment.watch) == (Stage.SUCCEEDED, Watch.WATCHING)
    assert len(await leases(team)) == 1
    await team.work(until=timedelta(minutes=3))
    settled = await team.deployments.of(deployment.id)
    assert settled.watch is Watch.GOOD
    assert await leases(team) == {}
    assert isinstance((await team.told(ANA))[-1], DeploymentReceipt)
    assert await team.deployments.last_good("integration") == {"payments": "1.5.0"}
    card = (await team.told("#integration"))[-1]
    assert isinstance(card, DeploymentCard)
    assert card.deployment.watch == "good"
    assert card.deployment.seen == ("it answers at its health address", "payments was not called in this time")


async def test_a_lease_that_the_next_deployment_has_pinned_already_is_not_given_back(team):
    """Between its pin and its being written down."""
    deployment = await brought(team)
    lease = deployment.held.lease_id
    await team.pin(lease, "D2")
    await team.work(until=timedelta(minutes=3))
    assert (await team.deployments.of(deployment.id)).watch is Watch.GOOD
    assert list(await leases(team)) == [lease]


async def test_asking_again_with_the_same_request_deploys_once(team):
    first, again = await begun(team), await begun(team)
    assert first.id == again.id
    assert team.vendor.calls.count("start") == 1


async def test_whoever_holds_the_place_deploys_under_their_own_lease_and_keeps_it(team):
    await holds(team, ANA)
    deployment = await brought(team)
    assert not deployment.held.taken
    await team.work(until=timedelta(minutes=3))
    [lease] = (await leases(team)).values()
    assert lease.pins == ()


@pytest.mark.parametrize("mode", list(Mode))
async def test_what_somebody_else_holds_is_not_deployed_to(team, mode):
    await holds(team, CEM, mode=mode)
    with pytest.raises(GateClosed, match=f"<@{CEM}> holds it") as closed:
        await begun(team)
    assert [reason.why for reason in closed.value.preflight.reasons] == [Why.HELD]
    assert team.vendor.began == {}
    assert {lease.person for lease in (await leases(team)).values()} == {CEM}


async def test_deploy_when_it_is_my_turn_begins_by_itself_once_the_place_is_given_back(team):
    await holds(team, CEM)
    waiting = await begun(team, wait=True)
    assert waiting.stage is Stage.WAITING
    assert team.vendor.began == {}
    [held] = [each for each in (await leases(team)).values() if each.person == CEM]
    await team.reservations.release(held.id, caller=by(CEM, "done"))
    await team.work()
    assert (await team.deployments.of(waiting.id)).stage is Stage.RUNNING
    assert [type(notice) for notice in await team.told(ANA)] == [DeploymentTurn]


async def test_leaving_the_queue_gives_up_what_waits_for_its_turn(team):
    await holds(team, CEM)
    waiting = await begun(team, wait=True)
    ended = await team.deployments.cancel(waiting.id, caller=by(BEN, "mate"))
    await team.work()
    assert ended.stage is Stage.CANCELLED
    assert {lease.person for lease in (await leases(team)).values()} == {CEM}


async def test_a_start_whose_answer_was_lost_is_found_and_not_repeated(team):
    team.vendor.troubles.extend([None, None])  # the look at the version, twice
    deployment = await team.deployments.deploy(Wish(PAYMENTS, "1.5.0"), caller=by(ANA))
    team.vendor.troubles.clear()
    team.vendor.lose_answer()
    await team.work(until=timedelta(seconds=10))
    assert (await team.deployments.of(deployment.id)).stage is Stage.RUNNING
    assert (team.vendor.calls.count("start"), len(team.vendor.began)) == (1, 1)


@dataclass
class Interrupted(FakePipelines):
    """Somebody does something while the vendor is asked to start a run."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def start(self, request):
        run = await super().start(request)
        if self.meanwhile is not None:
            await self.meanwhile()
        return run


async def test_what_is_cancelled_while_its_run_is_being_started_stays_so_and_the_run_is_stopped(team):
    vendor = team.known["local"] = Interrupted(history=team.vendor.history, refs=team.vendor.refs)
    deployment = await team.deployments.deploy(Wish(PAYMENTS, "1.5.0"), caller=by(ANA))
    vendor.meanwhile = lambda: team.deployments.cancel(deployment.id, caller=by(ANA, "no"))
    await team.work(until=timedelta(minutes=1))
    assert (await team.deployments.of(deployment.id)).stage is Stage.CANCELLED
    [began] = vendor.began.values()
    assert began.status.state is RunState.CANCELLED
    assert await leases(team) == {}


async def test_a_vendor_that_is_busy_is_asked_again_when_it_says(team):
    deployment = await team.deployments.deploy(Wish(PAYMENTS, "1.5.0"), caller=by(ANA))
    team.vendor.troubles.clear()
    team.vendor.busy(40)
    await team.work(until=timedelta(seconds=39))
    assert team.vendor.began == {}
    await team.work(until=timedelta(seconds=40))
    assert (await team.deployments.of(deployment.id)).stage is Stage.RUNNING


async def test_a_vendor_that_says_no_is_asked_again_meanwhile_the_card_says_so(team):
    """As with a token that has run out: the run goes on."""
    deployment = await begun(team)
    team.vendor.troubles.append(Trouble(IntegrationError("The token has run out.", vendor="fake", status=401)))
    await team.work(until=timedelta(seconds=30))
    assert (await team.told("#integration"))[-1].deployment.why == "The token has run out."
    await team.work(until=timedelta(minutes=2))
    looked = await team.deployments.of(deployment.id)
    assert (looked.stage, looked.why) == (Stage.RUNNING, "")


async def test_a_look_that_fails_does_not_keep_the_sweep_from_the_others(team):
    """Both jobs were lost. Of the first one's service the catalog knows nothing any more."""
    gone = replace(await begun(team), target=Target("integration", "gone"), id="DGONE", run=None, stage=Stage.OPEN)
    await team.database.transact(lambda session: team.store.insert(session, gone, team.clock.now()))
    team.clock.advance(timedelta(minutes=5))
    (deployment,) = await team.deployments.history("payments")
    team.vendor.advance(deployment.run, RunState.SUCCEEDED)
    await team.following.sweep({})
    assert (await team.deployments.of(deployment.id)).stage is Stage.SUCCEEDED


async def test_a_run_that_fails_is_told_to_whoever_deployed_and_frees_the_place(team):
    deployment = await begun(team)
    team.vendor.advance(deployment.run, RunState.FAILED)
    await team.work(until=timedelta(minutes=1))
    assert (await team.deployments.of(deployment.id)).stage is Stage.FAILED
    [red] = await team.told(ANA)
    assert isinstance(red, DeploymentRed)
    assert red.deployment.why == "its pipeline ended as failed"
    assert await leases(team) == {}


async def test_errors_that_begin_with_it_turn_it_red_and_offer_the_version_before(team):
    await brought(team, "1.4.0", request="first")
    await team.work(until=timedelta(minutes=5))
    calm = (RatePoint(NINE, 100, 0),)
    broken = (RatePoint(NINE, 40, 12),)
    team.metrics.points["orders"] = deque([calm, broken])
    deployment = await brought(team, "1.5.0", request="second")
    assert deployment.watch is Watch.RED
    red = (await team.told(ANA))[-1]
    assert (type(red), red.back_to) == (DeploymentRed, "1.4.0")
    assert deployment.seen == ("orders, which calls it, fails 30.0% of 40 requests, 0.0% before",)
    await team.work()
    back = await team.deployments.roll_back(PAYMENTS, deployment.id, caller=by(BEN, "back"))
    assert (back.ref, back.undoes) == ("1.4.0", deployment.id)


async def test_what_another_version_replaces_is_not_watched_on_and_its_lease_goes_over_to_the_other(team):
    first = await brought(team, "1.4.0", request="first")
    second = await begun(team, "1.5.0", request="second")
    await team.work(until=timedelta(seconds=20))
    assert (await team.deployments.of(first.id)).watch is Watch.WATCHING
    assert second.held.lease_id == first.held.lease_id
    [lease] = (await leases(team)).values()
    assert [pin.run for pin in lease.pins] == [second.id]
    team.vendor.advance(second.run, RunState.SUCCEEDED)
    await team.work(until=timedelta(minutes=4))
    assert (await team.deployments.of(first.id)).watch is Watch.REPLACED
    assert await leases(team) == {}


async def test_what_stands_in_line_or_was_refused_replaces_nothing(team):
    deployment = await brought(team)
    refused = await team.deployments.deploy(Wish(PAYMENTS, "1.6.0"), caller=by(ANA, "r2"))
    team.vendor.troubles.append(Trouble(IntegrationError("There is no such pipeline.", vendor="fake", status=422)))
    await team.work(until=timedelta(minutes=3))
    assert (await team.deployments.of(refused.id)).stage is Stage.FAILED
    assert (await team.deployments.of(deployment.id)).watch is Watch.GOOD


async def test_a_service_that_does_not_come_up_turns_it_red(team):
    team.health.said["http://payments.test/health"] = Probe(well=False, detail="it answers 503")
    deployment = await brought(team)
    await team.work(until=timedelta(minutes=1))
    seen = (await team.deployments.of(deployment.id)).seen
    assert seen == ("it does not answer at its health address: it answers 503",)


async def test_a_version_that_came_around_the_gate_is_a_question_to_its_author(team):
    address = "http://payments.test/health"
    team.health.said[address] = Probe(well=True, version="1.4.0")
    await team.sightings.look({})
    await holds(team, CEM)
    team.health.said[address] = Probe(well=True, version="1.5.0")
    team.clock.advance(HOUR / 2)
    await team.sightings.look({})
    await team.sightings.look({})
    [question] = await team.told(ANA)
    assert isinstance(question, BypassQuestion)
    assert (question.before, question.version, question.holder) == ("1.4.0", "1.5.0", CEM)
    assert isinstance((await team.told(CEM))[-1], BypassTold)
    await team.sightings.answer(question.id, mine=True, caller=by(ANA))
    [recorded] = await team.deployments.history("payments")
    assert (recorded.by, recorded.via, recorded.label) == (ANA, "seen", "1.5.0")
    assert await team.told("#integration") == []
    assert (await team.deployments.before(PAYMENTS)).to == "1.4.0"


async def test_what_was_deployed_through_the_gate_is_no_bypass(team):
    address = "http://payments.test/health"
    team.health.said[address] = Probe(well=True, version="1.4.0")
    await team.sightings.look({})
    await brought(team)
    team.health.said[address] = Probe(well=True, version="1.5.0")
    await team.sightings.look({})
    assert not any(isinstance(notice, BypassQuestion) for notice in await team.told(ANA))
    running = await team.deployments.running(PAYMENTS)
    assert (running.version, running.by, running.health) == ("1.5.0", ANA, "up")


async def test_a_service_that_dies_is_seen_as_down(team):
    team.health.said["http://payments.test/health"] = Probe(well=False, detail="no answer")
    await team.sightings.look({})
    assert (await team.deployments.running(PAYMENTS)).health == "down"
    seen = await team.deployments.check(PAYMENTS, "1.5.0", caller=by(ANA))
    assert [reason.why for reason in seen.reasons] == [Why.SICK]


@BOTH
async def test_the_room_stands_on_both_databases(valkey, database_url):
    async with a_team(valkey, database_url) as team:
        deployment = await brought(team)
        assert (await team.deployments.history("payments"))[0].id == deployment.id
        assert await team.deployments.under_way() == []
        assert Target("integration", "payments") == deployment.target
