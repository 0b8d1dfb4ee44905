"""Series that count from some start on, such as Prometheus' counters. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot.diagnosis.evidence import Series

STEPS = 8
"""A series that goes up so often and never down counts something, from its start."""


def counts(values: Sequence[float]) -> bool:
    """It goes up and never down. Read more often than it is written, it stands still in between."""
    steps = [later - value for value, later in pairwise(values)]
    rising = sum(step > 0 for step in steps)
    return rising >= STEPS and not any(step < 0 for step in steps)


def per_second(one: Series) -> tuple[float, ...]:
    """From one change to the next."""
    points = list(zip(one.times, one.values, strict=True))
    changes = [points[0], *(each for before, each in pairwise(points) if each[1] != before[1])]
    return tuple((later - value) / (at - since) for (since, value), (at, later) in pairwise(changes) if at > since)
