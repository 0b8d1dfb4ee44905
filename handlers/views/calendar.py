"""`/env calendar`: who has it until when, what is booked and frozen, what is expected to be well again, day by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.notices.facts import LeaseFacts
from bot.ports.chat import Block, Message
from bot.reservations.rules.agenda import Entry
from bot.reservations.values import Status
from handlers.kit.mrkdwn import code, escape, moment
from handlers.views import lease as words
from handlers.views import planned
from handlers.views.blocks import context, cut_markup, fitting, header, section

DAYS = 7
A_DAY, A_MOMENT = timedelta(days=1), timedelta(microseconds=1)
LINES_A_DAY, LINES_LATER = 10, 5
OWN_BUTTONS, OWN_TEXT = 5, 600
SECTION_TEXT, TOTAL_TEXT = 2_400, 5_000
"""As on the board: Slack refuses a message of more than about 13,200 characters of blocks."""
ADDRESS_SHOWN = 400


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at what, and when. target: as one would type it, empty for everything. example: what one could book.

    zone: the reader's, in which a day begins. root: where the web server is reached, empty when nobody has said it.
    """

    reader: str
    at: datetime
    zone: ZoneInfo
    target: str
    example: str
    command: str
    root: str


@dataclass(frozen=True, slots=True)
class _Line:
    """own: the reader's booking that can be cancelled there."""

    text: str
    own: LeaseFacts | None = None


@dataclass(frozen=True, slots=True)
class _Group:
    """What is on one day, or after all of them: `day` is None then."""

    heading: str
    entries: list[Entry]
    most: int
    day: date | None = None


def calendar(entries: Sequence[Entry], look: Look) -> Message:
    """entries: the earliest first."""
    if not entries:
        place = f"*{escape(look.target)}*" if look.target else "any environment"
        line = f":large_green_circle: Nothing is booked, frozen or held in {place}."
        return Message(line, (section(line), *_below(look)))
    title = f"Calendar of {look.target}" if look.target else "Calendar"
    counted = cut_markup(f"{escape(title)}: {_counted(entries)}", 2_000)
    return Message(counted, (header(title), *_groups(entries, look), *_below(look)))


def _groups(entries: Sequence[Entry], look: Look) -> Iterator[Block]:
    room = TOTAL_TEXT
    mine = [entry.what for entry in entries if _is_own_booking(entry, look) and isinstance(entry.what, LeaseFacts)]
    cancellable = {lease.lease_id: lease for lease in mine[:OWN_BUTTONS]}
    for group in (*_days(entries, look), *_later(entries, look)):
        heading = group.heading
        for part in _parts(_lines(group, look, cancellable)):
            own, text = part[0].own, _text(part, min(SECTION_TEXT, room))
            room -= len(text)
            yield section(f"{heading}{text}", words.leave_button(own) if own else None)
            heading = ""


def _days(entries: Sequence[Entry], look: Look) -> Iterator[_Group]:
    """Those on which there is something."""
    today = _day(look.at, look)
    for day in (today + n * A_DAY for n in range(DAYS)):
        if there := [entry for entry in entries if _day(entry.start, look) <= day <= _last(entry, look)]:
            noon = datetime.combine(day, time(12), look.zone)
            yield _Group(f"*{moment(noon, '{date_long_pretty}')}*\n", there, LINES_A_DAY, day)


def _later(entries: Sequence[Entry], look: Look) -> Iterator[_Group]:
    after = _day(look.at, look) + DAYS * A_DAY
    if there := [entry for entry in entries if _day(entry.start, look) >= after]:
        yield _Group("*Later*\n", there, LINES_LATER)


def _lines(group: _Group, look: Look, cancellable: dict[str, LeaseFacts]) -> list[_Line]:
    """Where not all have room, the reader's own come before others."""
    chosen = sorted(group.entries, key=lambda entry: not _is_own_booking(entry, look))[: group.most]
    lines = [_line(entry, group.day, look, cancellable) for entry in group.entries if entry in chosen]
    rest = len(group.entries) - len(lines)
    return [*lines, *([_Line(f"… and {rest} more")] if rest else [])]


def _line(entry: Entry, day: date | None, look: Look, cancellable: dict[str, LeaseFacts]) -> _Line:
    begins = day in (None, _day(entry.start, look))
    when = words.window(entry.start, entry.end)
    if day:
        when = planned.on_a_day(entry, begins=begins, ends=day == _last(entry, look))
    own = cancellable.get(entry.what.lease_id) if begins and isinstance(entry.what, LeaseFacts) else None
    return _Line(planned.line(entry, when), own)


def _parts(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """A section has room for one button, so a line that has one is a part of its own."""
    for has_button, together in groupby(lines, key=lambda line: line.own is not None):
        part = list(together)
        yield from ([line] for line in part) if has_button else (part,)


def _text(part: Sequence[_Line], room: int) -> str:
    """One's own is always said; of the rest, what there is room for."""
    if part[0].own:
        return cut_markup(part[0].text, OWN_TEXT)
    return fitting([line.text for line in part], room, most=len(part))


def _below(look: Look) -> Iterator[Block]:
    """How to book, and how to have all of this in one's own calendar."""
    yield context(f"To book: {code(f'{look.command} book {look.example} tomorrow 9:00 2h')}")
    environment = look.target.partition("/")[0] or "ENVIRONMENT"
    address = code(f"{look.root}/calendar/{environment}.ics?token=TOKEN", ADDRESS_SHOWN)
    where = "" if look.root else " below the address that whoever runs Signalbox sets as `SIGNALBOX_PUBLIC_URL`"
    yield context(
        f"To have it in your own calendar, subscribe to {address}{where}. Whoever runs Signalbox makes the token: "
        "`signalbox token create NAME --scope calendar:read`"
    )


def _counted(entries: Sequence[Entry]) -> str:
    kinds = [planned.kind(entry) for entry in entries]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))


def _is_own_booking(entry: Entry, look: Look) -> bool:
    match entry.what:
        case LeaseFacts(status=Status.BOOKED, person=person):
            return person == look.reader
        case _:
            return False


def _last(entry: Entry, look: Look) -> date:
    """What ends at midnight does not reach into the next day; what is held past its end is there today."""
    return _day(max(entry.end - A_MOMENT, look.at), look)


def _day(at: datetime, look: Look) -> date:
    return at.astimezone(look.zone).date()
