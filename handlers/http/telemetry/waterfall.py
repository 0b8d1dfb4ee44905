"""A trace as bars under one another: what called what, when, and for how long. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.ports.telemetry import Span

DEEPEST = 20
"""Levels that are moved to the right; what is deeper stands under one another."""
LEAST = 0.3
"""Per cent of the width that the shortest span still gets."""


@dataclass(frozen=True, slots=True)
class Bar:
    """left and width: per cent of the whole. orphan: its parent did not arrive."""

    span: Span
    depth: int
    left: float
    width: float
    orphan: bool


@dataclass(frozen=True, slots=True)
class Waterfall:
    """marks: (per cent, time since the beginning) for the scale. failed: how many spans did."""

    bars: tuple[Bar, ...]
    took: timedelta
    marks: tuple[tuple[float, timedelta], ...]
    services: tuple[str, ...]
    failed: int


def waterfall(spans: Sequence[Span]) -> Waterfall:
    """`spans` by start, one at least."""
    begin = min(span.start for span in spans)
    whole = max(max(span.start + span.duration for span in spans) - begin, timedelta(microseconds=1))
    bars = tuple(
        Bar(span, depth, 100 * ((span.start - begin) / whole), max(100 * (span.duration / whole), LEAST), orphan)
        for span, depth, orphan in _in_order(spans)
    )
    marks = tuple((25.0 * quarter, whole * quarter / 4) for quarter in range(5))
    services = tuple(dict.fromkeys(bar.span.service for bar in bars))
    return Waterfall(bars, whole, marks, services, sum(span.failed for span in spans))


def _in_order(spans: Sequence[Span]) -> Iterator[tuple[Span, int, bool]]:
    """Each followed by what it called; without recursion, since whoever sends decides how deep it is."""
    known = {span.span_id for span in spans}
    below: defaultdict[str, list[Span]] = defaultdict(list)
    tops: list[Span] = []
    for span in spans:
        (below[span.parent_id] if span.parent_id in known and span.parent_id != span.span_id else tops).append(span)
    shown: set[str] = set()
    # Spans that are each other's parents hang below nothing: they come at the end.
    for top in (*tops, *spans):
        left = [(top, 0)]
        while left:
            span, depth = left.pop()
            if span.span_id in shown:
                continue
            shown.add(span.span_id)
            yield span, min(depth, DEEPEST), bool(span.parent_id) and span.parent_id not in known
            left += [(each, depth + 1) for each in reversed(below[span.span_id])]
