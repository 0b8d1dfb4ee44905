"""Stretches of time: half open, in order, apart from each other once they are `union`ed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from bot.catalog.values import Hours

Interval = tuple[datetime, datetime]
Intervals = tuple[Interval, ...]
NOTHING = timedelta(0)


def union(intervals: Iterable[Interval]) -> Intervals:
    """The same time, each moment once."""
    merged: list[Interval] = []
    for start, end in sorted(each for each in intervals if each[0] < each[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def common(some: Intervals, others: Intervals) -> Intervals:
    """What lies in both; each of them is a union."""
    both: list[Interval] = []
    first = second = 0
    while first < len(some) and second < len(others):
        start, end = max(some[first][0], others[second][0]), min(some[first][1], others[second][1])
        if start < end:
            both.append((start, end))
        if some[first][1] == end:
            first += 1
        else:
            second += 1
    return tuple(both)


def without(some: Intervals, others: Intervals) -> Intervals:
    """What lies in `some` and not in `others`; each of them is a union."""
    return common(some, _gaps(others, some))


def _gaps(intervals: Intervals, around: Intervals) -> Intervals:
    """What lies between them, before and after, as far as `around` goes."""
    if not around:
        return ()
    edges = [around[0][0], *(edge for each in intervals for edge in each), around[-1][1]]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple((start, end) for start, end in pairs if start < end)


def length(intervals: Intervals) -> timedelta:
    return sum((end - start for start, end in intervals), NOTHING)


def middle(times: Iterable[timedelta]) -> timedelta:
    """The median of one or more."""
    return timedelta(seconds=median(time.total_seconds() for time in times))


def working_time(hours: Hours, within: Interval) -> Intervals:
    """The working hours that lie in `within`, by the calendar of their zone."""
    return common(union(_working_days(hours, within)), (within,))


def _working_days(hours: Hours, within: Interval) -> Iterator[Interval]:
    day = within[0].astimezone(hours.zone).date()
    while day <= within[1].astimezone(hours.zone).date():
        if day.weekday() in hours.days:
            start, end = (datetime.combine(day, each, hours.zone).astimezone(UTC) for each in (hours.start, hours.end))
            yield start, end
        day += timedelta(days=1)
