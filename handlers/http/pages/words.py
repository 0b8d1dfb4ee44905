"""Times, lengths and colours as the pages show them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

COLOURS = 8
_SECOND, _MILLISECOND = timedelta(seconds=1), timedelta(milliseconds=1)


def clock(at: datetime) -> str:
    """17:04:05.123, UTC."""
    return at.astimezone(UTC).strftime("%H:%M:%S.%f")[:-3]


def day_and_clock(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def field(at: datetime) -> str:
    """As an input of the type datetime-local has it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def length(took: timedelta | None) -> str:
    """850 µs, 12 ms, 1.25 s, 3 min; a dash for none."""
    if took is None:
        return "–"
    if took < _MILLISECOND:
        return f"{took // timedelta(microseconds=1)} µs"
    if took < _SECOND:
        ms = took / _MILLISECOND
        return f"{ms:.0f} ms" if ms >= 10 else f"{ms:.1f} ms"  # noqa: PLR2004 - two digits are enough
    return f"{took / _SECOND:.2f} s" if took < 60 * _SECOND else f"{took / (60 * _SECOND):.1f} min"


def ago(since: datetime, now: datetime) -> str:
    """4 s, 12 min, 3 h, 2 days."""
    seconds = max((now - since) // _SECOND, 0)
    for unit, size in (("days", 2 * 86_400), ("h", 2 * 3_600), ("min", 120)):
        if seconds >= size:
            return f"{seconds * 2 // size} {unit}"
    return f"{seconds} s"


def colours(services: Iterable[str]) -> dict[str, int]:
    """A number for each: the same on every page as long as no service joins."""
    return {name: index % COLOURS for index, name in enumerate(sorted(set(services)))}
