"""Who may deploy what and when: to whom the gate stays closed, and how a pipeline passes it."""

from datetime import timedelta

import pytest

from bot.deployments.preflight import OpenCase, Verdict, Why
from bot.deployments.refusals import GateClosed, NothingBefore, NotUnderWay, WrongToken
from bot.deployments.values import Stage, Target, Wish
from bot.errors import Forbidden
from bot.reservations.values import Scope
from bot.values import Caller
from tests.support.deploying import ANA, BEN, CEM, ELI, HOUR, PAYMENTS, a_team, begun, brought, by, holds, leases
from tests.support.ledgers import NINE


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


async def test_only_owners_deploy_and_an_override_takes_a_role_and_a_reason(team):
    with pytest.raises(GateClosed, match="only its owners may"):
        await begun(team, person=CEM)
    with pytest.raises(Forbidden):
        await begun(team, person=CEM, override="it burns")
    deployment = await begun(team, person=ELI, override="it burns")
    assert deployment.overridden.by == ELI
    assert [lease.person for lease in (await leases(team)).values()] == [ELI]


async def test_a_version_that_does_not_exist_is_refused(team):
    with pytest.raises(GateClosed, match="there is no such version"):
        await begun(team, "9.9.9")


async def test_a_freeze_stops_everybody_but_an_override(team):
    caller = by(ELI, "freeze")
    await team.reservations.freeze(Scope("integration"), start=NINE, end=NINE + HOUR, reason="rehearsal", caller=caller)
    with pytest.raises(GateClosed, match="it is frozen"):
        await begun(team)


async def test_there_is_nothing_to_go_back_to_before_the_first(team):
    with pytest.raises(NothingBefore):
        await team.deployments.before(PAYMENTS)


async def test_a_pipeline_opens_the_gate_with_its_token_and_reports_the_end(team):
    pipeline = Caller("pipeline:ci", "p1", via="api")
    await holds(team, ANA)
    [lease] = (await leases(team)).values()
    wish = Wish(PAYMENTS, "1.5.0", token=str(lease.token), reports=True)
    deployment = await team.deployments.deploy(wish, caller=pipeline)
    assert (deployment.stage, deployment.held.lease_id) == (Stage.RUNNING, lease.id)
    done = await team.deployments.report(deployment.id, caller=pipeline, succeeded=True)
    assert (await team.deployments.report(deployment.id, caller=pipeline, succeeded=True)).revision == done.revision
    with pytest.raises(NotUnderWay):
        await team.deployments.report(deployment.id, caller=pipeline, succeeded=False)


@pytest.mark.parametrize("token", ["1.999999", "nonsense"])
@pytest.mark.parametrize("service", ["payments", "orders"])
async def test_a_token_of_no_living_lease_there_is_refused_whatever_the_gate_does_otherwise(team, token, service):
    wish = Wish(Target("integration", service), "1.5.0", token=token, reports=True)
    with pytest.raises(WrongToken):
        await team.deployments.deploy(wish, caller=Caller("pipeline:ci", "p1", via="api"))


async def test_what_never_reports_an_end_is_lost_and_frees_the_place(team):
    wish = Wish(PAYMENTS, "1.5.0", reports=True)
    deployment = await team.deployments.deploy(wish, caller=Caller("pipeline:ci", "p1", via="api"))
    await team.work(until=timedelta(hours=1, minutes=1))
    assert (await team.deployments.of(deployment.id)).stage is Stage.LOST
    assert await leases(team) == {}


async def test_open_cases_are_told_before_and_keep_nobody_from_mending_them(team):
    team.cases.open = [
        OpenCase("C1", "inventory: timeout", frozenset({"inventory"})),
        OpenCase("C2", "payments: KeyError 'EUR'", frozenset({"payments", "orders"}), (CEM,)),
        OpenCase("C3", "search: no results"),
    ]
    seen = await team.deployments.check(PAYMENTS, "1.5.0", caller=by(ANA))
    assert [(each.why, each.who, each.count) for each in seen.reasons] == [
        (Why.SUSPECTED, (CEM,), 1),
        (Why.CASES, (), 2),
    ]
    assert (seen.verdict, seen.closed) == (Verdict.CAUTION, ())
    team.cases.open = team.cases.open[:1]
    seen = await team.deployments.check(PAYMENTS, "1.5.0", caller=by(ANA))
    assert (seen.verdict, seen.reasons[0].words) == (Verdict.GO, "inventory: timeout")
    assert (await begun(team)).stage is Stage.RUNNING


async def test_a_case_that_the_wish_cures_speaks_for_it_and_is_no_reason_against(team):
    await brought(team)
    blamed = frozenset({("payments", "1.5.0"), ("orders", "1.6.0")})
    team.cases.open = [OpenCase("C1", "payments: KeyError 'EUR'", frozenset({"payments", "orders"}), blamed=blamed)]
    back, again, unsaid = [
        await team.deployments.check(PAYMENTS, ref, caller=by(ANA)) for ref in ("1.4.0", "1.5.0", "")
    ]
    assert (back.verdict, back.reasons) == (Verdict.GO, ())
    assert Why.SUSPECTED in {each.why for each in again.reasons}
    assert Why.SUSPECTED in {each.why for each in unsaid.reasons}


async def test_a_case_that_blames_what_does_not_run_there_is_told(team):
    await brought(team)
    blamed = frozenset({("payments", "1.4.0")})
    team.cases.open = [OpenCase("C1", "payments: KeyError 'EUR'", frozenset({"payments"}), blamed=blamed)]
    seen = await team.deployments.check(PAYMENTS, "1.6.0", caller=by(ANA))
    assert [each.why for each in seen.reasons] == [Why.SUSPECTED]


async def test_what_two_cases_say_alike_is_told_once_with_all_who_look_into_it(team):
    says, pointed = "payments: KeyError 'EUR'", frozenset({"payments"})
    team.cases.open = [OpenCase("C1", says, pointed, (CEM,)), OpenCase("C2", says, pointed, (BEN, CEM))]
    seen = await team.deployments.check(PAYMENTS, "1.5.0", caller=by(ANA))
    assert [(each.words, each.who) for each in seen.reasons] == [(says, (CEM, BEN))]
