"""What a report comes to, how failed tests are named, and how far a log says that a run is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.catalog import Retry
from bot.ports.pipelines import RunState
from bot.suites.progress import progress
from bot.suites.report import Gathering, Report, joined
from bot.suites.reports.model import Case
from bot.suites.requests import failed_tests
from bot.suites.retrying import tests_to_repeat as names_of
from bot.suites.retrying import took
from bot.suites.understanding import read
from bot.suites.values import Counts, Part, SuiteRun, Verdict, difference
from bot.suites.verdict import verdict_of
from handlers.kit.runs import which_red

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)


def case(status="passed", **more):
    return Case(**{"id": "a", "name": "a", "suite": "s", "status": status, **more})


def report(*statuses, **more):
    gathering = Gathering()
    gathering.add(case(status) for status in statuses)
    return gathering.report(**more)


@pytest.mark.parametrize(
    ("said", "ended", "verdict"),
    [
        (report("passed", "flaky"), RunState.SUCCEEDED, Verdict.PASSED),
        (report("passed", "failed"), RunState.FAILED, Verdict.FAILED),
        (report("passed", "error"), RunState.SUCCEEDED, Verdict.FAILED),
        (report("passed"), RunState.FAILED, Verdict.INFRASTRUCTURE),
        (report("passed", incomplete=True), RunState.SUCCEEDED, Verdict.INFRASTRUCTURE),
        (report("passed", broke=True), RunState.SUCCEEDED, Verdict.INFRASTRUCTURE),
        (report("failed", broke=True), RunState.FAILED, Verdict.FAILED),
        (report("failed"), RunState.CANCELLED, Verdict.CANCELLED),
        (report("passed", "skipped"), RunState.SUCCEEDED, Verdict.PASSED),
        (report("skipped", "skipped"), RunState.SUCCEEDED, Verdict.SKIPPED),
        (report("skipped"), RunState.FAILED, Verdict.INFRASTRUCTURE),
        (Report(), RunState.SUCCEEDED, Verdict.INFRASTRUCTURE),
    ],
)
def test_what_may_be_missing_did_not_pass(said, ended, verdict):
    assert verdict_of(said, ended)[0] is verdict


def test_a_run_that_skipped_all_of_its_tests_says_why():
    gathering = Gathering()
    gathering.add([case("skipped", message="no Chromium\nhere")] * 2)
    assert verdict_of(gathering.report(), RunState.SUCCEEDED)[1] == "all 2 tests were skipped: no Chromium"


def test_flaky_tests_passed_and_are_counted_apart():
    assert joined([report("passed", "flaky"), report("failed", "error", "skipped")]).counts == Counts(5, 2, 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("failed", "style", "name"),
    [
        (
            case("failed", name="t[EUR]", file="api/t.py", classname="api.t.TestPay"),
            Retry.PYTEST,
            "api/t.py::TestPay::t[EUR]",
        ),
        (case("failed", name="t", classname="api.test_pay"), Retry.PYTEST, "api/test_pay.py::t"),
        (
            case("error", name="t", classname="api.test_pay.TestA.TestB"),
            Retry.PYTEST,
            "api/test_pay.py::TestA::TestB::t",
        ),
        (
            case("failed", id="pay.spec.ts › Cart › adds › [chromium]"),
            Retry.PLAYWRIGHT,
            "[chromium] › pay.spec.ts › Cart › adds",
        ),
    ],
)
def test_a_failed_test_is_named_as_its_runner_takes_it(failed, style, name):
    gathering = Gathering()
    gathering.add([case(), failed])
    assert names_of([(7, gathering.report())], style, None) == ((name,), (7,))


def test_what_is_repeated_of_several_runs_is_named_once_with_those_in_which_it_failed():
    told: list[tuple[int, Report]] = []
    for number, name in ((9, "b"), (4, "a"), (7, "b"), (5, "c")):
        gathering = Gathering()
        gathering.add([case("failed", id=name, name=name)])
        told.append((number, gathering.report()))
    part = Part("a and b", lambda test: test in "ab")
    assert names_of(told, Retry.PYTEST, part) == (("b", "a"), (4, 7, 9))


def test_too_many_names_for_a_variable_mean_all_of_them():
    assert failed_tests(("a", "b")) == "a\nb"
    assert failed_tests(tuple(f"tests/test_{n}.py::test" for n in range(2_000))) == ""


PYTEST = """collected 4 items

a.py::test_a PASSED                 [ 25%]
a.py::test_b[x] FAILED              [ 50%]
a.py::test_c SKIPPED (no x)         [ 75%]
"""


@pytest.mark.parametrize(
    ("tail", "before", "known"),
    [
        (PYTEST, Counts(), Counts(4, 1, 1, 0, 1)),
        ("a.py::test_z PASSED    [ 90%]\n", Counts(100, 10, 2), Counts(100, 88, 2)),
        ("  ✓  [3/127] a.spec.ts\n", Counts(), Counts(127, 3)),
        ("nothing to see\n", Counts(4, 1), Counts(4, 1)),
        (PYTEST, Counts(4, 4), Counts(4, 4)),
    ],
)
def test_the_end_of_a_log_says_how_far_a_run_is(tail, before, known):
    assert progress(tail, before) == known


def test_a_file_that_is_no_report_says_why():
    said = read("notes.txt", b"hello")
    assert (said.counts.total, said.incomplete) == (0, True)
    assert "notes.txt:1:1: this is no test report" in said.why


def test_what_changed_is_said_for_each_service():
    said = difference({"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"})
    assert said == ("b 2 -> 3", "c unknown -> 4")


def test_a_red_run_that_others_retried_and_that_is_red_still_is_offered_first_to_whoever_began_it():
    def run(number, by, origin="R1"):
        parent = f"R{number - 1}" if number > 1 else ""
        return SuiteRun(f"R{number}", number, "api", "integration", by, NOON, origin=origin, parent=parent)

    other, again = run(9, "U0BEN", "R9"), run(3, "U0ANA")
    question, ordered = which_red([other, again], {"R1"})
    assert question == "Your run was retried as #3 by <@U0ANA>, which is red too. Retry which one?"
    assert [each.number for each in ordered] == [3, 9]
    assert which_red([other, again], set()) == ("None of your runs is red. Retry which one?", [other, again])
    assert which_red([], {"R1"})[0].startswith("No run is red")


def test_what_repeats_some_tests_is_expected_to_take_no_longer_than_the_run_did():
    """So a retry of a short run is told of once, with what came of it."""
    run = SuiteRun("R1", 1, "api", "integration", "U0ANA", NOON, started_at=NOON)
    assert took(run) is None
    assert took(replace(run, ended_at=NOON + timedelta(minutes=4))) == timedelta(minutes=4)
    assert took(replace(run, ended_at=NOON)), "is known all the same"
