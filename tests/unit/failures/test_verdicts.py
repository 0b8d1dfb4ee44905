"""Every row of the verdicts, their order, and that nothing is guessed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.failures import reasons as says
from bot.failures.flaky import Flakiness, History
from bot.failures.rules import Rule, Says, Scope, Subject
from bot.failures.situation import Deployed, End, FailedTest, Probe, RunFacts, Situation
from bot.failures.values import Origin
from bot.failures.verdict import Verdict, judge

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PAID = FailedTest("t::pays", NOON + 5 * MINUTE, frozenset({"payments", "orders"}), passed_at=NOON - 60 * MINUTE)
RUN = RunFacts("418", NOON, reported=127, failed=4, commit="a1", commit_before="a1")
PLAIN = Situation(RUN, (PAID, replace(PAID, test="t::refunds")), earlier_runs=240)
PAYMENTS = Deployed("D1", "payments", "1.4.2", "1.5.0", NOON - 30 * MINUTE, NOON - 28 * MINUTE, "ana")
FLAKY = Flakiness(History.FLAKY, 9, 400, 9)
KNOWN = Rule("R1", Says.KNOWN, Subject("C1"), Scope(), "ana", NOON, reference="OPS-311")
NOT_FLAKY = Rule("R2", Says.NOT_FLAKY, Subject("C1"), Scope(), "ana", NOON)


def with_failures(at, **facts):
    return replace(at, failures=tuple(replace(each, **facts) for each in at.failures))


def with_run(at, **facts):
    return replace(at, run=replace(at.run, **facts))


EVIDENCE = {
    Verdict.ENVIRONMENT_DOWN: lambda at: replace(at, probes=(Probe("orders", red=True, times=3, detail="503"),)),
    Verdict.RUN_KILLED: lambda at: with_run(with_failures(at, cut_off=True), end=End.KILLED, why="timeout of the job"),
    Verdict.KNOWN_ISSUE: lambda at: replace(at, known_issue=KNOWN),
    Verdict.FLAKY: lambda at: with_failures(at, flakiness=FLAKY),
    Verdict.REGRESSION: lambda at: replace(at, deployments=(*at.deployments, PAYMENTS)),
    Verdict.SUITE_CHANGED: lambda at: with_run(at, commit="b2"),
    Verdict.TEST_DATA: lambda at: replace(at, data_changed_at=NOON - 10 * MINUTE),
    Verdict.EXTERNAL_SYSTEM: lambda at: replace(at, external=("psp-sandbox",)),
}
"""What brings each verdict about, in their order."""


@pytest.mark.parametrize("verdict", EVIDENCE)
def test_evidence_of_one_kind_gives_its_verdict_and_is_its_reason(verdict):
    found = judge(EVIDENCE[verdict](PLAIN))
    assert found.verdict is verdict
    assert not isinstance(found.reasons[0], says.SeenBefore)
    assert says.SeenBefore(0, 240) in found.reasons


@given(st.sets(st.sampled_from(list(EVIDENCE))))
def test_of_several_the_first_in_order_is_the_verdict(kinds):
    at = PLAIN
    for kind in kinds:
        at = EVIDENCE[kind](at)
    ordered = [kind for kind in EVIDENCE if kind in kinds]
    assert judge(at).verdict is (ordered[0] if ordered else Verdict.NEW)


def test_what_nothing_explains_is_new_or_unknown_and_never_guessed():
    assert judge(PLAIN).verdict is Verdict.NEW
    assert judge(replace(PLAIN, seen_in=3)).verdict is Verdict.UNKNOWN
    assert judge(replace(PLAIN, earlier_runs=0)).verdict is Verdict.UNKNOWN


def test_nearly_all_failing_is_no_outage():
    assert judge(with_run(PLAIN, failed=126)).verdict is Verdict.NEW


def test_mostly_connection_errors_or_no_tests_at_all_are_an_outage():
    found = judge(with_run(PLAIN, failed=120, unreachable=112))
    assert (found.verdict, found.reasons[0]) == (Verdict.ENVIRONMENT_DOWN, says.Unreachable(112, 120))
    assert judge(with_run(PLAIN, failed=4, unreachable=2)).verdict is Verdict.NEW
    nothing = replace(with_run(PLAIN, reported=0, failed=0), failures=())
    assert judge(nothing).verdict is Verdict.ENVIRONMENT_DOWN
    assert judge(with_run(nothing, end=End.KILLED, why="cancelled")).verdict is Verdict.RUN_KILLED


def test_a_red_probe_off_the_path_explains_nothing():
    red = (Probe("inventory", red=True, times=3),)
    assert judge(replace(PLAIN, probes=red)).verdict is Verdict.NEW
    assert judge(with_failures(replace(PLAIN, probes=red), path=None)).verdict is Verdict.ENVIRONMENT_DOWN


def test_what_failed_before_the_run_was_killed_is_real():
    killed = with_run(PLAIN, end=End.KILLED)
    assert judge(killed).verdict is Verdict.NEW


def test_not_flaky_is_what_people_say():
    flaky = EVIDENCE[Verdict.FLAKY](PLAIN)
    assert judge(replace(flaky, not_flaky=NOT_FLAKY)).verdict is Verdict.NEW


def test_one_flaky_test_of_two_makes_no_flaky_cause():
    one = replace(PLAIN, failures=(replace(PAID, flakiness=FLAKY), PAID))
    assert judge(one).verdict is Verdict.NEW


def during(minute, service="payments"):
    return Deployed("D2", service, "1.5.0", "1.5.1", NOON + minute * MINUTE, NOON + (minute + 1) * MINUTE)


def test_a_deployment_during_the_run_is_judged_per_failure():
    before, after = replace(PAID, at=NOON + 2 * MINUTE), replace(PAID, at=NOON + 9 * MINUTE)
    both = replace(PLAIN, deployments=(PAYMENTS, during(5)), failures=(before, after))
    found = judge(both)
    assert found.verdict is Verdict.REGRESSION
    assert found.suspects == (PAYMENTS,)
    assert says.CameDuringRun(during(5), 1, 2) in found.reasons
    assert judge(replace(both, failures=(after,))).verdict is Verdict.CANNOT_SAY


def test_a_deployment_during_the_run_off_the_path_changes_nothing():
    at = replace(PLAIN, deployments=(PAYMENTS, during(1, "inventory")))
    assert judge(at).reasons[0] == says.CameSincePass(PAYMENTS, 2, 2, suspected=True)


def test_without_a_trace_a_deployment_during_the_run_may_have_been_met():
    at = with_failures(replace(PLAIN, deployments=(PAYMENTS, during(1))), path=None)
    assert judge(at).verdict is Verdict.CANNOT_SAY


def test_of_two_deployments_the_one_at_the_origin_is_suspected():
    orders = replace(PAYMENTS, id="D0", service="orders")
    at = replace(PLAIN, deployments=(orders, PAYMENTS))
    assert not any(each.suspected for each in judge(at).reasons if isinstance(each, says.CameSincePass))
    assert judge(replace(at, origin=Origin("payments", "KeyError"))).suspects == (PAYMENTS, orders)


def test_what_came_before_one_of_its_tests_has_passed_again_brought_none_of_it():
    late = replace(PAYMENTS, id="D2", service="orders", start=NOON - 10 * MINUTE, end=NOON - 9 * MINUTE)
    pays, refunds = PLAIN.failures
    between = replace(refunds, passed_at=NOON - 20 * MINUTE)
    at = replace(PLAIN, deployments=(PAYMENTS, late))
    assert judge(at).suspects == (PAYMENTS, late)
    some = replace(at, failures=(pays, between))
    assert judge(some).suspects == (late,)
    assert judge(replace(some, origin=Origin("payments", "KeyError"))).suspects == (PAYMENTS, late)


def came(number, before, version, service="payments"):
    at = NOON - 40 * MINUTE + number * MINUTE
    return Deployed(f"D{number}", service, before, version, at, at)


def suspected(*deployments):
    return [
        f"{each.before}→{each.version} {each.id}" for each in judge(replace(PLAIN, deployments=deployments)).suspects
    ]


def test_a_version_on_which_the_tests_passed_is_not_suspected_when_somebody_goes_back_to_it():
    bad, back, again = came(1, "1.4.1", "1.5.0"), came(2, "1.5.0", "1.4.1"), came(3, "1.4.1", "1.5.0")
    assert suspected(bad, back, again) == ["1.4.1→1.5.0 D3"]
    assert suspected(bad, back) == []
    assert suspected(bad, came(2, "1.5.0", "1.6.0"), came(3, "1.6.0", "1.5.0")) == ["1.4.1→1.5.0 D1"]
    assert suspected(bad, came(2, "1.5.0", "1.6.0")) == ["1.4.1→1.5.0 D1", "1.5.0→1.6.0 D2"]
    assert suspected(came(1, "1.4.1", "1.4.1")) == ["1.4.1→1.4.1 D1"]


@given(st.lists(st.sampled_from("abcd"), max_size=6), st.sampled_from(["payments", "orders"]))
def test_what_ran_when_the_tests_passed_is_never_blamed_and_what_runs_now_always_is_or_nothing(versions, service):
    ran = ["a", *(each for each in versions)]
    every = [came(number, *pair, service) for number, pair in enumerate(pairwise(ran), 1) if pair[0] != pair[1]]
    blamed = [each.version for each in judge(replace(PLAIN, deployments=tuple(every))).suspects]
    assert "a" not in blamed
    assert (ran[-1] in blamed) == bool(blamed) == (ran[-1] != "a")
    assert len(set(blamed)) == len(blamed)


def test_what_never_passed_is_no_regression():
    assert judge(with_failures(EVIDENCE[Verdict.REGRESSION](PLAIN), passed_at=None)).verdict is Verdict.NEW


def test_a_deployment_before_the_last_pass_or_off_the_path_is_no_suspect():
    early = replace(PAYMENTS, start=NOON - 90 * MINUTE, end=NOON - 80 * MINUTE)
    assert judge(replace(PLAIN, deployments=(early,))).verdict is Verdict.NEW
    assert judge(replace(PLAIN, deployments=(replace(PAYMENTS, service="inventory"),))).verdict is Verdict.NEW


def came_before(at):
    return [(each.deployment.id, each.suspected) for each in judge(at).reasons if isinstance(each, says.CameBefore)]


EARLY = replace(PAYMENTS, start=NOON - 90 * MINUTE, end=NOON - 80 * MINUTE)
NEVER = with_failures(replace(PLAIN, deployments=(EARLY,)), passed_at=None)


def test_what_came_within_a_day_before_something_new_is_told_though_the_tests_passed_on_it_or_never_did():
    assert came_before(replace(PLAIN, deployments=(EARLY,))) == [("D1", True)]
    assert came_before(NEVER) == [("D1", True)]
    assert came_before(replace(NEVER, earlier_runs=0)) == [("D1", True)]


@pytest.mark.parametrize(
    "at",
    [
        replace(NEVER, seen_in=3),
        replace(NEVER, deployments=(replace(EARLY, service="inventory"),)),
        replace(NEVER, deployments=(replace(EARLY, end=None),)),
        replace(NEVER, deployments=(replace(EARLY, end=NOON - timedelta(days=2)),)),
        replace(NEVER, known_issue=KNOWN),
    ],
)
def test_what_was_seen_before_or_came_elsewhere_or_long_ago_is_told_of_nothing(at):
    assert came_before(at) == []


def test_of_several_that_came_before_the_newest_at_the_origin_is_told():
    orders = replace(EARLY, id="D0", service="orders")
    newer = replace(EARLY, id="D2", end=NOON - 70 * MINUTE)
    at = replace(NEVER, deployments=(orders, EARLY, newer))
    assert came_before(at) == [("D0", False), ("D2", False)]
    assert came_before(replace(at, origin=Origin("payments", "KeyError"))) == [("D2", True)]


def test_most_failures_that_complain_of_data_are_test_data():
    found = judge(with_failures(PLAIN, on_test_data=True))
    assert (found.verdict, found.reasons[0]) == (Verdict.TEST_DATA, says.DataErrors(2, 2))
