"""Times of day of what is planned: 14:00, 2pm, 9-12, 14:00 to 16:00, noon, tomorrow's morning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from bot.grammar.durations import duration_at

_END = r"(?=[,;]?(?:\s|$))"
_ONE = r"([01]?[0-9]|2[0-3])(?:[:.]([0-5][0-9]))?(?:\s?([ap])\.?m\.?)?"
_SPAN = re.compile(rf"{_ONE}(?:\s?[-–—]\s?|\s+(?:to|until|till|til)\s+){_ONE}{_END}", re.IGNORECASE)
_CLOCK = re.compile(_ONE + _END, re.IGNORECASE)
_OCLOCK = re.compile(r"([01]?[0-9]|2[0-3])\s?o['’]clock" + _END, re.IGNORECASE)
_NAMED = re.compile(r"(noon|midday|midnight)" + _END, re.IGNORECASE)
_HALF_DAY = 12


@dataclass(frozen=True, slots=True)
class Span:
    """From a time of day, to another one if that was said."""

    start: time
    stop: time | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """Every span the words up to `end` may mean. plain: a colon or am/pm says that it is a time."""

    spans: tuple[Span, ...]
    end: int
    plain: bool


def clocks_at(text: str, at: int, hours: tuple[time, time]) -> Clocks | None:
    """A time of day, or two with a dash. A bare hour is the one in the working `hours`, if only one of the two is."""
    if duration_at(text, at):
        return None
    if found := _NAMED.match(text, at):
        clock = time(0) if found[1].casefold() == "midnight" else time(_HALF_DAY)
        return Clocks((Span(clock),), found.end(), plain=True)
    if found := _SPAN.match(text, at):
        spans = _spans(found)
        plain = any(found.group(2, 3, 5, 6))
        return Clocks(_likely(spans, hours), found.end(), plain=plain) if spans else None
    if found := _OCLOCK.match(text, at) or _CLOCK.match(text, at):
        hour, minute, half = (*found.groups(""), "", "")[:3]
        spans = tuple(Span(clock) for clock in _readings(hour, minute, half))
        return Clocks(_likely(spans, hours), found.end(), plain=bool(minute or half)) if spans else None
    return None


def _readings(hour: str, minute: str, half: str) -> tuple[time, ...]:
    """One time; two for a bare hour of the clock's face; none for `14pm`."""
    clock = time(int(hour), int(minute or 0))
    if half:
        if not 1 <= clock.hour <= _HALF_DAY:
            return ()
        return (clock.replace(hour=clock.hour % _HALF_DAY + (_HALF_DAY if half in "pP" else 0)),)
    if not minute and 1 <= clock.hour < _HALF_DAY:
        return clock, clock.replace(hour=clock.hour + _HALF_DAY)
    return (clock,)


def _spans(found: re.Match[str]) -> tuple[Span, ...]:
    """`9-12` is 09:00-12:00, `2-4pm` is 14:00-16:00: each start with the next stop after it."""
    starts, stops = _readings(*found.groups("")[:3]), _readings(*found.groups("")[3:])
    spans = tuple(
        Span(start, min(stop for stop in stops if stop > start))
        for start in starts
        if any(stop > start for stop in stops)
    )
    if not spans:
        return tuple(Span(start, stop) for start in starts[:1] for stop in stops[:1])
    return spans[-1:] if found[6] and not found[3] else spans


def _likely(spans: tuple[Span, ...], hours: tuple[time, time]) -> tuple[Span, ...]:
    opens, closes = hours
    inside = tuple(each for each in spans if opens <= each.start < closes and (each.stop or opens) <= closes)
    return inside if len(inside) == 1 else spans
