"""A run that its vendor holds back passes the gate as others do: it waits while it may, and is told why."""

from datetime import timedelta
from typing import Any

import pytest

from bot.deployments.values import Stage, Target, Wish
from bot.errors import IntegrationError
from bot.ports.fake_pipelines import VENDOR
from bot.ports.pipelines import OutcomeUnknown, RunState, VendorBusy
from bot.ports.protection import HeldRun
from bot.reservations.values import Scope
from bot.runtime.metrics import HINTS
from bot.values import Caller
from tests.support.deploying import ANA, CEM, HOUR, a_team, begun, by, holds, leases
from tests.support.ledgers import NINE

ORDERS = Target("integration", "orders")
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


def held(repository="shop/orders", run="77", login="ana", environment="integration", **changed):
    """Orders enforce their gate, payments only observe it."""
    told = {
        "provider": "local",
        "delivery": "d-1",
        "deployment": f"9{run}",
        "ref": "1.5.0",
        "url": "https://ci.example",
    }
    return HeldRun(repository=repository, environment=environment, run=run, login=login, **{**told, **changed})


async def asked(team, until=timedelta(0), **changed) -> Any:
    await team.hints.take(held(**changed))
    await team.work(until=until)
    history = await team.deployments.history()
    return history[0] if history else None


async def test_where_nothing_is_in_the_way_it_is_let_through_under_a_lease_and_followed_to_its_end(team):
    deployment = await asked(team)
    assert (deployment.stage, deployment.by, deployment.target) == (Stage.RUNNING, ANA, ORDERS)
    [(run, verdict, comment)] = team.gates.answers
    assert (run, verdict) == ("77", "approved")
    assert deployment.id in comment
    [lease] = (await leases(team)).values()
    assert [pin.run for pin in lease.pins] == [deployment.id]
    team.gates.states["77"] = RunState.SUCCEEDED
    await team.work(until=MINUTE)
    assert (await team.deployments.of(deployment.id)).stage is Stage.SUCCEEDED
    await team.work(until=timedelta(minutes=15))
    assert await leases(team) == {}
    assert len(team.gates.answers) == 1


async def test_what_somebody_holds_is_waited_for_with_one_remark_and_let_through_when_its_turn_comes(team):
    await holds(team, CEM, "orders")
    waiting = await asked(team, 10 * MINUTE)
    assert waiting.stage is Stage.WAITING
    [(_, verdict, comment)] = team.gates.answers
    assert verdict == ""
    assert "held by cem until 10:00 UTC" in comment
    assert "<@" not in comment
    [lease] = [each for each in (await leases(team)).values() if each.person == CEM]
    await team.reservations.release(lease.id, caller=by(CEM, "done"))
    await team.work()
    assert (await team.deployments.of(waiting.id)).stage is Stage.RUNNING
    assert [verdict for _, verdict, _ in team.gates.answers] == ["", "approved"]


async def test_a_freeze_is_waited_for_and_what_never_opens_is_rejected(team):
    freeze = {"start": NINE, "end": NINE + HOUR, "reason": "rehearsal", "caller": by(CEM, "freeze")}
    await team.reservations.freeze(Scope("integration"), **freeze)
    waiting = await asked(team, 30 * MINUTE)
    assert (waiting.stage, waiting.held) == (Stage.WAITING, None)
    assert "frozen until 10:00 UTC" in team.gates.answers[0][2]
    await team.work(until=32 * MINUTE)
    assert (await team.deployments.of(waiting.id)).stage is Stage.RUNNING
    stopped = await asked(team, run="78", deployment="978", environment="integration", login="cem")
    assert [verdict for _, verdict, _ in team.gates.answers] == ["", "approved", "rejected"]
    assert "only its owners may deploy it: ana, ben" in team.gates.answers[-1][2]
    assert Stage.CANCELLED in {each.stage for each in await team.deployments.history("orders")}
    assert stopped is not None


async def test_where_the_gate_only_observes_it_goes_at_once_and_is_told_what_spoke_against_it(team):
    await holds(team, CEM)
    deployment = await asked(team, repository="shop/payments")
    assert (deployment.stage, deployment.held) == (Stage.RUNNING, None)
    [(_, verdict, comment)] = team.gates.answers
    assert verdict == "approved"
    assert "only observes" in comment
    assert "held by cem" in comment


async def test_told_again_it_is_opened_once_and_another_attempt_of_the_run_is_another(team):
    first = await asked(team)
    again = await asked(team, delivery="d-2")
    assert again.id == first.id
    assert len(team.gates.answers) == 1
    team.gates.states["77"] = RunState.FAILED
    await team.work(until=MINUTE)
    team.gates.states.clear()
    second = await asked(team, deployment="attempt-2")
    assert second.id != first.id


async def test_a_run_that_signalbox_has_started_itself_is_let_through(team):
    deployment = await begun(team)
    await team.hints.take(held("shop/payments", run=deployment.run.id))
    await team.work()
    assert team.gates.answers == [(deployment.run.id, "approved", f"Signalbox {deployment.id} has started this run.")]
    assert len(await team.deployments.history()) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        VendorBusy("later", vendor=VENDOR, status=429, retry_after=7),
        VendorBusy("trouble", vendor=VENDOR, status=503, retry_after=30),
        OutcomeUnknown("no answer", vendor=VENDOR, status=504),
    ],
)
async def test_an_answer_that_did_not_arrive_is_given_again(team, trouble):
    team.gates.troubles.append(trouble)
    deployment = await asked(team, MINUTE)
    assert [verdict for _, verdict, _ in team.gates.answers] == ["approved"]
    assert deployment.rule.answered == "approved"


async def test_a_vendor_that_takes_no_answer_is_asked_again_while_the_run_waits_there(team):
    no = IntegrationError("GitHub does not allow it.", vendor=VENDOR, status=403)
    team.gates.troubles.extend([no, no])
    deployment = await asked(team)
    assert (deployment.stage, deployment.why) == (Stage.RUNNING, "GitHub does not allow it.")
    assert len(await leases(team)) == 1
    await team.work(until=3 * MINUTE)
    mended = await team.deployments.of(deployment.id)
    assert (mended.stage, mended.why, mended.rule.answered) == (Stage.RUNNING, "", "approved")


async def test_what_somebody_answers_at_the_vendor_ends_as_that_run_ends(team):
    team.gates.troubles.append(IntegrationError("GitHub does not allow it.", vendor=VENDOR, status=403))
    deployment = await asked(team)
    team.gates.states["77"] = RunState.SUCCEEDED
    await team.work(until=2 * MINUTE)
    assert (await team.deployments.of(deployment.id)).stage is Stage.SUCCEEDED


async def test_a_run_that_is_cancelled_while_it_waits_leaves_the_line(team):
    await holds(team, CEM, "orders")
    waiting = await asked(team)
    team.gates.states["77"] = RunState.CANCELLED
    await team.work(until=2 * MINUTE)
    assert (await team.deployments.of(waiting.id)).stage is Stage.CANCELLED
    assert {lease.person for lease in (await leases(team)).values()} == {CEM}


async def test_what_waits_for_its_turn_does_not_stop_whoever_holds_the_place(team):
    await holds(team, ANA)
    wish = Wish(Target("integration", "payments"), "1.5.0", wait=True, reports=True)
    waiting = await team.deployments.deploy(wish, caller=Caller("pipeline:ci", "w", via="api"))
    assert waiting.stage is Stage.WAITING
    seen = await team.deployments.check(Target("integration", "payments"), "1.5.0", caller=by(ANA))
    assert seen.reasons == ()


async def test_what_the_catalog_does_not_know_is_let_through_and_says_so(team):
    assert await asked(team, environment="production") is None
    [(_, verdict, comment)] = team.gates.answers
    assert verdict == "approved"
    assert "no service of shop/orders in production" in comment


async def test_without_an_app_it_is_counted_and_passed_over(team):
    team.rules._gates = None
    before = HINTS.labels("local", "unmatched")._value.get()
    assert await asked(team) is None
    assert HINTS.labels("local", "unmatched")._value.get() == before + 1
