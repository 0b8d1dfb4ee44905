"""What takes up a time, in one line: a lease, a booking, a freeze, an outage. Shared by all that shows an agenda."""

from __future__ import annotations

from datetime import datetime

from bot.notices.facts import ConditionFacts, FreezeFacts, LeaseFacts
from bot.reservations.rules.agenda import Entry
from bot.reservations.values import Status
from handlers.kit.mrkdwn import escape, moment
from handlers.views import lease as words
from handlers.views.place import reason_of

LATE = {Status.OFFERED: ", is being asked", Status.QUEUED: ", waits for it"}
"""A booking whose time has come, and that is not taken up yet."""


def line(entry: Entry, when: str) -> str:
    """`:calendar: 10:00 to 12:00 · integration · booked by @Ana, exclusive · load test`"""
    match entry.what:
        case LeaseFacts():
            return _lease(entry.what, when)
        case FreezeFacts(scope=scope, planned=planned, by=by):
            who = "" if planned else f" · by {words.who(by)}"
            return f":snowflake: {when} · *{escape(scope)}* · frozen{reason_of(entry.what.reason)}{who}"
        case ConditionFacts(kind=kind, by=by):
            lamp = ":red_circle:" if kind == "down" else ":large_orange_circle:"
            said = f"{kind}, expected back then{reason_of(entry.what.reason)} · says {words.who(by)}"
            return f"{lamp} {when} · *{escape(entry.what.scope)}* · {said}"


def kind(entry: Entry) -> str:
    """In one word: `held`, `booked`, `frozen`, `down`, `degraded`."""
    match entry.what:
        case LeaseFacts(status=Status.ACTIVE):
            return "held"
        case LeaseFacts():
            return "booked"
        case FreezeFacts():
            return "frozen"
        case ConditionFacts(kind=kind):
            return kind


def on_a_day(entry: Entry, *, begins: bool, ends: bool) -> str:
    """When it is on one of its days: `10:00 to 12:00`, `18:00 until Monday 8:00`, `until 16:30`."""
    until = _clock(entry.end) if ends else words.clock(entry.end)
    if not begins:
        return f"until {until}"
    return f"{_clock(entry.start)} {'to' if ends else 'until'} {until}"


def _lease(lease: LeaseFacts, when: str) -> str:
    who, rest = words.who(lease.person), f"{lease.mode}{words.why(lease)}{words.marks(lease)}"
    if lease.status == Status.ACTIVE:
        lamp = ":lock:" if lease.mode == "exclusive" else ":busts_in_silhouette:"
        return f"{lamp} {when} · *{words.scope(lease)}* · {who} has it, {rest}"
    late = LATE.get(Status(lease.status), "")
    return f":calendar: {when} · *{words.scope(lease)}* · booked by {who}{late}, {rest}"


def _clock(at: datetime) -> str:
    return moment(at, "{time}")
