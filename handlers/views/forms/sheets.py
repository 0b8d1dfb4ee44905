"""Which fields the form of each verb has, and the form as it opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.grammar.durations import duration_at
from bot.grammar.names import Names
from bot.grammar.questions import Blank
from bot.notices.facts import LeaseFacts
from bot.ports.chat import Block
from handlers.views.blocks import context, plain, value
from handlers.views.forms import fields

PREFIX = "env.form."
TITLE_LIMIT = 24
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEASES = (30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR)
LONGER = (30 * MINUTE, HOUR, 2 * HOUR)
OUTAGES = (30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, DAY)
FREEZES = (2 * HOUR, 8 * HOUR, DAY, 2 * DAY, 7 * DAY)

CONDITION = "condition"
TOGETHER = "Several parts are had together, or waited for together."
JOINED = "What you add is joined to what you hold, or waited for. Releasing gives back all of it."


@dataclass(frozen=True, slots=True)
class Known:
    """What a form is made for. names: what the person may choose from. mine: what they hold.

    priorities: those they may claim. home: it opens over a Home, which shows what comes of it.
    """

    names: Names
    now: datetime
    mine: Sequence[LeaseFacts] = ()
    priorities: frozenset[str] = frozenset()
    home: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """lengths: what may be chosen at a press. usual: whether one of them is chosen at first.

    why: what the reason is called; where it ends with `?`, it must be given. labels: `any:` may be chosen.
    """

    title: str
    submit: str
    fields: tuple[str, ...]
    lengths: tuple[timedelta, ...] = ()
    how_long: str = "For how long"
    usual: bool = False
    why: str = "What for"
    labels: bool = False
    note: str = ""


_TIME = (fields.LENGTH, fields.UNTIL)
SHEETS: Mapping[str, Sheet] = {
    "reserve": Sheet(
        "Reserve",
        "Reserve",
        (fields.TARGET, fields.MODE, *_TIME, fields.PRIORITY, fields.REASON),
        LEASES,
        usual=True,
        labels=True,
    ),
    "change": Sheet(
        "Change", "Change", (fields.TARGET, fields.MODE, *_TIME), LONGER, how_long="Longer by", note=JOINED
    ),
    "book": Sheet(
        "Book",
        "Book",
        (fields.TARGET, fields.START, *_TIME, fields.MODE, fields.REASON),
        LEASES,
        usual=True,
    ),
    "take": Sheet(
        "Take",
        "Go on",
        (fields.TARGET, *_TIME, fields.REASON),
        LEASES,
        why="Why do you take it?",
        note="Whoever has it reads why, and is first in line for the time they had left. You are asked once more.",
    ),
    "hold": Sheet("Keep as it is", "Keep", (fields.MINE, *_TIME, fields.REASON), LEASES, why="What is to be looked at"),
    "freeze": Sheet(
        "Freeze",
        "Freeze",
        (fields.TARGET, fields.START, *_TIME, fields.REASON),
        FREEZES,
        why="Why is it frozen?",
        note="Nobody new gets it exclusively meanwhile. What runs goes on, and testing together is fine.",
    ),
    CONDITION: Sheet(
        "How it is",
        "Say so",
        (fields.TARGET, fields.KIND, fields.REASON, *_TIME),
        OUTAGES,
        how_long="Well again in about",
        why="What is known about it",
    ),
    "give": Sheet("Give", "Give", (fields.MINE, fields.TO)),
}
KINDS = frozenset(fields.KINDS)


def sheet_of(verb: str) -> str:
    """`down`, `degraded` and `ok` are one form."""
    return CONDITION if verb in KINDS else verb


def form(blank: Blank, known: Known) -> dict[str, Any]:
    """The form as it opens. `blank` says what is filled in already."""
    name = sheet_of(blank.verb)
    sheet = SHEETS[name]
    carries = value(**{**({"lease": blank.lease} if blank.lease else {}), **({"home": 1} if known.home else {})})
    note = [context(sheet.note)] if sheet.note else []
    return {
        "type": "modal",
        "callback_id": PREFIX + name,
        "title": plain(sheet.title, TITLE_LIMIT),
        "submit": plain(sheet.submit, TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "private_metadata": carries,
        "blocks": [*note, *_fields(sheet, blank, known)],
    }


def _fields(sheet: Sheet, blank: Blank, known: Known) -> list[Block]:
    shown = [each for each in sheet.fields if each != fields.PRIORITY or known.priorities]
    return [_FIELDS[each](sheet, blank, known) for each in shown]


def _target(sheet: Sheet, blank: Blank, known: Known) -> Block:
    found = known.names.find(blank.target) if blank.target else ()
    hint = TOGETHER if fields.MODE in sheet.fields else ""
    return fields.target(known.names, found[0] if len(found) == 1 else None, labels=sheet.labels, hint=hint)


def _length(sheet: Sheet, blank: Blank, known: Known) -> Block:
    found = known.names.find(blank.target) if blank.target else ()
    limits = known.names.limits(found[0] if len(found) == 1 else None)
    allowed = [each for each in sheet.lengths if sheet.lengths is not LEASES or each <= limits.maximum]
    choices = sorted({*allowed, limits.default}) if sheet.lengths is LEASES else allowed
    usual = limits.default if sheet.usual and not blank.when else None
    return fields.length(sheet.how_long, choices, _length_in(blank.when) or usual)


def _until(sheet: Sheet, blank: Blank, _known: Known) -> Block:
    """What was typed stands here, unless it is one of the choices."""
    said = "" if _length_in(blank.when) in sheet.lengths else blank.when
    return fields.until("Or another length, or until when", said)


def _length_in(typed: str) -> timedelta | None:
    found = duration_at(typed, 0)
    return found.length if found and found.end == len(typed) else None


def _start(sheet: Sheet, blank: Blank, known: Known) -> Block:
    """A booking begins at the next full hour unless something else is said; a freeze at once."""
    if sheet is SHEETS["freeze"]:
        return fields.start("From, if not from now on", blank.start, optional=True)
    hour = known.now.replace(minute=0, second=0, microsecond=0) + HOUR
    return fields.start("From", blank.start or hour, optional=False)


def _mine(_sheet: Sheet, blank: Blank, known: Known) -> Block:
    named = next((x.lease_id for x in known.mine if _is_called(x, blank.target)), "") if blank.target else ""
    return fields.mine(known.mine, blank.lease or named)


def _is_called(lease: LeaseFacts, target: str) -> bool:
    parts = ",".join(lease.resources or lease.services)
    return target == (f"{lease.environment}/{parts}" if parts else lease.environment)


_FIELDS: Mapping[str, Callable[[Sheet, Blank, Known], Block]] = {
    fields.TARGET: _target,
    fields.MINE: _mine,
    fields.LENGTH: _length,
    fields.UNTIL: _until,
    fields.START: _start,
    fields.MODE: lambda _sheet, blank, _known: fields.mode(blank.mode),
    fields.KIND: lambda _sheet, blank, _known: fields.kind(blank.verb),
    fields.PRIORITY: lambda _sheet, _blank, known: fields.priority(known.priorities),
    fields.TO: lambda _sheet, blank, _known: fields.to(blank.to),
    fields.REASON: lambda sheet, blank, _known: fields.reason(
        sheet.why, blank.reason, optional=not sheet.why.endswith("?")
    ),
}
