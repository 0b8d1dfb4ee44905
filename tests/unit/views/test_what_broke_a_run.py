"""A red run begins with what broke it, as its cases know it, and leads to them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.cases.still import StillRed
from bot.cases.telling import broken
from bot.notices.running import BrokeFacts, FailedFacts, RunFacts, SuiteEnded
from handlers.views.render import render
from tests.unit.cases.test_model import after, cause, run

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
SAID = "AssertionError: POST /purchases was answered 502"
CASE = "https://signalbox.example/cases/C1"
RUN = RunFacts(
    *("R7", 7, "checkout-api", "integration", "U0ANA", "person", "over", NOON),
    verdict="failed",
    total=22,
    passed=18,
    failed=4,
    failures=(FailedFacts("test_pays", SAID), FailedFacts("test_refunds", SAID)),
    ended=NOON + timedelta(seconds=9),
    broke=(BrokeFacts("KeyError: 'EUR'", "payments", 4, page_url=CASE),),
)


def told(found):
    return str(render(SuiteEnded(found)).blocks[0])


def test_the_cause_comes_first_with_its_case_and_what_each_test_said_of_it_is_not_told_once_more():
    said = told(RUN)
    assert f"*payments: KeyError: 'EUR'* broke 4 tests · <{CASE}|its case>" in said
    assert said.index("KeyError") < said.index("test_pays")
    assert SAID not in said


def test_what_is_in_no_case_is_told_as_the_tests_said_it():
    assert SAID in told(replace(RUN, broke=()))
    assert SAID in told(replace(RUN, broke=(replace(RUN.broke[0], tests=3),)))


def test_at_most_three_causes_are_named_and_an_environment_that_is_down_is_said_to_be():
    many = told(replace(RUN, broke=tuple(replace(RUN.broke[0], says=f"cause {n}", tests=1) for n in range(5))))
    assert "cause 2" in many
    assert "cause 3" not in many
    assert "… and 2 more causes" in many
    down = replace(RUN, broke=(BrokeFacts("no answer", tests=4, down=("payments (ConnectError)",), page_url=CASE),))
    assert f":no_entry: *integration* is down: no answer from payments (ConnectError) · <{CASE}|its case>" in told(down)


def test_only_what_this_run_met_counts_the_most_tests_first():
    cases = after(run(5, cause("usd", "x", "y", "z")), run(6, cause("eur", "a", "b"), cause("usd", "x")))
    assert [(each.says, each.tests) for each in broken(cases)] == [("eur broke", 2), ("usd broke", 1)]
    [usd] = [each for case in cases for each in case.causes if each.id == "usd"]
    assert usd.still == (StillRed("R5", 5, ("y", "z")),)
