"""When something planned begins: tomorrow 14:00, mon morning, fri 14:00-16:00, dec 1 10:00, 2026-12-01 10:00, in 2h.

Read for bookings and freezes only, where a date belongs: "may", "march" and "sat" stand in many a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.errors import UsageError
from bot.grammar.clocks import Clocks, Span, clocks_at
from bot.grammar.durations import duration_at
from bot.grammar.here import Here
from bot.grammar.words import SHORT_DAYS, WEEKDAYS

_END = r"(?=[,;]?(?:\s|$))"
_DAYS = {**{name: n for n, name in enumerate(WEEKDAYS)}, **SHORT_DAYS}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:,?\s+(20[0-9]{2}))?"
_NAMED = re.compile(
    r"(?:on\s+)?(today|tomorrow|yesterday|(?:the\s+)?day\s+(?:after\s+tomorrow|before\s+yesterday))" + _END,
    re.IGNORECASE,
)
_AWAY = {"today": 0, "tomorrow": 1, "yesterday": -1}
_WEEKDAY = re.compile(rf"(?:on\s+)?(?:(next|this|coming|last)\s+)?({'|'.join(_DAYS)}){_END}", re.IGNORECASE)
_TODAYS = re.compile(r"(?:this\s+(morning|afternoon|evening)|(tonight))" + _END, re.IGNORECASE)
_STAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})" + _END, re.IGNORECASE
)
_ISO = re.compile(r"(?:on\s+)?([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:T(?=[0-9])|(?=[,;]?(?:\s|$)))", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"(?:on\s+)?{_MONTH}\s+([0-9]{{1,2}})(?:st|nd|rd|th)?{_YEAR}{_END}", re.IGNORECASE)
_DAY_MONTH = re.compile(
    rf"(?:on\s+)?(?:the\s+)?([0-9]{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH}{_YEAR}{_END}", re.IGNORECASE
)
_DOTTED = re.compile(r"(?:on\s+)?([0-9]{1,2})\.([0-9]{1,2})\.(20[0-9]{2})?" + _END, re.IGNORECASE)
_SLASHED = re.compile(r"(?:on\s+)?([0-9]{1,2})/([0-9]{1,2})(?:/(20[0-9]{2}))?" + _END, re.IGNORECASE)
_IN = re.compile(r"in\s+", re.IGNORECASE)
_AT = re.compile(r"[\s,;]*(?:(?:at|from|@)\s*)?", re.IGNORECASE)
_PART = re.compile(r"[\s,;]*(?:in\s+the\s+)?(morning|afternoon|evening|night)" + _END, re.IGNORECASE)
_THEN = re.compile(r"[\s,;]*")
_MOST_DAYS = 366
_NOON = 12


@dataclass(frozen=True, slots=True)
class Days:
    """Every date the words up to `end` may mean, the first one first; `later` is meant once that has passed."""

    end: int
    dates: tuple[date, ...]
    later: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """A beginning as it was said, up to `end`. No spans: only the day was said. exact: a moment in UTC."""

    end: int
    dates: tuple[date, ...] = ()
    later: tuple[date, ...] = ()
    spans: tuple[Span, ...] = ()
    exact: datetime | None = None


def start_at(text: str, at: int, here: Here) -> Start | None:
    """The beginning that starts at `at` of the text. Raises UsageError for a date that no calendar has."""
    return _in(text, at, here) or _stamp(text, at) or _day_first(text, at, here) or _clock_first(text, at, here)


def dated_at(text: str, at: int, here: Here) -> Start | None:
    """A day, and the time of day behind it if there is one: what may follow `until`."""
    return _stamp(text, at) or _day_first(text, at, here)


def _in(text: str, at: int, here: Here) -> Start | None:
    prefix = _IN.match(text, at)
    found = duration_at(text, prefix.end()) if prefix else None
    if found is None:
        return None
    if not timedelta() < found.length <= timedelta(days=_MOST_DAYS):
        raise UsageError(f"{text[at : found.end]} is too far away, or no time at all: for example in 2h.")
    then = (here.now + found.length).replace(second=0, microsecond=0)
    if not found.length % timedelta(days=1) and (clocks := _clocks(text, found.end, here)):
        return Start(clocks.end, (then.astimezone(here.zone).date(),), (), clocks.spans)
    return Start(found.end, exact=then)


def _stamp(text: str, at: int) -> Start | None:
    """`2026-10-25 02:30+01:00`: beyond doubt even where the clocks go back."""
    found = _STAMP.match(text, at)
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3].upper()}")
        return Start(found.end(), exact=moment.astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise _no_date(found.group()) from error


def _day_first(text: str, at: int, here: Here) -> Start | None:
    if found := _TODAYS.match(text, at):
        return Start(found.end(), (here.today,), (), (_part(found[1] or "night", here),))
    days = days_at(text, at, here)
    if days is None:
        return None
    start = Start(days.end, days.dates, days.later)
    if part := _PART.match(text, days.end):
        start = replace(start, end=part.end(), spans=(_part(part[1], here),))
    clocks = _clocks(text, start.end, here)
    return replace(start, end=clocks.end, spans=clocks.spans) if clocks else start


def _clock_first(text: str, at: int, here: Here) -> Start | None:
    """`14:00`, `at 9`, `9-12 tomorrow`: of today, unless a day follows. A bare number alone is none."""
    prefix = _AT.match(text, at)
    start = prefix.end() if prefix else at
    clocks = clocks_at(text, start, (here.workday_start, here.workday_end))
    if clocks is None:
        return None
    days = days_at(text, _after(_THEN, text, clocks.end), here)
    if days:
        return Start(days.end, days.dates, days.later, clocks.spans)
    if not clocks.plain and start == at:
        return None
    return Start(clocks.end, (here.today,), (here.today + timedelta(days=1),), clocks.spans)


def _clocks(text: str, at: int, here: Here) -> Clocks | None:
    return clocks_at(text, _after(_AT, text, at), (here.workday_start, here.workday_end))


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _part(word: str, here: Here) -> Span:
    clocks = {"morning": here.workday_start, "afternoon": time(_NOON + 1)}
    return Span(clocks.get(word.casefold(), here.workday_end))


def days_at(text: str, at: int, here: Here) -> Days | None:
    """A day as it was said, without a time of day."""
    found = next((days for read in _READERS if (days := read(text, at, here.today))), None)
    if found and min(found.dates) > here.today + timedelta(days=_MOST_DAYS):
        raise UsageError(f"{text[at : found.end].strip()} is more than a year away.")
    return found


def _named(text: str, at: int, today: date) -> Days | None:
    found = _NAMED.match(text, at)
    if found is None:
        return None
    word = found[1].casefold()
    day = today + timedelta(days=_AWAY.get(word, -2 if word.endswith("yesterday") else 2))
    return Days(found.end(), (day,), (day + timedelta(days=1),) if day >= today else ())


def _weekday(text: str, at: int, today: date) -> Days | None:
    """`fri` said on a Friday may be today; `next fri` said on a Wednesday may be this week's or the one after."""
    found = _WEEKDAY.match(text, at)
    if found is None:
        return None
    away = (_DAYS[found[2].casefold()] - today.weekday()) % 7
    first, second = today + timedelta(days=away), today + timedelta(days=away + 7)
    match (found[1] or "").casefold():
        case "last":
            return Days(found.end(), (first - timedelta(days=7),))
        case "next" if not away:
            return Days(found.end(), (second,))
        case "next" if today.weekday() + away < 7:  # noqa: PLR2004 - days of a week
            return Days(found.end(), (first, second))
        case "" if not away:
            return Days(found.end(), (first, second))
        case _:
            return Days(found.end(), (first,), (second,))


def _iso(text: str, at: int, _today: date) -> Days | None:
    found = _ISO.match(text, at)
    if found is None:
        return None
    day = _date(int(found[1]), int(found[2]), int(found[3]))
    if day is None:
        raise _no_date(found.group())
    return Days(found.end(), (day,))


def _by_month(text: str, at: int, today: date) -> Days | None:
    found = _MONTH_DAY.match(text, at)
    if found:
        month, day, year = found.groups()
    elif found := _DAY_MONTH.match(text, at):
        day, month, year = found.groups()
    else:
        return None
    number = _MONTHS.index(month[:3].casefold()) + 1
    return _this_year(found, ((number, int(day)),), year, today)


def _figures(text: str, at: int, today: date) -> Days | None:
    """`1.12.` is a day and a month; `1/12` may be the other way round, and both are asked about."""
    if found := _DOTTED.match(text, at):
        return _this_year(found, ((int(found[2]), int(found[1])),), found[3], today)
    if found := _SLASHED.match(text, at):
        one, other = int(found[1]), int(found[2])
        return _this_year(found, ((other, one), (one, other)), found[3], today)
    return None


def _this_year(found: re.Match[str], readings: tuple[tuple[int, int], ...], year: str | None, today: date) -> Days:
    """Months and days of the year that was said, or of this one. Two readings are each the next that comes."""
    days = [_date(int(year or today.year), month, day) for month, day in readings]
    known = sorted({day for day in days if day})
    if not known:
        raise _no_date(found.group())
    again = {day: day if year else _date(day.year + 1, day.month, day.day) or day for day in known}
    if len(known) == 1:
        later = () if again[known[0]] == known[0] else (again[known[0]],)
        return Days(found.end(), tuple(known), later)
    return Days(found.end(), tuple(sorted(day if day >= today else again[day] for day in known)))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _no_date(words: str) -> UsageError:
    return UsageError(f"{words.strip(' ,;')} is no date: write it as 2026-12-01, or as dec 1.")


_READERS: tuple[Callable[[str, int, date], Days | None], ...] = (_named, _weekday, _iso, _by_month, _figures)
