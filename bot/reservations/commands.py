"""What people, pipelines and clocks ask of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

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
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Release:
    """Hand back what is held; what is only waited for is left."""

    which: Which
    by: str
    team: str | None = None


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
class Leave:
    """Give up a place in the queue, or an offer."""

    which: Which
    by: str
    team: str | None = None


@dataclass(frozen=True, slots=True)
class ConfirmDelivery:
    """The offer's notice reached its person: the claim window starts now. `version` is the offer's, so that a late
    confirmation of an older offer changes nothing.
    """

    lease_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Whatever is due by now: expiries, reminders, lapsed offers."""


Command = Reserve | Release | Extend | Accept | Pass | Leave | ConfirmDelivery | Tick
