"""What becomes of cases with each run and each hand: one open case for a cause, whatever is repeated or comes late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.facts import facts
from bot.cases.model import Change, close, decide, look, reopen, retry
from bot.cases.still import StillRed
from bot.cases.values import Evidence, Found, Kind, Place, Retrying, Ruled, RunRef, Struck, Suspect
from bot.errors import Conflict
from bot.failures.rules import Says
from bot.failures.situation import Deployed
from bot.failures.verdict import Verdict
from bot.suites.left import Left
from handlers.kit import retries
from handlers.views.cases.buttons import retry_cause
from handlers.views.cases.words import headline, still

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
PLACE = Place("api", "integration")


def cause(id, *tests, verdict=Verdict.NEW):
    return Struck(id, f"{id} broke", tests or (id,), tests or (id,), Evidence(verdict))


def run(number, *causes, passed=(), **more):
    ref = RunRef(f"R{number}", number, NOON + timedelta(minutes=number), 10, len(causes))
    causes = tuple(replace(each, run=ref.id) for each in causes)
    return Found(PLACE, ref, causes=causes, passed=frozenset(passed), **more)


def after(*runs):
    """All cases, by id, once these runs have ended one after the other."""
    cases = {}
    for found in runs:
        for step in decide(found, list(cases.values())):
            cases[step.after.id] = step.after
    return list(cases.values())


def done(step):
    """The case after a hand that changed it."""
    assert step is not None
    return step.after


def changes(found, cases):
    return [step.change for step in decide(found, cases)]


OPEN = after(run(5, cause("eur", "a", "b")))
GREEN = run(6, passed=("a", "b", "c"))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(run(6, cause("eur", "a")), [Change.MET], id="the same cause once more"),
        pytest.param(run(6, cause("eur", "a"), cause("usd")), [Change.MET, Change.OPENED], id="and another"),
        pytest.param(run(6, cause("usd")), [Change.OPENED], id="another cause alone"),
        pytest.param(run(6, cause("usd", verdict=Verdict.FLAKY)), [], id="a flaky test"),
        pytest.param(run(6, cause("usd", verdict=Verdict.KNOWN_ISSUE)), [], id="a known issue"),
        pytest.param(GREEN, [Change.RECOVERED], id="all of its tests have passed"),
        pytest.param(run(6, passed=("a", "c")), [Change.QUIET], id="one of its tests has not run"),
        pytest.param(
            run(6, cause("usd"), passed=("a", "b")), [Change.RECOVERED, Change.OPENED], id="green, another red"
        ),
        pytest.param(run(6, cause("usd"), conclusive=False), [], id="a run that was killed"),
        pytest.param(run(6, passed=("a", "b"), conclusive=False), [], id="green as far as it came"),
        pytest.param(run(5, cause("eur", "a", "b")), [], id="the same run again"),
        pytest.param(run(4, cause("eur", "a")), [], id="an older run of the same cause"),
        pytest.param(run(4, passed=("a", "b")), [], id="an older run that was green"),
    ],
)
def test_what_a_run_does_to_an_open_case(found, expected):
    assert changes(found, OPEN) == expected


CLOSED = after(run(5, cause("eur", "a", "b")), GREEN)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(run(7, cause("eur", "a")), [Change.REOPENED], id="its cause returns"),
        pytest.param(run(7, cause("eur", "a", verdict=Verdict.FLAKY)), [], id="as a flake"),
        pytest.param(run(7, passed=("a", "b")), [], id="green again"),
        pytest.param(run(6, cause("eur", "a")), [], id="no newer than the run that closed it"),
        pytest.param(run(7, cause("usd")), [Change.OPENED], id="another cause"),
    ],
)
def test_what_a_run_does_to_a_closed_case(found, expected):
    assert changes(found, CLOSED) == expected


def test_a_case_says_with_which_deployment_it_is_green_again():
    [case] = OPEN
    came = [Deployed(id, "payments", "1.5.0", "1.5.1", at, at) for id, at in (("D1", NOON), ("D2", case.last.at))]
    late = replace(came[1], id="D3", end=case.last.at + timedelta(seconds=1))
    [step] = decide(replace(GREEN, deployed=(*came, late)), OPEN)
    assert step.after.closed is not None
    assert [each.id for each in step.after.closed.since] == ["D3"]


def test_what_came_during_a_run_is_told_of_the_run_whose_tests_are_unclear():
    came = Deployed("D9", "payments", "1.4.1", "1.5.0", NOON, NOON)
    [case] = after(run(5, replace(cause("eur", "a", "b"), evidence=suspecting("orders"))))
    unclear = replace(cause("eur", "a", "b"), unclear=("b",), evidence=Evidence(Verdict.NEW, during=((came, 1),)))
    [step] = decide(run(6, unclear), [case])
    evidence = step.after.causes[0].evidence
    assert (evidence.during, evidence.suspects) == (((came, 1),), case.causes[0].evidence.suspects)


def suspecting(service, at=NOON):
    suspect = Suspect(Deployed("DBAD", service, "1.4.1", "1.5.0", at, at), sure=True)
    return Evidence(Verdict.REGRESSION, suspects=(suspect,))


def test_of_several_causes_one_may_be_green_before_the_others():
    cases = after(run(5, cause("eur", "a"), cause("usd", "b")), run(6, cause("usd", "b"), passed=("a",)))
    assert [(each.id, each.green) for each in cases[0].causes] == [("eur", True), ("usd", False)]
    assert changes(run(7, passed=("b",)), cases) == [Change.RECOVERED]


def test_what_it_struck_stays_red_until_each_of_it_has_passed_though_a_newer_run_tells_of_some_only():
    """A run with a parameter has fewer tests, and a retry fewer still."""
    ten = run(10, cause("eur", "a", "b", "c", "d"))
    some = run(13, cause("eur", "a", "e"), passed=("d",))
    [case] = after(ten, some)
    [eur] = case.causes
    assert (eur.tests, eur.run, eur.still) == (("a", "e", "b", "c"), "R13", (StillRed("R10", 10, ("b", "c")),))
    told = facts(replace(case, last=replace(case.last, total=14)))
    assert "broke 4 of 14" in headline(told)
    assert still(told) == ": 2 of 14 there; 2 more red since #10"
    [retried] = after(ten, some, run(14, passed=("a", "e")))
    assert (retried.open, retried.causes[0].tests) == (True, ("b", "c"))
    assert after(ten, some, run(14, passed=("a", "e")), run(15, passed=("b", "c")))[0].open is False
    [back] = after(ten, some, run(14, passed=("a", "b", "c", "e")), run(15, cause("eur", "a")))
    assert (back.causes[0].tests, back.causes[0].still) == (("a",), ())


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.booleans(), min_size=1), min_size=1, max_size=6))
def test_a_case_is_green_when_each_test_that_it_struck_passed_when_it_ran_last(runs):
    """runs: by test, whether it passed; what a run does not name it has not run."""
    seen, red = [run(4, cause("eur", "a", "b"))], {"a", "b"}
    for number, tests in enumerate(runs, 5):
        failed, passed = [t for t in tests if not tests[t]], [t for t in tests if tests[t]]
        seen.append(run(number, *([cause("eur", *failed)] if failed else []), passed=passed))
        red = (red | set(failed)) - set(passed)
    [case] = after(*seen)
    assert case.open == bool(red)
    assert not red or set(case.causes[0].tests) == red
    assert {test for each in case.causes[0].still for test in each.tests} <= red or not red


def test_a_case_that_one_of_its_causes_reopens_is_named_after_that_one():
    shut = after(run(5, cause("eur", "a"), cause("reset", "b")), GREEN)
    [step] = decide(run(7, cause("reset", "b")), shut)
    assert step.change is Change.REOPENED
    told = facts(step.after)
    assert [(each.says, each.green) for each in told.causes] == [("reset broke", False), ("eur broke", True)]
    assert "reset broke* broke 1 of 10" in headline(told)


def test_each_cause_is_retried_of_the_run_that_met_it_and_its_files_are_there():
    left = ((Left("trace.zip", "trace", "k1"),),)
    both = tuple(replace(cause(id, id), files=left) for id in ("eur", "usd"))
    [case] = after(run(5, *both), run(6, both[0]))
    told = facts(case, root="https://signalbox.example")
    assert [each.run for each in told.causes] == ["R6", "R5"]
    urls = [each.files[0][0].url for each in told.causes]
    assert urls == [f"https://signalbox.example/runs/{id}/files/k1" for id in ("R6", "R5")]
    assert told.failing == 2
    assert '"run":"R5"' in str(retry_cause(told, told.causes[1], 2))


async def test_what_is_settled_or_closed_is_not_run_again():
    [case] = OPEN
    nothing: Any = None
    ruled = replace(case.causes[0], ruled=Ruled("K1", Says.KNOWN, "U0ANA"))
    with pytest.raises(Conflict, match="<@U0ANA> has said what it is"):
        await retries.retry_cause(replace(case, causes=(ruled,)), "eur", "R5", nothing, nothing)
    with pytest.raises(Conflict, match="The case is closed"):
        await retries.retry_cause(done(close(case, "U0ANA", NOON)), "eur", "R5", nothing, nothing)


def test_an_outage_blames_nobody_is_one_and_ends_with_the_next_run_that_is_carried_out():
    down = replace(run(6), down=cause("down", verdict=Verdict.ENVIRONMENT_DOWN), conclusive=False)
    cases = after(run(5, cause("eur", "a")), down)
    assert [case.kind for case in cases] == [Kind.FAILURES, Kind.OUTAGE]
    again = replace(down, run=replace(down.run, id="R7", number=7))
    assert changes(again, cases) == [Change.QUIET]
    assert changes(run(8, cause("eur", "a")), cases) == [Change.MET, Change.RECOVERED]


def test_a_hand_is_told_once_however_often_it_presses():
    [case] = OPEN
    looked = done(look(case, "U0ANA", NOON))
    assert look(looked, "U0ANA", NOON) is None
    both = done(look(looked, "U0BEN", NOON))
    assert [each.person for each in both.lookers] == ["U0ANA", "U0BEN"]
    shut = done(close(both, "U0BEN", NOON))
    assert (close(shut, "U0ANA", NOON), look(shut, "U0CEM", NOON)) == (None, None)
    assert done(reopen(shut, "U0ANA", NOON)).open
    assert reopen(case, "U0ANA", NOON) is None


def test_a_retry_is_shown_until_it_has_ended_whatever_came_of_it():
    [case] = OPEN
    shown = done(retry(case, Retrying("U0ANA", 7), NOON))
    assert retry(shown, Retrying("U0ANA", 7), NOON) is None
    [step] = decide(run(7, conclusive=False), [shown])
    assert (step.change, step.after.retrying) == (Change.QUIET, None)
    assert retry(case, Retrying("U0ANA", 5), NOON) is None


def test_what_a_run_skipped_is_said_once_until_it_is_tried_again():
    """Be it in a run of other tests, or in one that skipped them all and so was none."""
    [case] = OPEN
    for conclusive in (True, False):
        [step] = decide(run(7, skipped=frozenset("b"), conclusive=conclusive), [case])
        [skipped] = step.after.causes
        assert (step.change, skipped.skipped_in, skipped.skipped) == (Change.SKIPPED, 7, 1)
        assert step.after.open
        assert decide(run(8, skipped=frozenset("ab"), conclusive=conclusive), [step.after]) == ()
        [again] = decide(run(8, cause("eur", "a", "b")), [step.after])
        assert changes(run(9, skipped=frozenset("a")), [again.after]) == [Change.SKIPPED]
        shut = done(close(case, "U0ANA", NOON))
        assert decide(run(7, skipped=frozenset("ab"), conclusive=conclusive), [shut]) == ()
    assert decide(run(7, skipped=frozenset("c")), [case]) == ()


def test_a_retry_that_skipped_what_it_was_for_says_that_with_what_else_came_of_it():
    [case] = after(run(5, cause("eur", "a"), cause("usd", "b")))
    shown = done(retry(case, Retrying("U0ANA", 7), NOON))
    [step] = decide(run(7, passed=("a",), skipped=frozenset("b")), [shown])
    assert (step.change, [each.skipped_in for each in step.after.causes]) == (Change.RETRIED, [0, 7])


@pytest.mark.parametrize(
    ("before", "now", "same"), [("v1", "v1", True), ("v1", "v2", False), ("", "", False), ("", "v1", False)]
)
def test_it_is_green_on_the_same_versions_only_where_both_are_known(before, now, same):
    red, green = run(5, cause("eur", "a")), run(6, passed=("a",))
    red = replace(red, run=replace(red.run, versions=before))
    green = replace(green, run=replace(green.run, versions=now))
    [case] = after(red, green)
    assert (case.closed.same, case.closed.since) == (same, ())
