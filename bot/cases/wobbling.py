"""Tests that fail and pass without a change, each with the cause of which it fails. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.cases.history import THEN_PASSED, Known
from bot.cases.values import Place
from bot.cases.words import kind
from bot.failures.flaky import EPISODES, Flakiness, History, judged
from bot.failures.rules import Rule, Says, Subject

UNNAMED = "a test whose name was not kept"


@dataclass(frozen=True, slots=True)
class Wobbly:
    """failed: in so many of the `of` runs that carried it out and are remembered. says: what it fails of.

    since: it failed so for the first time then, or its rate changed. quarantined: by that rule.
    """

    place: Place
    test: str
    name: str
    cause: str
    says: str
    flakiness: Flakiness
    failed: int
    of: int
    since: datetime
    quarantined: Rule | None = None


def wobbly(place: Place, known: Known) -> list[Wobbly]:
    """Flaky ones, and whatever is quarantined; those that fail the most first."""
    found = (_judged(place, known, test, cause) for test, cause in _pairs(known))
    kept = (each for each in found if each.flakiness.history is History.FLAKY or each.quarantined)
    return sorted(kept, key=lambda each: (-each.flakiness.rate, each.name))


def _pairs(known: Known) -> Iterator[tuple[str, str]]:
    """What may be flaky has failed more than once; what is quarantined at least once."""
    met = Counter(
        (test, became.removeprefix(THEN_PASSED))
        for summary in known.summaries
        for test, became in summary.tests.items()
        if became
    )
    ruled = known.rules.any(Says.QUARANTINE)
    return (pair for pair, times in met.items() if times >= EPISODES or (ruled and _rule(known, *pair)))


def _judged(place: Place, known: Known, test: str, cause: str) -> Wobbly:
    runs = [each for each in known.summaries if test in each.tests]
    failed = [each for each in runs if each.tests[test].removeprefix(THEN_PASSED) == cause]
    flakiness = judged(known.tries(test, cause))
    return Wobbly(
        place,
        test,
        next((each.names[test] for each in reversed(failed) if test in each.names), UNNAMED),
        cause,
        _says(known, cause),
        flakiness,
        len(failed),
        len(runs),
        flakiness.since or failed[0].at,
        _rule(known, test, cause),
    )


def _says(known: Known, cause: str) -> str:
    """What was split off, and not met since, as what it was part of."""
    prints = {each.id: each.fingerprints[0] for each in known.causes if each.fingerprints}
    found = next((prints[id] for id in (cause, *known.rules.split_from(cause)) if id in prints), None)
    return kind(found) if found else ""


def _rule(known: Known, test: str, cause: str) -> Rule | None:
    return known.rules.saying(Says.QUARANTINE, Subject(cause=cause, test=test))
