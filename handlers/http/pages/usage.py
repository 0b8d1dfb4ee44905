"""How much of one resource a service used, as SVG: with axes, when versions came, and the minutes of a fault. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from bot.ports.telemetry import ResourceSeries, Window
from bot.quantities import amount, named, written
from handlers.http.pages.moments import Form, instant
from handlers.http.pages.words import clock

WIDTH, HEIGHT = 400.0, 164.0
LEFT, RIGHT, TOP, BOTTOM = 78.0, 8.0, 32.0, 20.0
FLOOR, ROOM = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
NICE = (1, 2, 5, 10)
TURN = 0.6
"""From here on the name of a version stands before its line."""

FAR = 7
"""Steps between two points of a line: many services tell what they use once a minute."""

MARKS, LONGEST = 4, 22
"""Versions that are named in a chart, and characters of each. They stand in two rows: they may come close together."""

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Came:
    """A version came then. says: in words, from outside."""

    at: datetime
    says: str


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a moment of the window and an amount stand."""

    window: Window
    top: float

    def x(self, at: datetime) -> float:
        whole = max((self.window.end - self.window.start) / MILLISECOND, 1.0)
        part = min(max((at - self.window.start) / MILLISECOND / whole, 0.0), 1.0)
        return LEFT + (WIDTH - LEFT - RIGHT) * part

    def y(self, value: float) -> float:
        return FLOOR - ROOM * max(value, 0.0) / self.top


def drawn(
    of: ResourceSeries, window: Window, came: Sequence[Came] = (), fault: Window | None = None
) -> Mapping[str, object]:
    """What a card of it shows: its name, its chart, and what it was at first, at last and at most, in words."""
    return {
        "service": "",
        "metric": of.metric,
        "called": named(of.metric),
        "chart": chart(of, window, came, fault),
        **_told(of),
    }


def chart(of: ResourceSeries, window: Window, came: Sequence[Came] = (), fault: Window | None = None) -> Markup:
    """From nothing to the next round number over the whole window; a gap where nothing is known."""
    scale = _Scale(window, nice(max((one.value for one in of.amounts), default=0)))
    near = [each for each in came if window.start <= each.at <= window.end][-MARKS:]
    parts = [*_fault(fault, scale), *_levels(of, scale), *_ends(window), *_lines(of, scale), *_marks(near, scale)]
    return Markup('<svg class="usage" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        f"{WIDTH:g}", f"{HEIGHT:g}", _described(of, near, fault), Markup().join(parts)
    )


def nice(highest: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    if highest <= 0:
        return 1
    power = 1.0
    while power * NICE[-1] < highest:
        power *= 10
    while power > highest:
        power /= 10
    return next(power * step for step in NICE if power * step >= highest)


def _told(of: ResourceSeries) -> dict[str, str]:
    values = [one.value for one in of.amounts]
    said = {"first": values[0], "last": values[-1], "least": min(values), "most": max(values)}
    return {name: amount(of.metric, of.unit, value) for name, value in said.items()}


def _described(of: ResourceSeries, came: Sequence[Came], fault: Window | None) -> str:
    """What the chart shows, for who does not see it."""
    said = _told(of) if of.amounts else {"first": "–", "last": "–", "least": "–", "most": "–"}
    parts = [f"{named(of.metric)}: {said['first']} at first, {said['last']} at last, {said['least']} to {said['most']}"]
    parts += [f"{each.says} came at {clock(each.at)[:8]} UTC" for each in came]
    if fault:
        parts.append(f"the fault was seen from {clock(fault.start)[:8]} to {clock(fault.end)[:8]} UTC")
    return "; ".join(parts)


def _levels(of: ResourceSeries, scale: _Scale) -> Iterator[Markup]:
    """Nothing, half and the top, each with its unit."""
    numbers, unit = written(of.metric, of.unit, scale.top, scale.top / 2)
    said = (*(f"{number} {unit}".strip() for number in numbers), "0")
    for value, label in zip((scale.top, scale.top / 2, 0.0), said, strict=True):
        y = scale.y(value)
        line = Markup('<line class="scale" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>')
        yield line.format(LEFT, WIDTH - RIGHT, y, y)
        yield Markup('<text x="{}" y="{:.1f}">{}</text>').format(LEFT - 6, y + 4, label)


def _ends(window: Window) -> Iterator[Markup]:
    """When it begins and ends, which our script tells in the reader's zone."""
    for at, x, where in ((window.start, LEFT, "start"), (window.end, WIDTH - RIGHT, "end")):
        yield Markup('<text class="{}" x="{}" y="{}" data-at="{}" data-form="{}">{}</text>').format(
            where, x, HEIGHT - 4, instant(at), Form.MINUTE.value, clock(at)[:5]
        )


def _fault(fault: Window | None, scale: _Scale) -> Iterator[Markup]:
    if fault:
        left, right = scale.x(fault.start), scale.x(fault.end)
        rect = Markup('<rect class="fault" x="{:.1f}" width="{:.1f}" y="{}" height="{}"/>')
        yield rect.format(left, max(right - left, 2.0), TOP, ROOM)


def _marks(came: Sequence[Came], scale: _Scale) -> Iterator[Markup]:
    for row, each in enumerate(came):
        x, y = scale.x(each.at), 11 + 12 * (row % 2)
        yield Markup('<line class="came" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}"/>').format(x, y - 8, FLOOR)
        where, beside = ("end", -4) if x > LEFT + TURN * (WIDTH - LEFT) else ("start", 4)
        text = Markup('<text class="{}" x="{:.1f}" y="{}">{}</text>')
        yield text.format(where, x + beside, y, each.says[:LONGEST])


def _lines(of: ResourceSeries, scale: _Scale) -> Iterator[Markup]:
    pieces: list[list[str]] = []
    last: datetime | None = None
    for one in of.amounts:
        if last is None or one.at - last > FAR * of.step:
            pieces.append([])
        y = f"{scale.y(one.value):.1f}"
        pieces[-1] += [f"{scale.x(one.at + part * of.step):.1f},{y}" for part in (0.15, 0.85)]
        last = one.at
    yield from (Markup('<polyline points="{}"/>').format(" ".join(piece)) for piece in pieces)
