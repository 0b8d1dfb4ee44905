"""What repeats a part of a suite is never told as if it were the state of all of it."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.requests import Request

from bot.catalog.values import Catalog
from bot.suites.account import Account
from bot.suites.facts import facts
from bot.suites.values import Counts, Stage, SuiteRun, Verdict
from bot.suites.wholes import whole_of
from handlers.http.pages.look import shown
from handlers.http.runs import RunPages
from handlers.views.suites.words import line
from tests.support.diagnosing import AT

WHOLE = SuiteRun("R418", 418, "api", "integration", "U0ANA", AT, stage=Stage.OVER, verdict=Verdict.FAILED,
                 counts=Counts(127, 123, 4), started_at=AT, ended_at=AT)  # fmt: skip
PART = replace(WHOLE, id="R419", number=419, verdict=Verdict.PASSED, counts=Counts(4, 4), attempt=2, repeats=418,
               only=("a", "b", "c", "d"))  # fmt: skip
RED = replace(PART, verdict=Verdict.FAILED, counts=Counts(4, 2, 2))


@pytest.mark.parametrize(
    ("run", "whole", "says"),
    [
        (PART, WHOLE, "4 of 127 retried: green · all of it: :red_circle: #418, 4 of 127 failed"),
        (RED, WHOLE, "4 of 127 retried: 2 failed again · all of it: :red_circle: #418, 4 of 127 failed"),
        (PART, None, "4 retried: green"),
        (replace(PART, only=(), again=2), replace(WHOLE, verdict=Verdict.PASSED, counts=Counts(127, 127)),
         "4 of 127 retried: green · all of it: :white_check_mark: #418, green"),
        (replace(PART, verdict=Verdict.CANCELLED), WHOLE, "4 of 127 retried: cancelled · all of it: :red_circle: #418"),
    ],
)  # fmt: skip
def test_a_list_tells_a_part_beside_the_whole(run, whole, says):
    assert f"*api* #419 in *integration* · {says}" in line(facts(run, whole=whole), AT)


def test_a_whole_run_is_told_as_before():
    assert ":red_circle: *api* #418 in *integration* · 4 of 127 failed, 0s · " in line(facts(WHOLE), AT)


def test_the_whole_is_the_newest_before_it_that_could_be_judged():
    newer = [replace(WHOLE, id=f"R{number}", number=number) for number in (415, 417, 420)]
    aside = [
        replace(WHOLE, number=416, environment="staging"),
        replace(WHOLE, number=414, suite="e2e"),
        replace(WHOLE, id="R413", number=413, verdict=Verdict.INFRASTRUCTURE),
        replace(PART, number=412),
        replace(PART, number=411, only=(), again=2),
    ]
    assert whole_of(PART, [*aside, *newer]) == newer[1]
    assert whole_of(PART, aside) is None


async def test_the_page_of_a_part_says_how_all_of_it_went():
    class Accounts:
        async def of(self, _id):
            return Account(PART, (WHOLE, RED, PART), (), (), (), (), (), whole=WHOLE)

    accounts: Any = Accounts()
    none: Any = None
    pages = RunPages(accounts, none, none, lambda: Catalog({}, {}))
    page = shown(*await pages.show(Request({"type": "http", "path_params": {"id": "R419"}})))
    assert '<span class="tag good-text">4 of 127 retried: green</span>' in page
    assert 'as <a href="R418">#418</a>: <span class="bad-text">failed</span>, 4 of 127 failed' in page
    assert '<td class="bad-text">4 of 127 retried: 2 failed again</td>' in page
    assert '<td class="bad-text">failed</td>' in page
