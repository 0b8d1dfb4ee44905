"""What has happened to a lease that is held, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.reservations.values import Lease, Mode, Scope


@dataclass(frozen=True, slots=True)
class LeaseExtended:
    """ends: of what heartbeats keep alive, the end that they can keep it to."""

    lease_id: str
    by: str
    ends: datetime
    clipped: bool = False


@dataclass(frozen=True, slots=True)
class LeaseRenewed:
    """A heartbeat moved the end."""

    lease_id: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class LeaseChanged:
    """It covers more, or in another mode. The event's (epoch, seq) is its new token."""

    lease_id: str
    by: str
    scope: Scope
    mode: Mode
    ends: datetime


@dataclass(frozen=True, slots=True)
class LeaseReplaced:
    """Ended because what it was to be changed into, `successor`, is granted."""

    lease_id: str
    successor: str


@dataclass(frozen=True, slots=True)
class LeaseHeld:
    """To be left as it is, for a post-mortem."""

    lease_id: str
    by: str
    ends: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LeaseUnheld:
    """Leaving it as it is was taken back: with the end, the reason and the mark that it had before."""

    lease_id: str
    by: str
    ends: datetime
    reason: str
    held: bool


@dataclass(frozen=True, slots=True)
class LeasePinned:
    """A run under it is under way: it does not end before the run, nor after `until`."""

    lease_id: str
    run: str
    until: datetime


@dataclass(frozen=True, slots=True)
class LeaseUnpinned:
    lease_id: str
    run: str


@dataclass(frozen=True, slots=True)
class LeaseOverran:
    """Its end has come, and a run keeps it: until `until` at the latest."""

    lease_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class LeaseReminded:
    """The end is near and the holder is told; `alone` when nobody waits for it, so the words may be quieter.

    rings: in a message that notifies them; otherwise in the one that notified them of an earlier end.
    """

    lease_id: str
    alone: bool
    rings: bool = True


@dataclass(frozen=True, slots=True)
class HolderAsked:
    """Somebody would like to have it, and the holder is told so."""

    lease_id: str
    by: str


@dataclass(frozen=True, slots=True)
class LeaseReleased:
    lease_id: str
    by: str


@dataclass(frozen=True, slots=True)
class LeaseTaken:
    """Ended by somebody who needed it more. successor: the lease that took it; returns: the place in the queue, at its
    head, that its person gets for the time it had left; None for a pipeline, which has stopped.
    """

    lease_id: str
    by: str
    reason: str
    successor: str
    returns: str | None = None


@dataclass(frozen=True, slots=True)
class LeaseGiven:
    """Ended by being handed to `to`, whose lease is `successor`."""

    lease_id: str
    by: str
    to: str
    successor: str


@dataclass(frozen=True, slots=True)
class LeaseReopened:
    """A release, or leaving the queue, was undone: as it was, with a new token."""

    lease_id: str
    by: str
    was: Lease


@dataclass(frozen=True, slots=True)
class LeaseExpired:
    lease_id: str


@dataclass(frozen=True, slots=True)
class ClockPaused:
    """Its place is down or degraded: its time stands still."""

    lease_id: str


@dataclass(frozen=True, slots=True)
class ClockResumed:
    """Its time runs again, and its end and its window have moved by as long as it stood still."""

    lease_id: str
    ends: datetime | None
    claim_by: datetime | None
