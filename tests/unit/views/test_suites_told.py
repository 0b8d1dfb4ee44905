"""Runs of suites as people read them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.notices.running import FailedFacts, RunFacts, SuiteEnded
from handlers.views.render import render
from handlers.views.suites import answers
from handlers.views.suites.words import attempt
from tests.support.blocks import texts_of

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)


def the_past(**known):
    told = {"since": NOON - timedelta(days=45), "found": 240, "kept": 0, "left": 0, "passed_over": {}, **known}
    facts = answers.SuiteFacts("api", "", (), required=False, past=answers.PastFacts(**told))
    [line] = [text for text in texts_of(answers.plan((facts,), NOON).blocks) if "History" in text]
    return line.partition("History: ")[2]


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ({"kept": 212, "passed_over": {"left no report": 28}}, "212 of 240 earlier runs since {} · 28 left no report"),
        ({"kept": 15, "left": 225}, "15 of 240 earlier runs since {}, 225 still to be read"),
        ({"found": 0}, "the provider knows no run from before Signalbox (asked back to {})"),
        ({"found": 0, "why": "The token has <run> out."}, "The token has &lt;run&gt; out."),
    ],
)
def test_the_plan_says_what_is_known_from_before(known, says):
    began = f"<!date^{int((NOON - timedelta(days=45)).timestamp())}"
    before, _, rest = says.partition("{}")
    line = the_past(**known)
    assert line.startswith(before + (began if rest else ""))
    assert line.endswith(rest)


@pytest.mark.parametrize(
    ("since", "says"),
    [
        (None, ""),
        ((), "On the same versions as #418."),
        (("payments 1.5.0 -> 1.5.1",), "Since #418: payments 1.5.0 -&gt; 1.5.1."),
    ],
)
def test_a_receipt_says_what_has_changed_since_the_attempt_before_where_that_is_known(since, says):
    run = RunFacts("R419", 419, "api", "integration", "U0ANA", "retry", "over", NOON, verdict="passed", attempt=2)
    ended = render(SuiteEnded(replace(run, repeats=418, started=NOON, ended=NOON, since=since)))
    lines = [line for line in "\n".join(texts_of(ended.blocks)).splitlines() if "what failed in" not in line]
    assert [line for line in lines if "#418" in line] == ([says] if says else [])


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({}, "4 of 127 failed"),
        ({"known": (("OPS-311", 1),)}, "4 of 127 failed, 1 of them known (OPS-311)"),
        (
            {"known": (("OPS-311", 2), ("a <slow> disk", 1))},
            "4 of 127 failed, 3 of them known (OPS-311, a &lt;slow&gt; disk)",
        ),
        (
            {"known": tuple((f"OPS-{n}", 1) for n in range(4))},
            "4 of 127 failed, 4 of them known (OPS-0, OPS-1, OPS-2, …)",
        ),
        ({"known": (("OPS-311", 2),), "quarantined": 1}, "4 of 127 failed, 1 of them quarantined, 2 known (OPS-311)"),
    ],
)
def test_a_receipt_says_how_much_of_what_failed_is_no_news(told, says):
    run = RunFacts("R418", 418, "api", "integration", "U0ANA", "person", "over", NOON, verdict="failed")
    ended = render(SuiteEnded(replace(run, total=127, passed=123, failed=4, **told)))
    assert next(iter(texts_of(ended.blocks))) == f":red_circle: *api* #418 in *integration*: {says}"


def test_a_receipt_marks_a_test_whose_failure_is_known():
    failures = (
        FailedFacts("test_new"),
        FailedFacts("test_old", "KeyError: EUR", known="https://jira.example.com/OPS-311"),
    )
    run = RunFacts(
        "R418", 418, "api", "integration", "U0ANA", "person", "over", NOON, verdict="failed", failures=failures
    )
    assert next(iter(texts_of(render(SuiteEnded(replace(run, failed=2))).blocks))).splitlines()[1:] == [
        "• `test_new`",
        "• `test_old` · known (<https://jira.example.com/OPS-311|OPS-311>)",
        "      KeyError: EUR",
    ]


@pytest.mark.parametrize(
    ("failed_in", "says"),
    [
        ((), "4 that failed in #418"),
        ((416,), "4 that failed in #416"),
        ((412, 416, 418), "4 that failed in #412 and #416 and #418"),
        ((410, 412, 416, 418), "4 that failed in 4 runs"),
    ],
)
def test_an_attempt_names_the_runs_in_which_its_tests_failed(failed_in, says):
    run = RunFacts("R419", 419, "api", "integration", "U0ANA", "retry", "open", NOON, attempt=2, repeats=418, only=4)
    assert attempt(replace(run, failed_in=failed_in)) == f"attempt 2, {says}"


@pytest.mark.parametrize(("count", "said"), [(0, "0 suites"), (1, "1 suite"), (2, "2 suites")])
def test_a_notification_counts_suites_as_people_do(count, said):
    suite = answers.SuiteFacts("api", "", (), required=False)
    assert answers.plan((suite,) * count, NOON).text == said
