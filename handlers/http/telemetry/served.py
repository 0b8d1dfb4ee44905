"""What each version of a service served while it was there, beside the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.ports.telemetry import RatePoint, Window
from bot.telemetry.queries import Heard
from handlers.http.pages.words import length

SLOT = timedelta(seconds=10)
"""What is counted is kept by ten seconds: those in which one version gave way to another are of neither."""

FEW = 20
"""Calls, below which a difference may be chance."""

LEAST_SHARE, LEAST_PART, LEAST_TIME = 0.005, 0.2, timedelta(milliseconds=5)
"""A difference is marked from half a point on; of a latency, from a fifth and some milliseconds on."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Differs:
    """From what was before, in words; empty where it does not, or nothing is known. worse: None where it may be chance,
    or is too little to be marked.
    """

    says: str = ""
    worse: bool | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """version: empty where it does not say. share: of its calls that succeeded; None without any. a_minute: calls."""

    version: str
    window: Window
    calls: int
    a_minute: float
    share: float | None
    p50: timedelta | None
    p95: timedelta | None
    share_differs: Differs = Differs()
    p50_differs: Differs = Differs()
    p95_differs: Differs = Differs()


def stays(visits: Sequence[Heard], window: Window, environment: str = "") -> list[tuple[Heard, Window]]:
    """When which version was the one that served, within the window, the earliest first; none where several
    environments are meant at once. Each lasts until the next one came, the last one to the end.
    """
    there = [each for each in visits if each.version and environment in ("", each.environment)]
    if len({each.environment for each in there}) != 1:
        return []
    ordered = sorted(there, key=lambda each: each.since)
    ends = [*(each.since for each in ordered[1:]), window.end]
    found = [(each, _within(each.since, end, window)) for each, end in zip(ordered, ends, strict=True)]
    return [(each, stay) for each, stay in found if stay.end - stay.start >= SLOT]


def _within(since: datetime, end: datetime, window: Window) -> Window:
    """Whole slots, save at the end of the window, which may be now."""
    start = max(since, window.start)
    return Window(start + (EPOCH - start) % SLOT, window.end if end >= window.end else end - (end - EPOCH) % SLOT)


def served(told: Sequence[tuple[Heard, Window, RatePoint]]) -> list[Served]:
    """Each beside the one before it, the latest first."""
    rows = [_of(visit, window, point) for visit, window, point in told]
    return [_beside(rows[index - 1] if index else None, row) for index, row in enumerate(rows)][::-1]


def _of(visit: Heard, window: Window, point: RatePoint) -> Served:
    minutes = (window.end - window.start) / timedelta(minutes=1)
    share = 1 - point.errors / point.requests if point.requests else None
    return Served(visit.version, window, point.requests, point.requests / minutes, share, point.p50, point.p95)


def _beside(before: Served | None, now: Served) -> Served:
    if before is None or not before.calls or not now.calls:
        return now
    sure = min(before.calls, now.calls) >= FEW
    return replace(
        now,
        share_differs=_fewer(before.share, now.share, sure=sure),
        p50_differs=_slower(before.p50, now.p50, sure=sure),
        p95_differs=_slower(before.p95, now.p95, sure=sure),
    )


def _fewer(before: float | None, now: float | None, *, sure: bool) -> Differs:
    if before is None or now is None or before == now:
        return Differs()
    marked = sure and abs(now - before) >= LEAST_SHARE
    return Differs(f"{100 * (now - before):+.1f} points", now < before if marked else None)


def _slower(before: timedelta | None, now: timedelta | None, *, sure: bool) -> Differs:
    if before is None or now is None or before == now:
        return Differs()
    by = abs(now - before)
    marked = sure and by >= max(LEAST_PART * before, LEAST_TIME)
    return Differs(f"{length(by)} {'slower' if now > before else 'faster'}", now > before if marked else None)
