"""What has happened to leases, in the order it happened. Events are facts: they are never changed, only followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.reservations.values import Wanted


class Why(StrEnum):
    """Why a waiter left the queue, or an offer went back into it."""

    LEFT = "left"
    PASSED = "passed"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class LeaseGranted:
    """Reserved and free: active from the event's time until `ends`. The event's (epoch, seq) is its token."""

    wanted: Wanted
    ends: datetime


@dataclass(frozen=True, slots=True)
class LeaseQueued:
    """Something is in the way: waits from now on. The event's seq is its ticket."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class LeaseOffered:
    """The way is free and held for it until the window closes. `claim_by` is the latest, even if nobody is ever told;
    OfferDelivered brings the real one.
    """

    lease_id: str
    claim_by: datetime


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


@dataclass(frozen=True, slots=True)
class OfferReturned:
    """Back into the queue, at the tail: the event's seq is the new ticket. SILENT counts as a miss."""

    lease_id: str
    why: Why


@dataclass(frozen=True, slots=True)
class LeaseExtended:
    lease_id: str
    by: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class LeaseReminded:
    """The end is near and the holder is told; `alone` when nobody waits for it, so the words may be quieter."""

    lease_id: str
    alone: bool


@dataclass(frozen=True, slots=True)
class LeaseReleased:
    lease_id: str
    by: str


@dataclass(frozen=True, slots=True)
class LeaseExpired:
    lease_id: str


@dataclass(frozen=True, slots=True)
class LeaseCancelled:
    """Left the queue for good. SILENT: two offers passed in silence. PASSED: declined while nobody else waited."""

    lease_id: str
    why: Why


Event = (
    LeaseGranted
    | LeaseQueued
    | LeaseOffered
    | OfferDelivered
    | ClaimWindowStarted
    | OfferAccepted
    | OfferReturned
    | LeaseExtended
    | LeaseReminded
    | LeaseReleased
    | LeaseExpired
    | LeaseCancelled
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its place in the order. `at` is Redis' time of the decision, aware UTC."""

    epoch: int
    seq: int
    at: datetime
    event: Event
    request_id: str
    by: str


def lease_id_of(event: Event) -> str:
    """Which lease an event is about."""
    return event.wanted.id if isinstance(event, LeaseGranted | LeaseQueued) else event.lease_id
