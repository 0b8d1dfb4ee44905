"""An agenda as iCalendar (RFC 5545, RFC 7986): what calendar programs subscribe to.

The same agenda gives the same bytes, so nothing in it says when it was asked for. All times are UTC, which needs no
description of time zones. A module of its own because its library takes a quarter of a second to load.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from icalendar import STATUS, TRANSP, Calendar, Event, vDuration

from bot.notices.facts import FreezeFacts, LeaseFacts
from bot.reservations.rules.agenda import Entry
from bot.reservations.values import Status
from handlers.kit.mrkdwn import clean

PRODUCT = "-//Signalbox//Signalbox//EN"
REFRESH = timedelta(minutes=15)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""When a freeze was set is not kept, and it does not change."""
SUMMARY_TEXT, NAME_TEXT, REASON_TEXT = 120, 80, 1_000


def feed(environment: str, description: str, entries: Sequence[Entry], names: Mapping[str, str]) -> bytes:
    """Leases, bookings and freezes of one environment. Outages are not in it: nobody plans them.

    names: what people and pipelines are called, by who they are in the entries.
    """
    calendar = Calendar.new(
        prodid=PRODUCT,
        name=clean(environment),
        description=clean(description) or None,
        uid=f"{environment}@signalbox",
        calscale="GREGORIAN",
    )
    calendar.add("REFRESH-INTERVAL", REFRESH, {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    for entry in entries:
        match entry.what:
            case LeaseFacts():
                calendar.add_component(_lease(entry, entry.what, clean(names.get(entry.what.person, ""), NAME_TEXT)))
            case FreezeFacts():
                calendar.add_component(_freeze(entry, entry.what, clean(names.get(entry.what.by, ""), NAME_TEXT)))
            case _:
                pass
    return calendar.to_ical()


def _lease(entry: Entry, lease: LeaseFacts, name: str) -> Event:
    """A booking keeps its UID when it is taken up."""
    held, due = lease.status == Status.ACTIVE, lease.status in (Status.QUEUED, Status.OFFERED)
    parts = ",".join(lease.resources or lease.services)
    scope = f"{lease.environment}/{parts}" if parts else lease.environment
    said = f"{'Held' if held else 'Booked'} by {name}, {lease.mode}."
    return _event(
        entry,
        uid=lease.lease_id,
        said=[said, *(["It is their turn, and they have not taken it up yet."] if due else [])],
        summary=f"{scope}: {name}{_why(lease.reason)}",
        reason=lease.reason,
        categories=("lease" if held else "booking", lease.mode),
        stamp=lease.started or lease.asked,
        sequence=lease.version,
        status=STATUS.TENTATIVE if due else STATUS.CONFIRMED,
    )


def _freeze(entry: Entry, freeze: FreezeFacts, name: str) -> Event:
    by = "Planned in the catalog." if freeze.planned else f"Set by {name}."
    return _event(
        entry,
        uid=freeze.id,
        said=[f"Nobody new gets it exclusively. {by}"],
        summary=f"{freeze.scope}: frozen{_why(freeze.reason)}",
        reason=freeze.reason,
        categories=("freeze",),
        stamp=LONG_AGO,
        sequence=0,
        status=STATUS.CONFIRMED,
    )


def _event(
    entry: Entry,
    *,
    uid: str,
    said: Sequence[str],
    summary: str,
    reason: str,
    categories: Sequence[str],
    stamp: datetime,
    sequence: int,
    status: STATUS,
) -> Event:
    """Whoever subscribes is not busy because others have an environment: it takes none of their own time."""
    why = clean(reason, REASON_TEXT)
    return Event.new(
        uid=f"{uid}@signalbox",
        start=entry.start,
        end=entry.end,
        summary=clean(summary, SUMMARY_TEXT),
        description="\n".join([*said, *([f"Reason: {why}"] if why else [])]),
        categories=categories,
        stamp=stamp,
        sequence=sequence,
        status=status,
        transparency=TRANSP.TRANSPARENT,
    )


def _why(reason: str) -> str:
    return f", {why}" if (why := clean(reason, SUMMARY_TEXT)) else ""
