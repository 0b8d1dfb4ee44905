"""What people read of a case while something of it runs again, and after that."""

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from bot.notices.casework import CaseCard, CaseLine, RetryFacts
from handlers.views.render import render
from tests.unit.views.test_cases_told import CASE, EUR, STOCK
from tests.unit.views.test_words import read

RUNS = RetryFacts(419, "U0BEN", 2, 4, stage="running", began=True, since=())


@pytest.mark.parametrize(
    ("again", "says"),
    [
        (replace(RUNS, done=2, failed=2, minutes=1), "2 done, both failed again, about 1 min left, same versions"),
        (replace(RUNS, done=1, failed=1), "1 done, which failed again, same versions"),
        (replace(RUNS, done=3, failed=1, minutes=0), "3 done, 1 failed again, less than a minute left, same versions"),
        (replace(RUNS, done=3), "3 done, none failed again, same versions"),
        (replace(RUNS, done=3, failed=3), "3 done, all 3 failed again, same versions"),
        (replace(RUNS, since=("payments 1.5.0 -> 1.5.1",)), "runs, since then payments 1.5.0 -&gt; 1.5.1"),
        (replace(RUNS, done=3, since=None), "3 done, none failed again"),
        (replace(RUNS, stage="waiting", began=False), "waits for its turn"),
        (replace(RUNS, stage="reading", done=4, minutes=0), "its report is being read, same versions"),
    ],
)
def test_what_runs_again_says_how_far_it_is(again, says):
    card = read(render(CaseCard(replace(CASE, retry=again))))
    assert card[0].splitlines()[-1] == f":hourglass_flowing_sand: <@U0BEN> retries 4 (attempt 2): {says}"


def test_of_a_whole_suite_nothing_need_have_failed_before():
    again = replace(RUNS, tests=0, whole=True, done=90, failed=3)
    card = read(render(CaseCard(replace(CASE, retry=again))))
    assert "<@U0BEN> retries all (attempt 2): 90 done, 3 failed, same versions" in card[0]


def test_a_retry_that_left_something_red_says_what_has_changed():
    case = replace(CASE, causes=(replace(EUR, green=True), STOCK))
    line = render(CaseLine(case, "retried", "U0BEN", run=419)).text
    assert line == snapshot(
        "#419, which <@U0BEN> had run again, has ended: *payments: KeyError: 'EUR'* is green now; 2 tests still to be explained."
    )


@pytest.mark.parametrize(
    ("count", "skipped", "says"),
    [
        (1, 1, "the test of *KeyError: 'EUR'* was skipped"),
        (4, 4, "the 4 tests of *KeyError: 'EUR'* were skipped"),
        (4, 2, "2 of the 4 tests of *KeyError: 'EUR'* were skipped"),
        (4, 1, "1 of the 4 tests of *KeyError: 'EUR'* was skipped"),
    ],
)
def test_what_was_skipped_is_said_where_nothing_else_would_say_why_the_case_stays_open(count, skipped, says):
    cause = replace(EUR, count=count, skipped=skipped, skipped_in=421)
    nothing = f"{says} in #421, so nothing is known about it"
    told = CaseLine(replace(CASE, causes=(cause, STOCK)), "skipped", run=421)
    assert render(told).text == f":fast_forward: {nothing}. The case stays open."
    retried = CaseLine(replace(CASE, causes=(cause, replace(STOCK, green=True))), "retried", "U0BEN", run=421)
    assert nothing in render(retried).text
    assert "skipped" not in render(replace(retried, run=430)).text
