"""How long, and until when: every end that the words may mean, and the beginnings of what is planned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import UsageError
from bot.grammar.clocks import Span
from bot.grammar.dates import Start
from bot.grammar.durations import in_words
from bot.grammar.help import usage_of
from bot.grammar.here import Here
from bot.grammar.mistimed import Mistimed
from bot.grammar.pieces import Clock, ForSuite, Length, Number, When
from bot.grammar.times import UNTIL, Spoken, moment, moments, other_half

_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class End:
    """When it would end, in one reading of the words: after `length`, which `until` (UTC) made when it is set.

    suite: at the end of a run, at the latest after `length`.
    """

    length: timedelta
    until: datetime | None = None
    suite: bool = False

    def typed(self, zone: ZoneInfo, now: datetime) -> str:
        if self.suite:
            return "for the suite"
        if self.until is None:
            return in_words(self.length)
        local, today = self.until.astimezone(zone), now.astimezone(zone).date()
        if local.date() == today and not local.second:
            return f"until {local:%H:%M}"
        midnight = local.time() == time(0) and local.date() == today + timedelta(days=1)
        return "until midnight" if midnight else f"until {stamp(self.until, zone, now)}"


@dataclass(frozen=True, slots=True)
class Slot:
    """A beginning in UTC, and the end if that was said with it."""

    start: datetime
    stop: datetime | None = None


def stamp(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`2026-12-01 10:00` where the typist is; with the offset from UTC where the clocks show that time twice."""
    local = at.astimezone(zone)
    twice = moment(local.replace(tzinfo=None, fold=0), now, zone) != at
    return f"{local:%Y-%m-%d %H:%M}" + (local.isoformat()[-6:] if twice else "")


def ends(when: When, here: Here, verb: str, longest: timedelta = _YEAR) -> tuple[End, ...]:
    """Every end the words may mean; none when all of them have passed. Raises UsageError for what makes no sense.

    `here.now` is the beginning. longest: what `for the suite` stands for.
    """
    match when:
        case Mistimed():
            raise UsageError(when.why, usage=usage_of(verb))
        case Length(length):
            if length <= timedelta():
                least = "at least a minute, for example 30m."
                said = f"A length cannot be negative: {least}" if length else least.capitalize()
                raise UsageError(said, usage=usage_of(verb))
            return (End(length),)
        case ForSuite():
            return (End(longest, suite=True),)
        case Start():
            return tuple(End(slot.start - here.now, slot.start) for slot in slots(when, here, _end_of_day))
        case Spoken():
            return _until(when, here)
        case Clock(said):
            clock = said.clock or here.workday_end
            length = timedelta(hours=clock.hour, minutes=clock.minute)
            halves = [Spoken(0, half) for half in (clock, *other_half(clock))]
            return ((End(length),) if length else ()) + tuple(end for half in halves for end in _until(half, here))
        case Number(value):
            lengths = (timedelta(minutes=min(value, 10**6)), timedelta(hours=min(value, 10**4)))
            hours = _until(Spoken(0, time(value), either_half=True), here) if 0 < value < 24 else ()  # noqa: PLR2004 - hours of a day
            return tuple(End(length) for length in lengths if length) + hours


def _until(said: Spoken, here: Here) -> tuple[End, ...]:
    return tuple(End(at - here.now, at) for at in moments(said, here.now, here.zone, here.workday_end))


def _end_of_day(here: Here) -> tuple[Span, ...]:
    """`until friday` is until the end of that working day."""
    return (Span(here.workday_end),)


def _nothing(_here: Here) -> tuple[Span, ...]:
    return ()


def slots(start: Start, here: Here, unless_said: Callable[[Here], tuple[Span, ...]] = _nothing) -> tuple[Slot, ...]:
    """Every beginning still to come that the words may mean; none when the first day's have all passed.

    unless_said: the time of day when only a day was said.
    """
    if start.exact:
        return (Slot(start.exact),) if start.exact > here.now else ()
    spans = start.spans or unless_said(here)
    by_day = [[_slot(day, span, here) for span in spans] for day in start.dates]
    coming = [[slot for slot in of_day if slot.start > here.now] for of_day in by_day]
    return tuple(slot for of_day in coming for slot in of_day) if coming[0] else ()


def later(start: Start, here: Here) -> tuple[Slot, ...]:
    """What a beginning that has passed may have meant: the next day of that name, or the other half of the day."""
    again = replace(start, dates=(*start.dates[1:], *start.later), later=())
    other = tuple(Span(half) for span in start.spans if not span.stop for half in other_half(span.start))
    found = slots(replace(start, dates=start.dates[:1], spans=other), here) if other else ()
    return (*(slots(again, here) if again.dates else ()), *found)


def _slot(day: date, span: Span, here: Here) -> Slot:
    start = moment(datetime.combine(day, span.start), here.now, here.zone)
    if span.stop is None:
        return Slot(start)
    stop = moment(datetime.combine(day, span.stop), here.now, here.zone)
    if stop <= start:
        raise UsageError(f"{span.stop:%H:%M} is not after {span.start:%H:%M}: say how long instead, for example 2h.")
    return Slot(start, stop)


def passed(when: When | Start, typed: str, here: Here, line: Callable[[str], str]) -> UsageError:
    """The error for an end that has passed: never tomorrow. `line` writes the whole line with another end."""
    said = when.said if isinstance(when, Clock) else when
    clock = (said.clock if isinstance(said, Spoken) else None) or here.workday_end
    halves = () if isinstance(when, Start) else other_half(clock)
    others = [end for half in halves for end in _until(Spoken(0, half), here)]
    return UsageError(
        has_passed(UNTIL.sub("", typed), here),
        suggestions=tuple(line(end.typed(here.zone, here.now)) for end in others),
    )


def has_passed(typed: str, here: Here) -> str:
    return f"{typed} has passed already: it is {here.local:%H:%M} for you ({here.zone.key})."
