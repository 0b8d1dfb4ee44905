"""A case in words. Shared by its message, its thread, answers and the Home."""

from __future__ import annotations

from datetime import datetime

from bot.notices.casework import LISTED, CameFacts, CaseFacts, CauseFacts
from bot.plurals import counted
from handlers.kit.mrkdwn import escape, link
from handlers.views import lease as words
from handlers.views.cases.met import still
from handlers.views.cases.rules import said, ticket
from handlers.views.diagnoses.words import pointed
from handlers.views.suites.words import length

SAYS_SHOWN, NAME_SHOWN, SUSPECTS_SHOWN, NUMBERS_SHOWN, LOOKERS_SHOWN = 160, 80, 3, 5, 3


def lamp(case: CaseFacts) -> str:
    if case.closed is not None:
        return ":ballot_box_with_check:" if case.closed_by else ":white_check_mark:"
    if case.kind == "outage":
        return ":no_entry:"
    verdicts = {cause.verdict for cause in case.causes if not (cause.green or cause.ruled)}
    return ":large_orange_circle:" if verdicts == {"cannot say"} else ":red_circle:"


def headline(case: CaseFacts) -> str:
    """`*payments: KeyError: 'EUR'* broke 4 of 127 in checkout-api · integration`"""
    environment = escape(case.environment, NAME_SHOWN)
    if case.kind == "outage":
        return f"*{environment}* is down: {_outage(case)}"
    open_ones = sum(not (cause.green or cause.ruled) for cause in case.causes)
    rest = (open_ones or len(case.causes)) - 1
    more = f" and {counted(rest, 'other cause')}" if rest else ""
    broke = case.failing or sum(cause.count for cause in case.causes)
    where = f"{escape(case.suite, NAME_SHOWN)} · {environment}"
    return f"{name(case.causes[0])}{more} broke {broke} of {case.total} in {where}"


def name(cause: CauseFacts) -> str:
    """`*payments: KeyError: 'EUR'*`: what a phone shows first."""
    says = escape(cause.says, SAYS_SHOWN)
    return f"*{escape(cause.service, NAME_SHOWN)}: {says}*" if cause.service else f"*{says}*"


def what(cause: CauseFacts) -> str:
    """`*KeyError: 'EUR'*`, wherever it comes from."""
    return f"*{escape(cause.says, SAYS_SHOWN)}*"


def _outage(case: CaseFacts) -> str:
    cause = case.causes[0]
    ended = "ended in connections that could not be made"
    tests = f"{counted(cause.unreachable, 'test')} {ended}" if cause.unreachable else ""
    down = f"no answer from {', '.join(escape(each, SAYS_SHOWN) for each in cause.down)}" if cause.down else ""
    return "; ".join(filter(None, (down, tests)))


def evidence(cause: CauseFacts, near: datetime) -> str:
    """`New since payments 1.4.2 -> 1.5.0 (12:03, @Ana) · never in 240 earlier runs`"""
    if cause.ruled:
        told = said(cause.ruled, near)
        return f"{told[:1].upper()}{told[1:]} · said by {words.who(cause.ruled.by)}"
    moved = f"from {escape(cause.service, NAME_SHOWN)}, says {words.who(cause.service_by)}" if cause.service_by else ""
    lines = " · ".join(filter(None, (moved, since(cause, near), _seen(cause))))
    points = pointed(cause.pointed) if cause.pointed else ""
    return "\n".join(filter(None, (lines, _unclear(cause, near), points, "" if points else _unseen(cause))))


def listed(case: CaseFacts) -> tuple[CauseFacts, ...]:
    """The causes that a message lists."""
    return case.causes[:LISTED]


def further(case: CaseFacts, where: str = "") -> str:
    """`… and 3 more causes, in the thread`, or nothing."""
    rest = len(case.causes) - LISTED
    return f"… and {counted(rest, 'more cause')}{where}" if rest > 0 else ""


def _unseen(cause: CauseFacts) -> str:
    """`Missing to say more: traces of its 4 tests, logs of orders`, where that might have told more."""
    rest = len(cause.silent) - SUSPECTS_SHOWN
    names = ", ".join(escape(each, NAME_SHOWN) for each in cause.silent[:SUSPECTS_SHOWN])
    logs = f"logs of {names}{f' and {rest} more' if rest > 0 else ''}" if names else ""
    missing = ", ".join(filter(None, (_untraced(cause), logs)))
    return f"_Missing to say more: {missing}_" if missing else ""


def _untraced(cause: CauseFacts) -> str:
    if not cause.untraced:
        return ""
    if cause.count == 1:
        return "the trace of its test"
    some = "" if cause.untraced >= cause.count else f"{cause.untraced} of "
    return f"traces of {some}its {cause.count} tests"


def besides(case: CaseFacts) -> str:
    """`also 1 known (OPS-311), 2 quarantined`, or nothing."""
    tickets = ", ".join(ticket(each) for each in case.known[:SUSPECTS_SHOWN])
    known = f"{len(case.known)} known ({tickets})" if case.known else ""
    quarantined = f"{case.quarantined} quarantined" if case.quarantined else ""
    every = ", ".join(filter(None, (known, quarantined)))
    return f"also {every}" if every else ""


def since(cause: CauseFacts, near: datetime) -> str:
    if cause.verdict == "regression":
        suspects = cause.suspects[:SUSPECTS_SHOWN]
        one_of = "one of " if len(suspects) > 1 else ""
        return f"New since {one_of}{', '.join(came(each, near) for each in suspects)}"
    if cause.verdict == "cannot say":
        came_then = ", ".join(came(each, near) for each in cause.during[:SUSPECTS_SHOWN])
        return f"{came_then} came while it ran: nobody can say against which version this failed"
    before = "before " if cause.during else ""
    return {
        "suite changed": f"New since the tests changed, to {escape(cause.suite_commit[:12], NAME_SHOWN)}",
        "test data": "Most of it complains of test data",
        "new": f"New, {_after(cause, near) or f'and nothing was deployed {before}that explains it'}",
        "unknown": "Nothing that is known explains it" if cause.of else _sentence(_after(cause, near)),
    }.get(cause.verdict, "")


def _after(cause: CauseFacts, near: datetime) -> str:
    """`though its tests passed since orders 2.1.0 → 2.2.0 (11:54)`, naming nobody: nothing shows that it brought it."""
    if not cause.lately:
        return ""
    rest = len(cause.lately) - SUSPECTS_SHOWN
    more = f" and {rest} more" if rest > 0 else ""
    named = ", ".join(version(each, near) for each in cause.lately[:SUSPECTS_SHOWN])
    return f"{'though its tests passed since' if cause.held else 'after'} {named}{more}"


def _sentence(words_of_it: str) -> str:
    return words_of_it[:1].upper() + words_of_it[1:]


def _unclear(cause: CauseFacts, near: datetime) -> str:
    """Where a version came while the run went on: it is not why anything failed before, and may be why of the rest."""
    if not cause.unclear or cause.verdict == "cannot say":
        return ""
    versions = ", ".join(came(each, near) for each in cause.during[:SUSPECTS_SHOWN]) or "another version"
    clear = cause.count - cause.unclear
    real = f"{counted(clear, 'test')} failed before that, so it is not why; " if clear > 0 else ""
    rest = f"{counted(cause.unclear, 'test')} failed after it, and it may be why"
    return f"While it ran, {versions} came: {real}{rest}"


def came(found: CameFacts, near: datetime) -> str:
    """`payments 1.4.2 → 1.5.0 (12:03, @Ana)`; with the date unless that is within half a day of `near`."""
    return version(found, near, words.who(found.by) if found.by else "nobody knows who")


def version(found: CameFacts, near: datetime, by: str = "") -> str:
    before = f"{escape(found.before, 40)} → " if found.before else ""
    about = ", ".join(filter(None, (words.clock(found.at, near) if found.at else "", by)))
    return f"{escape(found.service, NAME_SHOWN)} {before}{escape(found.version, 40)}{f' ({about})' if about else ''}"


def _seen(cause: CauseFacts) -> str:
    if not cause.of:
        return "none of its tests ran here before, so nothing to compare with"
    runs = counted(cause.of, "earlier run")
    return f"in {cause.seen_in} of {runs}" if cause.seen_in else f"never in {runs}"


def looking(case: CaseFacts) -> str:
    if not case.lookers:
        return "_Nobody is looking yet_"
    people = ", ".join(words.who(person) for person, _since in case.lookers[:LOOKERS_SHOWN])
    verb, first = "look" if len(case.lookers) > 1 else "looks", min(since for _person, since in case.lookers)
    return f":eyes: {people} {verb} into it, since {words.clock(first, case.opened)}"


def ended(case: CaseFacts) -> str:
    """`green again after 1h12m · since payments 1.4.2 → 1.5.0 (12:03, @Ana)`"""
    if case.closed is None:
        return ""
    if case.closed_by:
        settled = ": what is red is known, quarantined, or told elsewhere" if case.settled else ""
        return f"{words.who(case.closed_by)} has closed the case{settled}"
    after = f"after {length(case.closed - case.opened)}, in #{case.closed_in}"
    if case.kind == "outage":
        return f"it answers again {after}"
    since = ", ".join(came(each, case.closed) for each in case.since[:SUSPECTS_SHOWN])
    told = f"since {since}" if since else "on the same versions" if case.same else ""
    return " · ".join(filter(None, (f"green again {after}", told)))


def runs(case: CaseFacts) -> str:
    """`#418`, which is a link, and how many more have met it."""
    first = link(case.url, f"#{case.number}")
    if case.met == 1:
        return f"Run {first}"
    lately = ", ".join(f"#{number}" for number in case.numbers[-NUMBERS_SHOWN:] if number != case.number)
    return f"Met in {case.met} runs, first in {first}, lately in {lately}{still(case)}"
