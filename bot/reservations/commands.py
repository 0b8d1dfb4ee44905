"""What people, pipelines and clocks ask of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.reservations.places import FreezeWindow, Kind
from bot.reservations.values import Scope, Wanted


@dataclass(frozen=True, slots=True)
class Described:
    """Leases by their place instead of by id: which of them are meant is decided with the command (selection.py).

    scope: where; None for wherever the person has any. everything: all of them, not only one.
    asked: when the line was typed; what was reserved or accepted since is not meant.
    """

    scope: Scope | None = None
    everything: bool = False
    asked: datetime | None = None


Which = str | Described
"""A lease id, or what somebody typed instead of one."""


@dataclass(frozen=True, slots=True)
class Reserve:
    """Hold it now, or wait for it. What overlaps with one's own lease is a change of that lease."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Book:
    """Hold it from `wanted.begins` on."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Take:
    """Hold it now, whoever holds it; `wanted.reason` says why.

    seen: the seq of the state from which its button named who would lose it; nobody who came to have it later is meant.
    """

    wanted: Wanted
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Give:
    """Hand what is held to `to`, for the time that is left. successor: the id of the lease that `to` gets."""

    which: Which
    by: str
    to: str
    successor: str
    team: str | None = None
    to_team: str | None = None


@dataclass(frozen=True, slots=True)
class AskFor:
    """Tell whoever holds `scope` that somebody would like to have it."""

    scope: Scope
    by: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep it as it is, for a post-mortem: one's own lease, for longer if `wanted` ends later; else a reservation."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Release:
    """Hand back what is held; what is only waited for is left. unless_pinned: what a run keeps stays."""

    which: Which
    by: str
    team: str | None = None
    unless_pinned: bool = False


@dataclass(frozen=True, slots=True)
class Extend:
    """Move the end by `length` from the present end, or to `until`; by the lease's default when neither is set."""

    which: Which
    by: str
    length: timedelta | None = None
    until: datetime | None = None
    team: str | None = None
    version: int | None = None
    """Of the lease as its button showed it; None when it was typed, and so means the present end."""


@dataclass(frozen=True, slots=True)
class Accept:
    """Take the offer that was made before `version` (None: the present one). Accepting twice is answered as once."""

    lease_id: str
    by: str
    team: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """Decline the offer that was made before `version` (None: the present one), and go to the tail."""

    lease_id: str
    by: str
    team: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Put the offer off: let others go first, keep the place, and be asked again in a while."""

    lease_id: str
    by: str
    team: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class AcceptAhead:
    """Accept the coming offer before it is made."""

    lease_id: str
    by: str
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """Give up a place in the queue, an offer, or a booking."""

    which: Which
    by: str
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back what `by` did last, within half a minute. lease_id: only what was done to that lease."""

    by: str
    lease_id: str | None = None


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The pipeline that holds it, or waits for it, is alive."""

    lease_id: str
    by: str


@dataclass(frozen=True, slots=True)
class PinLease:
    """A run under it has begun, or goes on: keep the lease until it ends, at most until `until`."""

    lease_id: str
    run: str
    until: datetime


@dataclass(frozen=True, slots=True)
class UnpinLease:
    """The run is over."""

    lease_id: str
    run: str


@dataclass(frozen=True, slots=True)
class SetCondition:
    """Say that `scope` is down or degraded, or (`kind` None) that it is well again. eta: until when, as expected."""

    scope: Scope
    kind: Kind | None
    reason: str
    by: str
    eta: datetime | None = None


@dataclass(frozen=True, slots=True)
class Freeze:
    """Nobody new gets the scope exclusively while the window lasts."""

    window: FreezeWindow


@dataclass(frozen=True, slots=True)
class Thaw:
    """End the freezes of `scope` that are in force. Where none is: those that people have announced.

    window: the id of the one freeze that is meant, in force or to come.
    """

    scope: Scope
    by: str
    window: str | None = None


@dataclass(frozen=True, slots=True)
class PlanFreezes:
    """What the catalog says of an environment's freezes, for the next days."""

    environment: str
    windows: tuple[FreezeWindow, ...]


@dataclass(frozen=True, slots=True)
class ConfirmDelivery:
    """The offer's notice reached its person: the claim window starts now. `version` is the offer's, so that a late
    confirmation of an older offer changes nothing.
    """

    lease_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Whatever is due by now: expiries, reminders, lapsed offers, bookings."""


OfOffer = Accept | Pass | Later
Command = (
    Reserve
    | Book
    | Take
    | Give
    | AskFor
    | Hold
    | Release
    | Extend
    | OfOffer
    | AcceptAhead
    | Leave
    | Undo
    | Heartbeat
    | PinLease
    | UnpinLease
    | SetCondition
    | Freeze
    | Thaw
    | PlanFreezes
    | ConfirmDelivery
    | Tick
)
