"""What whoever started a run is told of what it met. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.cases.still import StillRed
from bot.cases.values import Case
from bot.suites.values import Broke


def broken(cases: Iterable[Case]) -> tuple[Broke, ...]:
    """Causes that the newest run of these cases met, the one with the most tests first."""
    found = [
        Broke(case.id, cause.says, cause.service, len(cause.tests) - _older(cause.still), cause.evidence.down)
        for case in cases
        for cause in case.causes
        if cause.run == case.last.id and not cause.settled
    ]
    return tuple(sorted(found, key=lambda each: -each.tests))


def _older(still: Iterable[StillRed]) -> int:
    return sum(len(each.tests) for each in still)
