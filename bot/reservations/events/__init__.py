"""What has happened, in the past tense. Events are what is stored; the state is what they come to when they are folded.

What a lease is follows from its own events alone: what happens to a place is told to each of its leases.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.reservations.events.of_lease import (
    ClockPaused,
    ClockResumed,
    HolderAsked,
    LeaseChanged,
    LeaseExpired,
    LeaseExtended,
    LeaseGiven,
    LeaseHeld,
    LeaseOverran,
    LeasePinned,
    LeaseReleased,
    LeaseReminded,
    LeaseRenewed,
    LeaseReopened,
    LeaseReplaced,
    LeaseTaken,
    LeaseUnheld,
    LeaseUnpinned,
)
from bot.reservations.events.of_place import (
    ConditionCleared,
    ConditionSet,
    EnvironmentFrozen,
    FreezeBegan,
    FreezeEnded,
    FreezeLifted,
    FreezesPlanned,
)
from bot.reservations.events.of_queue import (
    AcceptedAhead,
    BookingDue,
    ClaimWindowStarted,
    LeaseBooked,
    LeaseCancelled,
    LeaseGranted,
    LeaseOffered,
    LeaseQueued,
    LeaseStarted,
    OfferAccepted,
    OfferDeferred,
    OfferDelivered,
    OfferReturned,
    TurnNear,
    WaiterBack,
    Why,
)

__all__ = [
    "AcceptedAhead",
    "BookingDue",
    "Change",
    "ClaimWindowStarted",
    "ClockPaused",
    "ClockResumed",
    "ConditionCleared",
    "ConditionSet",
    "Ending",
    "EnvironmentFrozen",
    "Event",
    "FreezeBegan",
    "FreezeEnded",
    "FreezeLifted",
    "FreezesPlanned",
    "HolderAsked",
    "LeaseBooked",
    "LeaseCancelled",
    "LeaseChanged",
    "LeaseExpired",
    "LeaseExtended",
    "LeaseGiven",
    "LeaseGranted",
    "LeaseHeld",
    "LeaseOffered",
    "LeaseOverran",
    "LeasePinned",
    "LeaseQueued",
    "LeaseReleased",
    "LeaseReminded",
    "LeaseRenewed",
    "LeaseReopened",
    "LeaseReplaced",
    "LeaseStarted",
    "LeaseTaken",
    "LeaseUnheld",
    "LeaseUnpinned",
    "OfPlace",
    "OfferAccepted",
    "OfferDeferred",
    "OfferDelivered",
    "OfferReturned",
    "Opening",
    "Recorded",
    "TurnNear",
    "WaiterBack",
    "Why",
    "lease_id_of",
    "place_of",
]

Opening = LeaseGranted | LeaseQueued | LeaseBooked
"""A lease begins with one of these."""

Ending = LeaseReleased | LeaseTaken | LeaseGiven | LeaseReplaced | LeaseExpired | LeaseCancelled

Change = (
    BookingDue
    | LeaseOffered
    | LeaseStarted
    | OfferDelivered
    | ClaimWindowStarted
    | OfferAccepted
    | OfferReturned
    | OfferDeferred
    | WaiterBack
    | TurnNear
    | AcceptedAhead
    | LeaseExtended
    | LeaseRenewed
    | LeaseChanged
    | LeaseHeld
    | LeaseUnheld
    | LeasePinned
    | LeaseUnpinned
    | LeaseOverran
    | LeaseReminded
    | HolderAsked
    | ClockPaused
    | ClockResumed
)
"""A lease lives on, changed."""

OfPlace = (
    ConditionSet | ConditionCleared | EnvironmentFrozen | FreezesPlanned | FreezeBegan | FreezeEnded | FreezeLifted
)
"""About a place, not about one lease."""

Event = Opening | Change | LeaseReopened | Ending | OfPlace


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its place in the order. `at` is Redis' time of the decision, aware UTC.

    origin: from where it was asked: `slack:<channel>`, `api`, or nothing for what time brought.
    """

    epoch: int
    seq: int
    at: datetime
    event: Event
    request_id: str
    by: str
    origin: str = ""


def lease_id_of(event: Event) -> str:
    """Which lease an event is about; "" for an event of a place."""
    if isinstance(event, Opening):
        return event.wanted.id
    return "" if isinstance(event, OfPlace) else event.lease_id


def place_of(event: OfPlace) -> str:
    """The environment that an event of a place is about."""
    match event:
        case ConditionSet(condition):
            return condition.scope.environment
        case ConditionCleared(scope):
            return scope.environment
        case EnvironmentFrozen(window):
            return window.scope.environment
        case _:
            return event.environment
