"""Until when: 16:30, 5pm, 5:30 pm, noon, midnight, eod, bare hours after `until`. Always today, where the typist is.

Phrases with a date belong to bookings and are read there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import UsageError

_END = r"(?=[,;]?(?:\s|$))"
_HALF = re.compile(r"(1[0-2]|0?[1-9])(?:[:.]([0-5][0-9]))?\s?([ap])\.?m\.?" + _END, re.IGNORECASE)
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])" + _END)
_HOUR = re.compile(r"([01]?[0-9]|2[0-3])(?:h|\s?o'clock)?" + _END, re.IGNORECASE)
_EOD = re.compile(r"(?:eod|(?:the\s+)?end\s+of\s+(?:the\s+)?(?:working\s+)?day)" + _END, re.IGNORECASE)
_NAMED = re.compile(r"(noon|midnight)" + _END, re.IGNORECASE)

UNTIL = re.compile(r"(?:until|till|til)(?:\s+|$)", re.IGNORECASE)
_NOON = 12


@dataclass(frozen=True, slots=True)
class Spoken:
    """A time as it was said, up to `end` of the text.

    clock: None for the end of the working day. either_half: `6` may be the morning's or the evening's.
    midnight: the end of today, which is tomorrow's first moment.
    """

    end: int
    clock: time | None
    either_half: bool = False
    midnight: bool = False


def time_at(text: str, at: int) -> Spoken | None:
    """A time that needs no `until` before it: `5pm`, `5:30 pm`, `eod`."""
    if found := _HALF.match(text, at):
        hour = int(found[1]) % _NOON + (_NOON if found[3].casefold() == "p" else 0)
        return Spoken(found.end(), time(hour, int(found[2] or 0)))
    found = _EOD.match(text, at)
    return Spoken(found.end(), None) if found else None


def clock_at(text: str, at: int) -> Spoken | None:
    """`16:30`: a time, though `1:30` alone may also be a length."""
    found = _CLOCK.match(text, at)
    return Spoken(found.end(), time(int(found[1]), int(found[2]))) if found else None


def until_at(text: str, at: int) -> Spoken | None:
    """`until`, `till` or `til`, and any time after it, bare hours included."""
    prefix = UNTIL.match(text, at)
    if prefix is None:
        return None
    start = prefix.end()
    if found := _NAMED.match(text, start):
        return (
            Spoken(found.end(), time(_NOON))
            if found[1].casefold() == "noon"
            else Spoken(found.end(), time(0), midnight=True)
        )
    return time_at(text, start) or clock_at(text, start) or _hour_at(text, start)


def _hour_at(text: str, at: int) -> Spoken | None:
    found = _HOUR.match(text, at)
    if found is None:
        return None
    hour = int(found[1])
    return Spoken(found.end(), time(hour), either_half=1 <= hour <= _NOON)


def moments(said: Spoken, now: datetime, zone: ZoneInfo, workday_end: time) -> tuple[datetime, ...]:
    """When that is today, in UTC, earliest first: none when it has passed, two when it may be am or pm.

    Raises UsageError for a time that today's change of the clocks leaves out.
    """
    today = now.astimezone(zone).date() + timedelta(days=1 if said.midnight else 0)
    clock = said.clock or workday_end
    clocks = (clock, *other_half(clock)) if said.either_half else (clock,)
    found = (moment(datetime.combine(today, each), now, zone) for each in clocks)
    return tuple(sorted({at for at in found if at > now}))


def other_half(clock: time) -> tuple[time, ...]:
    """The same figures twelve hours away: 06:30 and 18:30. Times past 12:59 have no other reading."""
    return (clock.replace(hour=(clock.hour + _NOON) % 24),) if 1 <= clock.hour <= _NOON else ()


def moment(local: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """That local time, in UTC. Where the clocks go back an hour comes twice: the first still to come is meant.

    Raises UsageError for a time that the clocks go forward over.
    """
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) != local:
        day = "today" if local.date() == now.astimezone(zone).date() else f"on {local:%Y-%m-%d}"
        raise UsageError(f"{local:%H:%M} does not exist {day}: the clocks go forward over it.")
    again = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return first if first > now else again
