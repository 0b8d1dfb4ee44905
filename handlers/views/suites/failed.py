"""What failed in a run, test by test, and what of it is no news."""

from __future__ import annotations

from dataclasses import replace

from bot.notices.running import BrokeFacts, ExcusedFacts, FailedFacts, RunFacts
from bot.plurals import counted
from handlers.kit.mrkdwn import code, escape, link
from handlers.views import lease as words
from handlers.views.cases.rules import ticket

TEST_SHOWN, MESSAGE_SHOWN, ISSUES_SHOWN, CAUSES_SHOWN = 120, 160, 3, 3


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


def causes(run: RunFacts) -> list[str]:
    """`• *payments: KeyError: 'EUR'* broke 8 tests · its case`, or that the environment is down."""
    rest = len(run.broke) - CAUSES_SHOWN
    more = [f"… and {counted(rest, 'more cause')}"] if rest > 0 else []
    return [*(_cause(each, run) for each in run.broke[:CAUSES_SHOWN]), *more]


def _cause(found: BrokeFacts, run: RunFacts) -> str:
    case = f" · {link(found.page_url, 'its case')}" if found.page_url else ""
    if found.down:
        names = ", ".join(escape(each, MESSAGE_SHOWN) for each in found.down[:ISSUES_SHOWN])
        return f":no_entry: *{escape(run.environment, 80)}* is down: no answer from {names}{case}"
    service = f"{escape(found.service, 80)}: " if found.service else ""
    return f"• *{service}{escape(found.says, MESSAGE_SHOWN)}* broke {counted(found.tests, 'test')}{case}"


def failures(run: RunFacts) -> list[str]:
    """What broke them, where cases know that; then the first of them, and how many there are besides."""
    rest = run.failed - run.quarantined - len(run.failures)
    every = sum(each.tests for each in run.broke) >= run.failed - run.quarantined
    told = [replace(each, message="") if every else each for each in run.failures]  # what broke them is said once
    more = [f"… and {rest} more"] if rest > 0 and run.failures else []
    return [*causes(run), *map(failure, told), *more]
