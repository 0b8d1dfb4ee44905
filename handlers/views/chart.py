"""The picture of how environments were used. Values in, the bytes of a PNG out; the same values give the same bytes.

Drawn at twice its size for sharp screens. It brings its own light ground, so it looks the same on a light and on a dark
page. Import it late: Pillow takes longer to load than everything else a start loads for one feature.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from bot.stats.intervals import Intervals
from bot.stats.timeline import Row, Timeline

SCALE = 2
WIDTH = 640
MARGIN, NAMES, PERCENT = 20, 132, 48
TOP, BOTTOM = 78, 44
ROW, TIGHT_ROW, GAP = 30, 20, 8
TIGHT_FROM = 9
ROWS_SHOWN = 24
WAIT_LINE = 3
THINNEST = 2
"""Pixels: a lease of a minute is seen in a month, too."""

GROUND, INK, SOFT, FAINT = "#ffffff", "#1c2027", "#5b6472", "#8a93a1"
IDLE, NIGHT, LINE, BORDER = "#dfe4ec", "#f4f5f8", "#c3cad5", "#dfe3e9"
EXCLUSIVE, SHARED, WAITING, NOW = "#3450c8", "#79b8f3", "#e8970c", "#c4283c"
FROZEN, DOWN = "#9fd8cf", "#f0a3ab"
LEGEND = (
    ("exclusive", EXCLUSIVE),
    ("shared", SHARED),
    ("somebody waits", WAITING),
    ("free in working hours", IDLE),
)
CLOSED = {"frozen": FROZEN, "down": DOWN}

HOUR_STEPS = ((timedelta(hours=13), 1), (timedelta(hours=30), 3), (timedelta(hours=60), 6))
DAY_STEPS = ((8, 1), (16, 2), (36, 7), (100, 14))
MONTH = 30


def draw(timeline: Timeline) -> bytes:
    return _Drawing(timeline).png()


class _Drawing:
    def __init__(self, timeline: Timeline) -> None:
        self._shown = timeline.rows[:ROWS_SHOWN]
        self._more = len(timeline.rows) - len(self._shown)
        self._timeline = timeline
        self._row = TIGHT_ROW if len(self._shown) >= TIGHT_FROM else ROW
        self._bottom = TOP + max(1, len(self._shown)) * (self._row + GAP)
        height = self._bottom + BOTTOM + (18 if self._more else 0)
        self._image = Image.new("RGB", (WIDTH * SCALE, height * SCALE), GROUND)
        self._pen = ImageDraw.Draw(self._image)
        self._left, self._right = MARGIN + NAMES, WIDTH - MARGIN - PERCENT
        self._height = height

    def png(self) -> bytes:
        self._head()
        for number, row in enumerate(self._shown):
            self._band(row, TOP + number * (self._row + GAP))
        self._days()
        self._now()
        self._foot()
        self._box(0, 0, WIDTH, self._height, outline=BORDER)
        written = BytesIO()
        self._image.save(written, "PNG", optimize=True)
        return written.getvalue()

    def _head(self) -> None:
        self._text(MARGIN, 16, self._timeline.title, 19, INK)
        self._text(WIDTH - MARGIN, 20, _range(self._timeline), 13, SOFT, anchor="ra")

    def _band(self, row: Row, top: float) -> None:
        self._text(self._left - 10, top + self._row / 2, _short(row.name, NAMES - 12), 14, INK, anchor="rm")
        self._box(self._left, top, self._right, top + self._row, fill=NIGHT)
        self._stretches(self._timeline.working, top, self._row, IDLE)
        lane_height = self._row / len(row.lanes)
        for number, lane in enumerate(row.lanes):
            y = top + number * lane_height
            self._stretches(lane.frozen, y, lane_height, FROZEN)
            self._stretches(lane.down, y, lane_height, DOWN)
            self._stretches(lane.exclusive, y, lane_height, EXCLUSIVE)
            self._stretches(lane.shared, y, lane_height, SHARED)
        for lane in row.lanes:
            self._stretches(lane.waiting, top + self._row + 1, WAIT_LINE, WAITING)
        if row.share:
            self._text(WIDTH - MARGIN, top + self._row / 2, f"{row.share.held:.0%}", 14, INK, anchor="rm")

    def _stretches(self, times: Intervals, top: float, height: float, colour: str) -> None:
        for start, end in times:
            left = self._x(start)
            self._box(left, top, max(self._x(end), left + THINNEST / SCALE), top + height, fill=colour)

    def _days(self) -> None:
        ticks = [(self._x(at), label) for at, label in _ticks(self._timeline)]
        for x, _ in ticks:
            self._pen.line(self._at(x, TOP - 5, x, self._bottom - GAP + 4), fill=LINE, width=1)
        ends = [x for x, _ in ticks[1:]]
        for (x, label), room in zip(ticks, [*ends, self._right], strict=False):
            if x + 3 + _wide(label, 12) <= min(room, self._right - 18):
                self._text(x + 3, TOP - 9, label, 12, SOFT, anchor="ls")

    def _now(self) -> None:
        x = self._x(self._timeline.now)
        self._pen.line(self._at(x, TOP - 8, x, self._bottom - GAP + 5), fill=NOW, width=SCALE)
        self._text(x, TOP - 9, "now", 12, NOW, anchor="ms")
        self._text(WIDTH - MARGIN, TOP - 9, "used", 12, SOFT, anchor="rs")

    def _foot(self) -> None:
        y = self._bottom + 12
        if self._more:
            self._text(self._left, y - 6, f"and {self._more} more", 13, SOFT)
            y += 18
        x: float = MARGIN
        lanes = [lane for row in self._shown for lane in row.lanes]
        closed = {"frozen": any(lane.frozen for lane in lanes), "down": any(lane.down for lane in lanes)}
        for label, colour in (*LEGEND, *((name, CLOSED[name]) for name, is_so in closed.items() if is_so)):
            self._box(x, y + 1, x + 12, y + 13, fill=colour)
            self._text(x + 18, y + 7, label, 13, SOFT, anchor="lm")
            x += 18 + _wide(label, 13) + 16

    def _x(self, at: datetime) -> float:
        start, end = self._timeline.period
        return self._left + (at - start) / (end - start) * (self._right - self._left)

    def _at(self, *values: float) -> tuple[int, ...]:
        return tuple(round(value * SCALE) for value in values)

    def _box(self, left: float, top: float, right: float, bottom: float, **look: Any) -> None:
        x1, y1, x2, y2 = self._at(left, top, right, bottom)
        self._pen.rectangle((x1, y1, max(x1, x2 - 1), max(y1, y2 - 1)), **look)

    def _text(self, x: float, y: float, text: str, size: int, colour: str, *, anchor: str = "la") -> None:
        self._pen.text((round(x * SCALE), round(y * SCALE)), text, fill=colour, font=_font(size), anchor=anchor)


@cache
def _font(size: int) -> Any:
    """Pillow's own: the same on every machine."""
    return ImageFont.load_default(size * SCALE)


def _wide(text: str, size: int) -> float:
    return _font(size).getlength(text) / SCALE


def _short(name: str, room: int) -> str:
    """`name`, cut to fit into `room` pixels."""
    shown = name
    while _wide(shown, 14) > room:
        shown = f"{shown.removesuffix('…')[:-1]}…"
    return shown


def _range(timeline: Timeline) -> str:
    zone = timeline.hours.zone
    start, end = (at.astimezone(zone) for at in timeline.period)
    return f"{start:%-d %b} to {end:%-d %b %Y}, {timeline.hours.zone_name.replace('_', ' ')}"


def _ticks(timeline: Timeline) -> Iterator[tuple[datetime, str]]:
    """Where a line stands, and its label: hours in a day or two, else days, weeks or months of the reader."""
    start, end = (at.astimezone(timeline.hours.zone) for at in timeline.period)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    step = next((hours for longest, hours in HOUR_STEPS if end - start <= longest), None)
    if step:
        hours = int((end - midnight) / timedelta(hours=1)) + 1
        candidates = [(midnight + timedelta(hours=hour)) for hour in range(0, hours + 1, step)]
        yield from ((at, f"{at:%H:%M}" if at.hour else f"{at:%a %-d}") for at in candidates if start <= at <= end)
        return
    days = (end.date() - midnight.date()).days
    step = next((each for most, each in DAY_STEPS if days <= most), MONTH)
    style = "%a %-d" if step == 1 else "%-d %b"
    for day in range(0, days + 1, step):
        at = midnight + timedelta(days=day)
        yield max(at, start), f"{at:{style}}"
