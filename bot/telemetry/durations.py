"""How long requests took, in buckets that can be added up: by service, by time, by version. Pure.

Buckets grow by a constant factor, so that every quantile is within 2 % of the true one whatever its size. Source:
Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019.
They are rows, so SQL adds them up. (Datadog's `ddsketch` keeps them in one object, which SQL cannot.)
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.ports.telemetry import RatePoint, RateQuery
from bot.telemetry.moments import US, to_us
from bot.telemetry.values import Source

ACCURACY = 0.02
GROWTH = (1 + ACCURACY) / (1 - ACCURACY)
SLOT = 10 * 10**6
"""Microseconds. What is counted is kept by ten seconds."""

TOLD_APART = 1.1
"""Metrics that count so many times what spans do: the traces are a sample. Less is a matter of who sent last."""


_LOG_GROWTH = math.log(GROWTH)


def bucket_of(duration: int) -> int:
    """The bucket of a duration in microseconds; 0 for a microsecond and less."""
    return math.ceil(math.log(duration) / _LOG_GROWTH) if duration > 1 else 0


def duration_of(bucket: int) -> timedelta:
    """What stands for every duration in it."""
    return 2 * GROWTH**bucket / (GROWTH + 1) * US if bucket else US


def slot_of(at: int) -> int:
    return at - at % SLOT


Tally = Mapping[int, tuple[int, int]]
"""By bucket: requests and how many of them failed."""

Row = tuple[int, int, int, int, int]
"""source, slot, bucket, requests, errors."""


def points(query: RateQuery, rows: Iterable[Row]) -> tuple[RatePoint, ...]:
    """One for each step of the window, from what was counted in it."""
    start, step = to_us(query.window.start), max(query.step // US, SLOT)
    steps = -(-((query.window.end - query.window.start) // US) // step)
    tallies: list[dict[int, tuple[int, int]]] = [{} for _ in range(steps)]
    for _, slot, bucket, requests, errors in _of_one_source(rows):
        index = max(slot - start, 0) // step
        before = tallies[index].get(bucket, (0, 0))
        tallies[index][bucket] = before[0] + requests, before[1] + errors
    return tuple(_point(query.window.start + index * step * US, tally) for index, tally in enumerate(tallies))


def _of_one_source(rows: Iterable[Row]) -> list[Row]:
    """Of spans, unless metrics counted clearly more."""
    by_source: dict[int, list[Row]] = {Source.SPANS: [], Source.METRICS: []}
    for row in rows:
        by_source[row[0]].append(row)
    spans, metrics = (sum(row[3] for row in by_source[source]) for source in (Source.SPANS, Source.METRICS))
    return by_source[Source.METRICS if metrics > spans * TOLD_APART else Source.SPANS]


def _point(at: datetime, tally: Tally) -> RatePoint:
    requests = sum(requests for requests, _ in tally.values())
    errors = sum(errors for _, errors in tally.values())
    if not requests:
        return RatePoint(at, 0, 0)
    p50, p95, p99 = (quantile(tally, requests, share) for share in (0.5, 0.95, 0.99))
    return RatePoint(at, requests, errors, p50, p95, p99)


def quantile(tally: Tally, requests: int, share: float) -> timedelta:
    """By the nearest rank."""
    left = max(math.ceil(requests * share), 1)
    for bucket in sorted(tally):
        left -= tally[bucket][0]
        if left <= 0:
            return duration_of(bucket)
    return duration_of(max(tally))
