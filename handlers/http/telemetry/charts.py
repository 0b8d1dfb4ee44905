"""Rates and latencies as SVG. Pure: numbers in, markup out; no text from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from markupsafe import Markup

from bot.plurals import counted
from bot.ports.telemetry import RatePoint
from handlers.http.pages.moments import Form, instant
from handlers.http.pages.usage import nice
from handlers.http.pages.words import clock, length

WIDTH, HEIGHT = 720.0, 180.0
LEFT, BOTTOM, TOP = 56.0, 22.0, 10.0
LABELLED = 0.94
"""Up to here a time below the chart has room."""
QUANTILES: dict[str, Callable[[RatePoint], timedelta | None]] = {
    "p50": lambda point: point.p50,
    "p95": lambda point: point.p95,
    "p99": lambda point: point.p99,
}
_MS = timedelta(milliseconds=1)


def requests(points: Sequence[RatePoint], step: timedelta) -> Markup:
    """Requests a minute as bars, the failed ones at their feet."""
    per_minute = step / timedelta(minutes=1)
    top = nice(max((point.requests / per_minute for point in points), default=0))
    wide = (WIDTH - LEFT) / max(len(points), 1)
    bars = "".join(
        _bar(LEFT + index * wide, wide, point, per_minute * top) for index, point in enumerate(points) if point.requests
    )
    served, failed = sum(point.requests for point in points), sum(point.errors for point in points)
    most = max((point.requests / per_minute for point in points), default=0)
    says = f"{counted(served, 'request')}, {failed} of them failed; {most:.1f} a minute at most"
    return _chart(points, [(top, f"{top:g}"), (top / 2, f"{top / 2:g}"), (0, "0")], bars, says)


def latencies(points: Sequence[RatePoint]) -> Markup:
    """p50, p95 and p99 as lines."""
    highest = max((point.p99 / _MS for point in points if point.p99), default=0)
    top = nice(highest)
    lines = "".join(_line(name, points, of, top) for name, of in QUANTILES.items())
    most = (f"{name} {length(max(filter(None, map(of, points)), default=None))}" for name, of in QUANTILES.items())
    says = f"How long requests took at most: {', '.join(most)}"
    scale = [(value, length(value * _MS) if value else "0") for value in (top, top / 2, 0.0)]
    return _chart(points, scale, lines, says)


def sparkline(points: Sequence[RatePoint]) -> Markup:
    """Requests, small; red where most of them failed."""
    most = max((point.requests for point in points), default=0) or 1
    bars = "".join(
        f'<rect class="{"bad" if point.errors * 2 > point.requests else "ok"}" x="{index * 4}" width="3" '
        f'y="{24 - 24 * point.requests / most:.1f}" height="{24 * point.requests / most:.1f}"/>'
        for index, point in enumerate(points)
    )
    return Markup(  # noqa: S704 - numbers alone
        f'<svg class="spark" viewBox="0 0 {len(points) * 4} 24" preserveAspectRatio="none" aria-hidden="true">'
        f"{bars}</svg>"
    )


def _bar(x: float, wide: float, point: RatePoint, full: float) -> str:
    gap = min(wide * 0.15, 2)
    tall = (HEIGHT - TOP - BOTTOM) / full
    good, bad = (point.requests - point.errors) * tall, point.errors * tall
    floor = HEIGHT - BOTTOM
    rects = (
        f'<rect class="{kind}" x="{x + gap / 2:.1f}" width="{wide - gap:.1f}" y="{y:.1f}" height="{high:.1f}"/>'
        for kind, y, high in (("bad", floor - bad, bad), ("ok", floor - bad - good, good))
        if high
    )
    return f"<g>{''.join(rects)}<title {_title(point)}</title></g>"


Quantile = Callable[[RatePoint], timedelta | None]


def _line(name: str, points: Sequence[RatePoint], of: Quantile, top: float) -> str:
    """In pieces: where nothing was served there is no line."""
    parts = [f'<polyline class="{name}" points="{" ".join(piece)}"/>' for piece in _pieces(points, of, top)]
    return f"<g>{''.join(parts)}</g>"


def _pieces(
    points: Sequence[RatePoint], of: Callable[[RatePoint], timedelta | None], top: float
) -> Iterator[list[str]]:
    wide = (WIDTH - LEFT) / max(len(points), 1)
    piece: list[str] = []
    for index, point in enumerate(points):
        if (took := of(point)) is None:
            if piece:
                yield piece
            piece = []
            continue
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (took / _MS) / top
        piece += [f"{LEFT + (index + 0.15) * wide:.1f},{y:.1f}", f"{LEFT + (index + 0.85) * wide:.1f},{y:.1f}"]
    if piece:
        yield piece


def _chart(points: Sequence[RatePoint], scale: Sequence[tuple[float, str]], inside: str, says: str) -> Markup:
    """scale: amounts with their labels, the highest first. says: what it shows, for who does not see it."""
    room, top = HEIGHT - TOP - BOTTOM, scale[0][0]
    levels = "".join(
        f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/><text x="{LEFT - 8}" y="{y + 4:.1f}">{label}</text>'
        for y, label in ((HEIGHT - BOTTOM - room * value / top, label) for value, label in scale)
    )
    times = "".join(
        f'<text class="time" x="{LEFT + (WIDTH - LEFT) * index / len(points):.1f}" y="{HEIGHT - 4}" '
        f"{_dated(points[index].at)}</text>"
        for index in range(0, len(points), max(len(points) // 6, 1))
        if index <= len(points) * LABELLED
    )
    return Markup(  # noqa: S704 - numbers and words of ours alone
        f'<svg class="chart" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{says}">'
        f'<g class="scale">{levels}{times}</g>{inside}</svg>'
    )


def _title(point: RatePoint) -> str:
    return f"{_dated(point.at)}: {counted(point.requests, 'request')}, {point.errors} failed, p95 {length(point.p95)}"


def _dated(at: datetime) -> str:
    """The end of a tag, and the time in it, which our script tells in the reader's zone."""
    return f'data-at="{instant(at)}" data-form="{Form.MINUTE}">{clock(at)[:5]}'
