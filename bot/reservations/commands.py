"""What people, pipelines and clocks ask of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.reservations.values import Wanted


@dataclass(frozen=True, slots=True)
class Reserve:
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Release:
    lease_id: str
    by: str
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Extend:
    """Move the end by `length` from the present end, or to `until` when given. Exactly one of the two is set."""

    lease_id: str
    by: str
    length: timedelta | None = None
    until: datetime | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Accept:
    """Take the offer. Accepting twice is answered as the first time."""

    lease_id: str
    by: str
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """Decline the offer and go to the tail."""

    lease_id: str
    by: str
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """Give up a place in the queue, or an offer."""

    lease_id: str
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
