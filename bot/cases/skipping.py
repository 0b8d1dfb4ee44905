"""Of what a run skipped it says nothing, and that is said once. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.cases.values import Found, Struck


def skip(cause: Struck, found: Found) -> Struck:
    """As it is after that run: the same unless the run is the first to skip some of what is red in it."""
    tests = found.skipped.intersection(cause.tests)
    if cause.settled or cause.skipped_in or not tests:
        return cause
    return replace(cause, skipped_in=found.run.number, skipped=len(tests))


def skips(causes: Sequence[Struck], found: Found) -> bool:
    return any(each.skipped_in == found.run.number for each in causes)
