"""With what a case is green again, and why it is back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.facts import facts
from bot.cases.model import Change, decide
from bot.failures.situation import Deployed
from tests.unit.cases.test_model import GREEN, after, cause, run, suspecting


def test_what_came_and_was_taken_back_is_not_why_it_is_green_again_and_what_was_suspected_is_told_first():
    [case] = after(run(5, replace(cause("eur", "a", "b"), evidence=suspecting("payments"))))
    came = [
        ("catalog", "2.2.0", "2.3.0"),
        ("catalog", "2.3.0", "2.2.0"),
        ("inventory", "0.9.4", "0.9.3"),
        ("payments", "1.5.0", "1.5.1"),
        ("payments", "1.5.1", "1.4.1"),
        ("orders", "2.0", "2.1"),
    ]
    times = [case.last.at + timedelta(seconds=n) for n in (5, 10, 15, 20, 25, 90)]
    deployed = tuple(Deployed(f"D{n}", *each, at, at) for n, (each, at) in enumerate(zip(came, times, strict=True)))
    [step] = decide(replace(GREEN, deployed=deployed), [case])
    assert step.after.closed is not None
    told = [(each.service, each.before, each.version) for each in step.after.closed.since]
    assert told == [("payments", "1.5.0", "1.4.1"), ("inventory", "0.9.4", "0.9.3")]


def test_what_is_back_tells_why_as_of_the_run_that_met_it_again_and_from_when_on_it_was_green():
    [case] = after(run(5, replace(cause("eur", "a", "b"), evidence=suspecting("payments"))), GREEN)
    again = suspecting("payments", GREEN.run.at)
    [step] = decide(run(7, replace(cause("eur", "a", "b"), evidence=again)), [case])
    assert (step.change, step.after.green_from, step.after.causes[0].evidence) == (Change.REOPENED, GREEN.run.at, again)
    [later] = decide(run(8, cause("eur", "a", "b")), [step.after])
    assert (later.after.green_from, later.after.causes[0].evidence) == (GREEN.run.at, again)
    assert facts(later.after).green_from == GREEN.run.at


@pytest.mark.parametrize(("by", "now"), [("", "orders"), ("U0ANA", "payments")])
def test_what_is_back_comes_from_where_the_run_that_met_it_again_says_unless_a_person_has(by, now):
    first = replace(cause("eur", "a", "b"), evidence=suspecting("payments"), service="payments", service_by=by)
    shut = after(run(5, first), GREEN)
    again = replace(cause("eur", "a", "b"), evidence=suspecting("orders"), service="orders")
    [step] = decide(run(7, again), shut)
    assert step.after.causes[0].service == now
    [unknown] = decide(run(7, cause("eur", "a", "b")), shut)
    assert unknown.after.causes[0].service == "payments"
