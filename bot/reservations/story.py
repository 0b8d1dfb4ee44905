"""The audit log for readers: each event as who did what to which lease, and why. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.reservations import events as happened
from bot.reservations.events import Event, Recorded, Why, lease_id_of
from bot.reservations.values import Wanted

TOLD_ELSEWHERE = (happened.OfferDelivered, happened.ClaimWindowStarted, happened.LeaseReminded)
"""Needed to keep time, of no interest to a reader."""

CANCELLED = {Why.LEFT: "left the queue", Why.PASSED: "passed the offer on", Why.SILENT: "did not answer twice"}
RETURNED = {Why.LEFT: "left the queue", Why.PASSED: "passed the offer on", Why.SILENT: "did not answer"}


@dataclass(frozen=True, slots=True)
class Line:
    """`what` is ours; `scope` and `reason` are as typed. until: the end that the event gave the lease."""

    at: datetime
    who: str
    what: str
    scope: str
    reason: str = ""
    until: datetime | None = None


def story(recorded: Sequence[Recorded]) -> tuple[Line, ...]:
    """The latest first. A lease whose beginning is not among `recorded` is called by its id."""
    began = {
        each.event.wanted.id: each.event.wanted
        for each in recorded
        if isinstance(each.event, happened.LeaseGranted | happened.LeaseQueued)
    }
    told = (each for each in reversed(recorded) if not isinstance(each.event, TOLD_ELSEWHERE))
    return tuple(_line(each, began.get(lease_id_of(each.event))) for each in told)


def _line(recorded: Recorded, wanted: Wanted | None) -> Line:
    event = recorded.event
    scope = str(wanted.scope) if wanted else lease_id_of(event)
    by_itself = isinstance(event, happened.LeaseOffered | happened.OfferReturned | happened.LeaseExpired)
    cancelled = isinstance(event, happened.LeaseCancelled)
    who = wanted.person if wanted and (by_itself or cancelled) else recorded.by
    opens = isinstance(event, happened.LeaseGranted | happened.LeaseQueued)
    reason = wanted.reason if wanted and opens else ""
    return Line(recorded.at, who, _what(event), scope, reason, getattr(event, "ends", None))


def _what(event: Event) -> str:  # noqa: PLR0911 - one return an event is the shape of this table
    match event:
        case happened.LeaseGranted(wanted=wanted):
            return f"reserved {wanted.mode}"
        case happened.LeaseQueued(wanted=wanted):
            return f"queued for {wanted.mode}"
        case happened.LeaseOffered():
            return "was offered"
        case happened.OfferAccepted():
            return "accepted"
        case happened.OfferReturned(why=why):
            return RETURNED[why]
        case happened.LeaseExtended():
            return "extended"
        case happened.LeaseReleased():
            return "released"
        case happened.LeaseExpired():
            return "ran out of time on"
        case happened.LeaseCancelled(why=why):
            return CANCELLED[why]
        case _:
            return type(event).__name__
