"""What failed in a run, test by test, and what of it is no news."""

from __future__ import annotations

from bot.notices.running import ExcusedFacts, FailedFacts, RunFacts
from handlers.kit.mrkdwn import code, escape, link
from handlers.views import lease as words
from handlers.views.cases.rules import ticket

TEST_SHOWN, MESSAGE_SHOWN, ISSUES_SHOWN = 120, 160, 3


def of_them(run: RunFacts) -> str:
    """`, 1 of them quarantined, 2 known (OPS-311)`, or nothing."""
    tickets = ", ".join(ticket(each) for each, _tests in run.known[:ISSUES_SHOWN])
    count = sum(tests for _each, tests in run.known)
    shut = f"{run.quarantined} quarantined" if run.quarantined else ""
    known = f"{count} known ({tickets}{', …' if len(run.known) > ISSUES_SHOWN else ''})" if count else ""
    every = ", ".join(filter(None, (shut, known)))
    return f", {every.replace(' ', ' of them ', 1)}" if every else ""


def failure(test: FailedFacts) -> str:
    message = f"\n      {escape(test.message, MESSAGE_SHOWN)}" if test.message else ""
    trace = f" · {link(test.trace, 'its trace')}" if test.trace else ""
    known = f" · known ({ticket(test.known)})" if test.known else ""
    return f"• {code(test.name, TEST_SHOWN)}{known}{trace}{message}"


def excused(test: ExcusedFacts) -> str:
    """`refund.spec:12` failed once, then passed on the same versions (9 of its last 400)."""
    name = code(test.name, TEST_SHOWN)
    if test.passed_then:
        times = {1: "once", 2: "twice"}.get(test.times, f"{test.times} times")
        known = f" ({test.failures} of its last {test.tries})" if test.tries > test.times + 1 else ""
        return f"{name} failed {times}, then passed on the same versions{known}."
    until = f" until {words.clock(test.until)}" if test.until else ""
    return f"{name} failed: it is quarantined{until}, and {words.who(test.owner)} looks after it."


def failures(run: RunFacts) -> list[str]:
    """The first of them, and how many there are besides."""
    rest = run.failed - run.quarantined - len(run.failures)
    more = [f"… and {rest} more"] if rest > 0 and run.failures else []
    return [*map(failure, run.failures), *more]
