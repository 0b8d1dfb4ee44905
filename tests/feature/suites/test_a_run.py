"""From asking to what came of it: the lease, the pipeline, the report, and what people are told on the way."""

from datetime import timedelta

import pytest

from bot.errors import Forbidden, IntegrationError, Unavailable, UsageError
from bot.notices.running import SuiteEnded
from bot.ports.fake_pipelines import Trouble
from bot.ports.pipelines import OutcomeUnknown, RunState
from bot.suites.refusals import NothingFailed, RequestReused, StillRunning
from bot.suites.values import Counts, Stage, Trigger, Verdict, Wish
from tests.support.stores import BOTH
from tests.support.suites import ANA, BEN, CEM, GREEN, RED, a_team, begun, by, ended, holds, leases


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


async def test_it_starts_the_pipeline_with_what_it_needs_and_knows_against_which_versions(team):
    run = await begun(team, parameters={"CURRENCY": "USD"})
    assert (run.stage, run.number, run.deploy_set) == (Stage.RUNNING, 1, {"payments": "1.4.2"})
    request = team.vendor.began[run.run.id].request
    assert request.request_id == run.id
    assert {name: request.variables[name] for name in ("currency", "ATTEMPT", "FAILED_TESTS")} == {
        "currency": "USD",
        "ATTEMPT": "1",
        "FAILED_TESTS": "",
    }


async def test_green_is_told_to_whoever_started_it_and_found_once(team):
    run = await ended(team, await begun(team), RunState.SUCCEEDED, GREEN)
    assert (run.verdict, run.counts) == (Verdict.PASSED, Counts(2, 2))
    told = await team.told(ANA)
    assert [type(notice) for notice in told] == [SuiteEnded], "it is too short for a card"
    assert told[-1].run.verdict == "passed"
    [found] = team.found.ended
    assert (found.run.id, [case.name for case in found.report.cases]) == (run.id, ["test_a", "b"])


async def test_what_follows_the_end_is_not_found_again_however_often_it_is_looked_at(team):
    run = await ended(team, await begun(team), RunState.FAILED, RED)
    await team.following.look({"id": run.id})
    await team.following.look({"id": run.id})
    assert len(team.found.ended) == 1


async def test_red_says_which_tests_and_what_they_said(team):
    run = await ended(team, await begun(team), RunState.FAILED, RED)
    assert run.verdict is Verdict.FAILED
    [failure] = (await team.told(ANA))[-1].run.failures
    assert (failure.name, failure.message) == ("test_a[EUR]", "KeyError: EUR")


@pytest.mark.parametrize("green", [True, False])
async def test_what_failed_while_there_was_nothing_to_test_says_nothing(team, green):
    """What passed has passed."""
    team.stopped = "the sample shop was stopped with Signalbox while it ran"
    state = RunState.SUCCEEDED if green else RunState.FAILED
    run = await ended(team, await begun(team), state, GREEN if green else RED)
    told = (Verdict.PASSED, "", False) if green else (Verdict.INFRASTRUCTURE, team.stopped, True)
    assert (run.verdict, run.why, run.interrupted) == told
    assert run.counts.total == 2


async def test_a_report_that_was_sent_is_not_fetched(team):
    run = await begun(team)
    await team.reports.keep(run.id, "junit.xml", RED)
    await team.reports.keep(run.id, "again.xml", RED)
    run = await ended(team, run, RunState.FAILED)
    assert (run.counts, "artifacts" in team.vendor.calls) == (Counts(2, 1, 1), False)


@pytest.mark.parametrize(
    ("state", "report", "why"),
    [
        (RunState.FAILED, None, "it reported no tests"),
        (RunState.SUCCEEDED, None, "it reported no tests"),
        (RunState.FAILED, RED[:-30], "ends in the middle"),
        (RunState.FAILED, GREEN, "and yet its pipeline failed"),
    ],
)
async def test_what_may_be_missing_did_not_pass(team, state, report, why):
    run = await ended(team, await begun(team), state, report)
    assert run.verdict is Verdict.INFRASTRUCTURE
    assert why in run.why


async def test_asking_again_with_the_same_request_runs_once(team):
    first, again = await begun(team), await begun(team)
    assert first.id == again.id
    assert team.vendor.calls.count("start") == 1


async def test_a_start_whose_answer_was_lost_is_found_and_not_repeated(team):
    run = await team.suites.run(Wish("api", "integration"), caller=by(ANA))
    team.vendor.lose_answer()
    await team.work(until=timedelta(seconds=10))
    assert (await team.suites.of(run.id)).stage is Stage.RUNNING
    assert (team.vendor.calls.count("start"), len(team.vendor.began)) == (1, 1)


async def test_a_start_that_never_shows_is_not_repeated_and_says_what_to_do(team):
    run = await team.suites.run(Wish("api", "integration"), caller=by(ANA))
    team.vendor.troubles.append(Trouble(OutcomeUnknown("No answer.", vendor="fake", status=0)))
    await team.work(until=timedelta(minutes=4))
    assert (await team.suites.of(run.id)).verdict is Verdict.NONE
    await team.work(until=timedelta(minutes=2))
    ended = await team.suites.of(run.id)
    assert (ended.verdict, team.vendor.calls.count("start")) == (Verdict.INFRASTRUCTURE, 1)
    assert "It was not started a second time" in ended.why


async def test_what_failed_runs_again_by_name_however_often_and_by_whomever_it_is_asked_for(team):
    run = await ended(team, await begun(team), RunState.FAILED, RED)
    team.runs.versions = {"payments": "1.5.0"}
    once = await team.suites.retry(run.id, failed=True, caller=by(ANA, "press"))
    twice = await team.suites.retry(run.id, failed=True, caller=by(BEN, "press"))
    assert once.id == twice.id
    await team.work(until=timedelta(seconds=3))
    again = await team.suites.of(once.id)
    assert (again.attempt, again.repeats, again.trigger) == (2, run.number, Trigger.RETRY)
    assert again.since == ("payments 1.4.2 -> 1.5.0",)
    variables = team.vendor.began[again.run.id].request.variables
    assert (variables["FAILED_TESTS"], variables["ATTEMPT"]) == ("api/test_pay.py::TestPay::test_a[EUR]", "2")
    assert len(team.vendor.began) == 2


@pytest.mark.parametrize(("before", "now"), [({}, {"payments": "1.5.0"}), ({"payments": "1.5.0"}, {}), ({}, {})])
async def test_what_has_changed_since_is_unknown_where_versions_are(team, before, now):
    team.runs.versions = before
    run = await ended(team, await begun(team), RunState.FAILED, RED)
    team.runs.versions = now
    again = await team.suites.retry(run.id, failed=True, caller=by(ANA))
    await team.work(until=timedelta(seconds=3))
    assert (await team.suites.of(again.id)).since is None


async def test_what_still_runs_and_what_names_no_failed_test_is_not_run_again(team):
    run = await begun(team)
    with pytest.raises(StillRunning):
        await team.suites.retry(run.id, failed=True, caller=by(ANA))
    run = await ended(team, run, RunState.FAILED)
    with pytest.raises(NothingFailed):
        await team.suites.retry(run.id, failed=True, caller=by(ANA))
    whole = await team.suites.retry(run.id, failed=False, caller=by(ANA))
    assert (whole.attempt, whole.only) == (2, ())


async def test_failed_jobs_run_again_where_the_vendor_does_that_also_when_its_answer_is_lost(team):
    run = await ended(team, await begun(team, "jobs"), RunState.FAILED, RED)
    again = await team.suites.retry(run.id, failed=True, caller=by(ANA))
    team.vendor.lose_answer()
    await team.work(until=timedelta(seconds=20))
    again = await team.suites.of(again.id)
    assert (again.stage, again.run.id, again.again) == (Stage.RUNNING, run.run.id, 2)
    assert team.vendor.calls.count("retry_failed") == 1
    assert (await ended(team, again, RunState.SUCCEEDED, GREEN)).verdict is Verdict.PASSED


async def test_a_suite_that_shares_holds_its_place_to_the_end_and_gives_it_back(team):
    run = await begun(team, "e2e")
    [lease] = (await leases(team)).values()
    assert (lease.mode, [pin.run for pin in lease.pins]) == ("shared", [run.id])
    await ended(team, run, RunState.SUCCEEDED, GREEN)
    assert await leases(team) == {}


async def test_it_runs_under_the_lease_that_its_team_has_and_leaves_it(team):
    await holds(team, ANA)
    run = await begun(team, "e2e", BEN)
    assert not run.held.taken
    await ended(team, run, RunState.SUCCEEDED, GREEN)
    [lease] = (await leases(team)).values()
    assert (lease.person, lease.pins) == (ANA, ())


async def test_a_suite_that_shares_waits_for_whoever_holds_the_place_and_then_begins_by_itself(team):
    await holds(team, CEM)
    run = await begun(team, "e2e")
    assert (run.stage, team.vendor.began) == (Stage.WAITING, {})
    [held] = [each for each in (await leases(team)).values() if each.person == CEM]
    await team.reservations.release(held.id, caller=by(CEM, "done"))
    await team.work(until=timedelta(seconds=3))
    assert (await team.suites.of(run.id)).stage is Stage.RUNNING


async def test_a_suite_that_watches_runs_whoever_holds_the_place(team):
    await holds(team, CEM)
    run = await begun(team)
    assert run.stage is Stage.RUNNING
    assert [lease.person for lease in await team.suites.in_the_way(run)] == [CEM]


async def test_cancelling_stops_the_pipeline_and_only_some_may(team):
    run = await begun(team)
    with pytest.raises(Forbidden):
        await team.suites.cancel(run.id, caller=by(CEM))
    await team.suites.cancel(run.id, caller=by(BEN))
    await team.work(until=timedelta(minutes=1))
    assert (await team.suites.of(run.id)).verdict is Verdict.CANCELLED
    assert team.vendor.began[run.run.id].status.state is RunState.CANCELLED


async def test_a_vendor_that_says_no_is_asked_again_and_keeps_no_run_for_ever(team):
    """As with a token that has run out: the run goes on, and is given up at its limit all the same."""
    run = await begun(team)
    no = Trouble(IntegrationError("The token has run out.", vendor="fake", status=401))
    team.vendor.troubles.append(no)
    await team.work(until=timedelta(minutes=2))
    looked = await team.suites.of(run.id)
    assert (looked.stage, looked.looks > run.looks) == (Stage.RUNNING, True)
    team.vendor.troubles.extend([no] * 300)
    await team.work(until=timedelta(hours=2))
    assert (await team.suites.of(run.id)).verdict is Verdict.INFRASTRUCTURE
    assert await leases(team) == {}


async def test_a_look_that_fails_does_not_keep_the_sweep_from_the_others(team):
    """The jobs of both were lost, and a store is away for the first one."""
    for request in ("r1", "r2"):
        team.vendor.advance((await begun(team, request=request)).run, RunState.SUCCEEDED)
    team.vendor.troubles.append(Trouble(Unavailable("Away.", recorded=False)))
    team.clock.advance(timedelta(minutes=5))
    await team.following.sweep({})
    assert sorted(run.stage for run in await team.suites.history()) == [Stage.READING, Stage.RUNNING]


async def test_what_does_not_end_is_given_up(team):
    run = await begun(team)
    await team.work(until=timedelta(minutes=11))
    run = await team.suites.of(run.id)
    assert (run.verdict, run.why) == (Verdict.INFRASTRUCTURE, "it did not end within 10 minutes")


async def test_parameters_are_held_to_what_the_catalog_says(team):
    with pytest.raises(UsageError, match="currency is one of EUR, USD, not GBP"):
        await begun(team, parameters={"currency": "GBP"})
    with pytest.raises(UsageError, match="There is no parameter called colour"):
        await begun(team, parameters={"colour": "red"})


@BOTH
async def test_the_room_stands_on_both_databases(valkey, database_url):
    async with a_team(valkey, database_url) as team:
        first = await ended(team, await begun(team), RunState.FAILED, RED)
        second = await begun(team, request="other")
        assert (first.number, second.number) == (1, 2)
        assert (await team.suites.of("#1")).id == first.id
        assert [run.id for run in await team.suites.under_way()] == [second.id]


async def test_the_same_request_with_other_parameters_is_refused_and_nothing_is_run(team):
    run = await begun(team, parameters={"CURRENCY": "USD"})
    assert (await begun(team, parameters={"CURRENCY": "USD"})).id == run.id
    with pytest.raises(RequestReused, match="as #1, with other parameters"):
        await begun(team, parameters={"CURRENCY": "EUR"})
    assert len(team.vendor.began) == 1
