"""Tests that an earlier run found red, and of which no later one has told anything. Frozen values only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class StillRed:
    """tests: their keys. run, number: which run met them last; number 0 where it is not remembered."""

    run: str
    number: int
    tests: tuple[str, ...]


def without(still: tuple[StillRed, ...], tests: Collection[str]) -> tuple[StillRed, ...]:
    """Those that are none of these tests."""
    left = (replace(each, tests=tuple(test for test in each.tests if test not in tests)) for each in still)
    return tuple(each for each in left if each.tests)
