"""What has happened on the way to a lease: waiting, offers, bookings, grants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.reservations.values import Scope, Wanted


class Why(StrEnum):
    """Why a waiter left the queue, or an offer went back into it."""

    LEFT = "left"
    PASSED = "passed"
    SILENT = "silent"
    LATER = "later"
    AWAY = "away"
    TAKEN = "taken"
    NO_SHOW = "no_show"
    SERVED = "served"


@dataclass(frozen=True, slots=True)
class LeaseGranted:
    """Reserved and free: active from the event's time until `ends`. The event's (epoch, seq) is its token.

    scope: what an any-of was given. clipped: somebody has booked it from `ends` on.
    """

    wanted: Wanted
    ends: datetime
    scope: Scope | None = None
    clipped: bool = False


@dataclass(frozen=True, slots=True)
class LeaseQueued:
    """Something is in the way: waits from now on. The event's seq is its ticket."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class LeaseBooked:
    """Waits for its time, `wanted.begins`."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class BookingDue:
    """Its time has come: first in line from now on."""

    lease_id: str


@dataclass(frozen=True, slots=True)
class LeaseOffered:
    """The way is free and held for it until the window closes. `claim_by` is the latest, even if nobody is ever told;
    OfferDelivered brings the real one. scope: what an any-of is offered.
    """

    lease_id: str
    claim_by: datetime
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class LeaseStarted:
    """Its turn came and needed no answer: a pipeline's, or accepted in advance. The (epoch, seq) is its token."""

    lease_id: str
    ends: datetime
    scope: Scope | None = None
    clipped: bool = False


@dataclass(frozen=True, slots=True)
class OfferDelivered:
    lease_id: str
    claim_by: datetime


@dataclass(frozen=True, slots=True)
class ClaimWindowStarted:
    """An offer stays open while nobody else waits for it. Somebody does now: its window runs from here."""

    lease_id: str
    claim_by: datetime


@dataclass(frozen=True, slots=True)
class OfferAccepted:
    """The event's (epoch, seq) is the lease's token."""

    lease_id: str
    by: str
    ends: datetime
    clipped: bool = False


@dataclass(frozen=True, slots=True)
class OfferReturned:
    """Back into the queue. PASSED and SILENT go to the tail: the event's seq is the new ticket; SILENT is a miss too.
    LATER, AWAY and TAKEN keep their place; until `again` they are not asked, and hold nobody back.
    """

    lease_id: str
    why: Why
    again: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfferDeferred:
    """Its turn came while its person was away: others go first until `again`."""

    lease_id: str
    again: datetime


@dataclass(frozen=True, slots=True)
class WaiterBack:
    """Who was away, or had put it off, is asked again from now on."""

    lease_id: str


@dataclass(frozen=True, slots=True)
class TurnNear:
    """First in line, and what stands before it ends soon, at `expected`."""

    lease_id: str
    expected: datetime


@dataclass(frozen=True, slots=True)
class AcceptedAhead:
    """It wants no offer: when its turn comes it is its own."""

    lease_id: str
    by: str


@dataclass(frozen=True, slots=True)
class LeaseCancelled:
    """Left the queue for good. SILENT: two offers passed in silence. PASSED: declined while nobody else waited.
    NO_SHOW: a booking that nobody came for. SERVED: somebody gave it to whoever waited. TAKEN: it was to be more of a
    lease that somebody has taken; its person waits for that one now.
    """

    lease_id: str
    why: Why
