"""How long: 30m, 2h, 2h30, 1.5h, 1d, 90 min, 2 hours, an hour, half an hour. Always a whole word, or whole words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

_END = r"(?=[,;]?(?:\s|$))"
_COMPACT = re.compile(r"(?=[0-9])(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?" + _END, re.IGNORECASE)
_HOURS_AND = re.compile(r"([0-9]{1,9})h([0-9]{2})" + _END, re.IGNORECASE)
_COUNTED = re.compile(
    r"(-?[0-9]{1,9}(?:[.,][0-9]{1,3})?)(?:"
    r"\s?(?P<h>hours?|hrs?)|\s?(?P<m>minutes?|mins?)|\s?(?P<d>days?)|\s?(?P<w>weeks?)|(?P<unit>[hmdw]))" + _END,
    re.IGNORECASE,
)
_PHRASES = {
    r"half\s+an\s+hour|half\s+hour|half-hour": 30,
    r"an\s+hour\s+and\s+a\s+half": 90,
    r"an\s+hour|one\s+hour": 60,
    r"two\s+hours": 120,
    r"a\s+day|one\s+day": 24 * 60,
}
_SPOKEN = tuple((re.compile(f"(?:{phrase}){_END}", re.IGNORECASE), minutes) for phrase, minutes in _PHRASES.items())
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}
_LONGEST = 10 * 366 * 24 * 60
"""Minutes: ten years stand for everything longer."""


@dataclass(frozen=True, slots=True)
class Duration:
    """Read from the text up to `end`. `length` may be zero or negative: the reader says so, rather than guess."""

    length: timedelta
    end: int


def duration_at(text: str, at: int) -> Duration | None:
    """The duration that starts at `at` of `text`, or None."""
    for read in (_spoken,) if text[at : at + 1].isalpha() else (_compact, _counted):
        if (found := read(text, at)) is not None:
            minutes, end = found
            return Duration(timedelta(minutes=max(-1, min(round(minutes), _LONGEST))), end)
    return None


def _compact(text: str, at: int) -> tuple[float, int] | None:
    if found := _HOURS_AND.match(text, at):
        return int(found[1]) * 60 + int(found[2]), found.end()
    found = _COMPACT.match(text, at)
    if found is None or found.end() == at:
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return (days * 24 + hours) * 60 + minutes, found.end()


def _counted(text: str, at: int) -> tuple[float, int] | None:
    found = _COUNTED.match(text, at)
    if found is None:
        return None
    unit = (found["unit"] or found.lastgroup or "m").casefold()
    return float(found[1].replace(",", ".")) * _MINUTES[unit], found.end()


def _spoken(text: str, at: int) -> tuple[float, int] | None:
    for pattern, minutes in _SPOKEN:
        if found := pattern.match(text, at):
            return minutes, found.end()
    return None


def in_words(length: timedelta) -> str:
    """The shortest way to type it: 45m, 2h, 2h30, 3d, 1d2h."""
    total = max(1, round(length.total_seconds() / 60))
    days, rest = divmod(total, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if hours and minutes and not days:
        return f"{hours}h{minutes:02}"
    return "".join(f"{count}{unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "m")) if count)
