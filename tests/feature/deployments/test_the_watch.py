"""What the watch reads beside health: rates asked for once, new error lines, traces; and what it keeps."""

from collections import deque
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.deployments.values import Deployment, Health, Running, Stage, Target, Watch
from bot.errors import IntegrationError
from bot.notices.model import DeploymentReceipt, DeploymentRed
from bot.ports.health import Probe
from bot.ports.pipelines import RunState
from bot.ports.telemetry import Level, LogLine, RatePoint
from bot.reservations.rules.purposes import goes_with_a_deployment
from handlers.views.render import render
from tests.support.deploying import ANA, a_team, begun, brought, leases
from tests.support.ledgers import NINE

BUSY = (RatePoint(NINE, 100, 0),)
ENDS = timedelta(minutes=3)


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        team.metrics.points = {"payments": deque([BUSY]), "orders": deque([BUSY])}
        yield team


def logs(team, service, *messages):
    at = team.clock.now() + timedelta(minutes=1)
    team.logged.lines += [LogLine(at, service, Level.ERROR, message) for message in messages]


async def test_error_lines_of_a_new_kind_in_a_caller_turn_it_red(team):
    logs(team, "orders", *["payments answered 404 to POST /charges"] * 3)
    deployment = await brought(team)
    await team.work(until=ENDS)
    settled = await team.deployments.of(deployment.id)
    assert settled.watch is Watch.RED
    assert settled.seen == ("orders, which calls it, logs errors of a kind that is new, in 3 requests",)
    told = (await team.told(ANA))[-1]
    assert isinstance(told, DeploymentRed)
    (quoted,) = told.deployment.complaints
    assert (quoted.service, quoted.text, quoted.count) == ("orders", "payments answered 404 to POST /charges", 3)


@pytest.mark.parametrize(
    ("traced", "began"),
    [
        pytest.param(False, 0, id="named in the line"),
        pytest.param(True, 3, id="where its requests went wrong first"),
        pytest.param(True, 2, id="where only some of them did"),
    ],
)
async def test_what_a_caller_complains_of_that_came_meanwhile_is_a_doubt(team, traced, began):
    """A roll back that mends is not blamed for what somebody else deployed while it was watched. Nor does it matter
    that what else came has left the catalog by then.
    """
    traces = [f"{n:032x}" for n in range(3)] if traced else [""] * 3
    team.traced.origins = dict.fromkeys(traces[:began], "search")
    said, at = "no answer" if traced else "search answered 500 to POST /find", team.clock.now() + timedelta(minutes=1)
    team.logged.lines += [LogLine(at, "orders", Level.ERROR, said, trace) for trace in traces]
    deployment = await begun(team)
    now = team.clock.now() + timedelta(seconds=1)
    for name in ("search", "left"):
        came = Deployment(f"D{name}", Target("integration", name), "3.0", ANA, now, Stage.SUCCEEDED, reports=True)
        await team.database.transact(lambda session, came=came: team.store.insert(session, came, None))
    team.vendor.advance(deployment.run, RunState.SUCCEEDED)
    await team.work(until=ENDS)
    settled = await team.deployments.of(deployment.id)
    doubt = "orders, which calls it, logs errors in 3 requests, but they speak of search 3.0, which came meanwhile"
    red = traced and began < len(traces)
    assert (settled.watch, settled.doubts) == ((Watch.RED, ()) if red else (Watch.GOOD, (doubt,)))


async def test_what_a_caller_failed_at_without_getting_as_far_as_this_does_not_turn_it_red(team):
    team.metrics.points["orders"] = deque([BUSY, (RatePoint(NINE, 100, 50),)])
    team.traced.wrong = {"orders": [f"{n:032x}" for n in range(6)]}
    team.traced.elsewhere = set(team.traced.wrong["orders"])
    at = team.clock.now() + timedelta(minutes=1)
    team.logged.lines += [LogLine(at, "orders", Level.ERROR, "no price", trace) for trace in team.traced.elsewhere]
    deployment = await brought(team)
    await team.work(until=ENDS)
    settled = await team.deployments.of(deployment.id)
    assert (settled.watch, settled.complaints) == (Watch.GOOD, ())
    assert settled.doubts[0].endswith("but 6 of 6 that were looked at did not get as far as this")


async def test_failed_requests_of_a_caller_count_as_far_as_they_may_have_got_as_far_as_this(team):
    team.metrics.points["orders"] = deque([BUSY, (RatePoint(NINE, 100, 50),)])
    team.traced.wrong = {"orders": [f"{n:032x}" for n in range(6)]}
    team.traced.elsewhere = set(team.traced.wrong["orders"][1:])
    deployment = await brought(team)
    await team.work(until=ENDS)
    assert (await team.deployments.of(deployment.id)).watch is Watch.RED


@pytest.mark.parametrize(("through", "watch"), [(set(), Watch.RED), ({"search"}, Watch.GOOD)])
async def test_what_may_have_failed_at_a_neighbour_that_is_known_to_be_red_is_a_doubt(team, through, watch):
    now = team.clock.now() - timedelta(minutes=1)
    bad = Deployment("DBAD", Target("integration", "search"), "3.0", ANA, now, Stage.SUCCEEDED, watch=Watch.RED)
    await team.database.transact(lambda session: team.store.insert(session, bad, None))
    team.metrics.points["orders"] = deque([BUSY, (RatePoint(NINE, 100, 50),)])
    team.traced.wrong = {"orders": [f"{n:032x}" for n in range(6)]}

    async def passed_by(traces, services, window):
        return 0 if {"payments", *through} & set(services) else len(traces)

    team.traced.passed_by = passed_by
    deployment = await brought(team)
    await team.work(until=ENDS)
    settled = await team.deployments.of(deployment.id)
    assert settled.watch is watch
    doubt = "but 6 of 6 that were looked at may have failed at search 3.0, which is not well"
    assert (doubt in "".join(settled.doubts)) is (watch is Watch.GOOD)


@pytest.mark.parametrize("known", [False, True], ids=["that is all", "and that is known to be red"])
async def test_what_goes_wrong_first_in_a_service_that_it_calls_is_said_so(team, known):
    """payments was deployed, and fails because orders does."""
    if known:
        now = team.clock.now() - timedelta(minutes=1)
        bad = Deployment("DBAD", Target("integration", "orders"), "3.0", ANA, now, Stage.SUCCEEDED, watch=Watch.RED)
        await team.database.transact(lambda session: team.store.insert(session, bad, None))
    team.metrics.points["payments"] = deque([BUSY, (RatePoint(NINE, 100, 50),)])
    team.traced.wrong = {"payments": [f"{n:032x}" for n in range(6)]}
    team.traced.origins = dict.fromkeys(team.traced.wrong["payments"], "orders")
    deployment = await brought(team)
    await team.work(until=ENDS)
    settled = await team.deployments.of(deployment.id)
    line = "payments fails 50.0% of 100 requests, 0.0% before"
    if known:
        doubt = f"{line}, but 6 of 6 that were looked at may have failed at orders 3.0, which is not well"
        assert (settled.watch, settled.doubts) == (Watch.GOOD, (doubt,))
    else:
        elsewhere = f"{line}; 6 of 6 that were looked at went wrong first in orders"
        assert (settled.watch, settled.seen) == (Watch.RED, (elsewhere,))


async def test_what_goes_wrong_first_in_another_that_does_not_answer_judges_no_version(team):
    """Nobody can say how payments is: it is neither good nor red, and a later roll back may go to it."""
    down = Running(Target("integration", "orders"), "2.1.0", NINE, "health", Health.DOWN)
    await team.database.transact(lambda session: team.store.put_running(session, down))
    team.metrics.points["payments"] = deque([BUSY, (RatePoint(NINE, 100, 50),)])
    team.traced.wrong = {"payments": [f"{n:032x}" for n in range(6)]}
    team.traced.origins = dict.fromkeys(team.traced.wrong["payments"], "orders")
    deployment = await brought(team)
    await team.work(until=ENDS)
    settled = await team.deployments.of(deployment.id)
    assert (settled.watch, settled.why) == (Watch.ENDED, "nobody can say how it is, since orders does not answer")
    assert settled.doubts[0].endswith("6 of 6 that were looked at went wrong first in orders, which does not answer")
    told = (await team.told(ANA))[-1]
    assert isinstance(told, DeploymentReceipt)
    assert render(told).text.startswith(":grey_question: *payments*")


@pytest.mark.parametrize(("elsewhere", "watch"), [(80, Watch.RED), (240, Watch.GOOD)])
async def test_on_a_machine_that_slows_everything_down_a_slower_service_is_a_doubt(team, elsewhere, watch):
    def taking(milliseconds):
        return (RatePoint(NINE, 100, 0, p95=timedelta(milliseconds=milliseconds)),)

    team.metrics.points["payments"] = deque([taking(200), taking(500)])
    team.metrics.points["search"] = deque([taking(80), taking(elsewhere)] * 50)
    deployment = await brought(team)
    await team.work(until=ENDS)
    settled = await team.deployments.of(deployment.id)
    assert settled.watch is watch
    assert ("search, which has nothing to do with it, is slower too" in "".join(settled.doubts)) is (
        watch is Watch.GOOD
    )


@pytest.mark.parametrize(
    ("says", "doubts"), [("1.5.0", ()), ("", ()), ("1.4.0", ("its health address says that 1.4.0 runs",))]
)
async def test_a_pipeline_that_succeeded_and_changed_nothing_is_a_doubt(team, says, doubts):
    team.health.said["http://payments.test/health"] = Probe(well=True, version=says)
    deployment = await brought(team, "1.5.0")
    await team.work(until=ENDS)
    assert (await team.deployments.of(deployment.id)).doubts == doubts


async def test_one_such_line_is_told_with_the_receipt_and_a_way_back(team):
    await brought(team, "1.4.0", request="first")
    await team.work(until=ENDS)
    logs(team, "orders", "payments answered 404 to POST /charges")
    deployment = await brought(team)
    await team.work(until=ENDS)
    receipt = (await team.told(ANA))[-1]
    assert isinstance(receipt, DeploymentReceipt)
    assert (receipt.deployment.deployment_id, receipt.back_to) == (deployment.id, "1.4.0")
    assert receipt.deployment.doubts == ("orders, which calls it, logs errors of a kind that is new, in one request",)
    assert [each.text for each in receipt.deployment.complaints] == ["payments answered 404 to POST /charges"]


async def test_what_was_logged_before_is_no_evidence_and_neither_is_what_nobody_knows_the_time_before_of(team):
    team.metrics.points = {"payments": deque([BUSY]), "orders": deque([()])}
    team.logged.lines.append(LogLine(team.clock.now() - timedelta(minutes=1), "payments", Level.ERROR, "late by 3 s"))
    logs(team, "payments", *["late by 7 s"] * 5)
    logs(team, "orders", *["payments answered 404 to POST /charges"] * 5)
    deployment = await brought(team)
    await team.work(until=ENDS)
    settled = await team.deployments.of(deployment.id)
    assert (settled.watch, settled.doubts) == (Watch.GOOD, ())


async def test_traces_that_break_off_since_are_told_with_the_receipt_and_those_that_did_before_are_not(team):
    team.traced.pairs = {("orders", "payments"): team.clock.now() + timedelta(seconds=30)}
    await brought(team)
    await team.work(until=ENDS)
    receipt = (await team.told(ANA))[-1]
    assert receipt.deployment.doubts[0].startswith("traces break off between orders and payments")
    await brought(team, "1.6.0", request="later")
    await team.work(until=ENDS)
    assert (await team.told(ANA))[-1].deployment.doubts == ()


async def test_what_was_before_is_asked_for_once(team):
    calm, worse = (RatePoint(NINE, 100, 0),), (RatePoint(NINE, 100, 3),)
    team.metrics.points["payments"] = deque([calm, worse])
    deployment = await brought(team)
    await team.work(until=ENDS)
    settled = await team.deployments.of(deployment.id)
    assert settled.baseline.rates["payments"].errors == 0
    assert "payments served 100 requests, 3.0% of them failed" in settled.seen


async def refused(_query):
    raise IntegrationError("Prometheus does not accept the token.", vendor="Prometheus", status=401)


async def test_where_rates_cannot_be_read_the_rest_counts_and_the_receipt_says_so(team):
    deployment = await brought(team)
    team.metrics.rates = refused
    await team.work(until=ENDS)
    assert (await team.deployments.of(deployment.id)).watch is Watch.WATCHING
    await team.work(until=2 * ENDS)
    settled = await team.deployments.of(deployment.id)
    assert settled.watch is Watch.GOOD
    assert settled.doubts[-1].startswith("its rates could not be read")
    assert await leases(team) == {}


async def test_a_service_that_is_down_is_told_though_rates_cannot_be_read(team):
    deployment = await brought(team)
    team.metrics.rates = refused
    team.health.said["http://payments.test/health"] = Probe(well=False, detail="it answers 503")
    await team.work(until=timedelta(minutes=1))
    assert (await team.deployments.of(deployment.id)).watch is Watch.RED


async def test_lines_are_read_from_the_beginning_of_a_step_in_which_requests_are_counted(team):
    deployment = await brought(team)
    await team.work(until=ENDS)
    earliest = {query.window.start for query in team.logged.asked if query.window.start > deployment.finished_at}
    assert earliest == {deployment.finished_at + timedelta(seconds=20 - deployment.finished_at.second % 10)}


async def test_bad_looks_are_kept_with_the_deployment(team):
    deployment = await brought(team)
    team.health.said["http://payments.test/health"] = Probe(well=False, detail="it answers 503")
    await team.work(until=timedelta(seconds=20))
    assert (await team.deployments.of(deployment.id)).bad_looks == 2
    await team.work(until=timedelta(seconds=20))
    assert (await team.deployments.of(deployment.id)).watch is Watch.RED


async def test_what_a_deployment_takes_is_known_for_that_and_its_card_says_until_when(team):
    deployment = await brought(team)
    (lease,) = (await leases(team)).values()
    assert goes_with_a_deployment(lease)
    card = (await team.told("#integration"))[-1].deployment
    assert (card.lease_id, card.lease_taken) == (deployment.held.lease_id, True)
    assert card.lease_until == lease.ends > team.clock.now()


@pytest.mark.parametrize("looked_at", [False, True], ids=["before the first look", "while it is watched"])
async def test_a_service_that_leaves_the_catalog_is_not_watched_to_the_end_which_its_card_says(team, looked_at):
    deployment = await (brought(team) if looked_at else begun(team))
    team.catalog = replace(
        team.catalog,
        services={name: each for name, each in team.catalog.services.items() if name != "payments"},
    )
    if not looked_at:
        await team.deployments.finish(deployment, Stage.SUCCEEDED)
    await team.work(until=ENDS)
    settled = await team.deployments.of(deployment.id)
    assert (settled.watch, settled.settled_at is not None, await leases(team)) == (Watch.ENDED, True, {})
    card = render((await team.told("#integration"))[-1])
    why = "the catalog has no payments in integration any more, so nobody knows how it is"
    assert f"deployed, and not watched to the end: {why}" in card.text
