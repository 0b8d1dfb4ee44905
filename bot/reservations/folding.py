"""What each event makes of the state, and a draft in which rules build upon the events they have just decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.reservations.events import (
    ClaimWindowStarted,
    Event,
    LeaseCancelled,
    LeaseExpired,
    LeaseExtended,
    LeaseGranted,
    LeaseOffered,
    LeaseQueued,
    LeaseReleased,
    LeaseReminded,
    OfferAccepted,
    OfferDelivered,
    OfferReturned,
    Recorded,
    Why,
)
from bot.reservations.values import Lease, State, Status, Token, Wanted

Change = (
    LeaseOffered | OfferDelivered | ClaimWindowStarted | OfferAccepted | OfferReturned | LeaseExtended | LeaseReminded
)
LAST_RANK = 3
"""Normal. Who lets an offer go gives up a better rank too: with it the tail would be the head."""


def evolve(state: State, recorded: Recorded) -> State:
    """The state after `recorded`. Ended leases are dropped from it."""
    at = recorded.at if state.at is None else max(state.at, recorded.at)
    match recorded.event:
        case LeaseQueued(wanted):
            lease = _newcomer(wanted, recorded, at)
        case LeaseGranted(wanted, ends):
            lease = _active(_newcomer(wanted, recorded, at), ends, recorded, at)
        case LeaseReleased(lease_id) | LeaseExpired(lease_id) | LeaseCancelled(lease_id):
            return state.lacking(lease_id, recorded.seq, at)
        case event:
            lease = _changed(state.leases[event.lease_id], event, recorded, at)
    return state.having(lease, recorded.seq, at)


def _newcomer(wanted: Wanted, recorded: Recorded, at: datetime) -> Lease:
    return Lease(wanted, Status.QUEUED, recorded.seq, asked=at, since=at)


def _changed(lease: Lease, event: Change, recorded: Recorded, at: datetime) -> Lease:
    changed = replace(lease, version=lease.version + 1)
    match event:
        case LeaseOffered(claim_by=claim_by):
            return replace(changed, status=Status.OFFERED, since=at, claim_by=claim_by, offer=changed.version)
        case OfferDelivered() | ClaimWindowStarted():
            return _timed(changed, event)
        case OfferAccepted(ends=ends):
            return _active(changed, ends, recorded, at)
        case OfferReturned(why=why):
            return _at_the_tail(changed, why, recorded.seq, at)
        case LeaseExtended(ends=ends):
            reminded = _too_late_to_remind(lease.wanted, ends, at)
            return replace(changed, ends=ends, reminded=reminded, moved=changed.version)
        case LeaseReminded():
            return replace(changed, reminded=True)


def _timed(lease: Lease, event: OfferDelivered | ClaimWindowStarted) -> Lease:
    """An offer with its real claim window."""
    if isinstance(event, OfferDelivered):
        return replace(lease, claim_by=event.claim_by, delivered=True)
    return replace(lease, claim_by=event.claim_by, pressed=lease.version if lease.delivered else None)


def _at_the_tail(lease: Lease, why: Why, seq: int, at: datetime) -> Lease:
    misses = lease.misses + (why is Why.SILENT)
    return replace(_without_offer(lease), status=Status.QUEUED, since=at, ticket=seq, rank=LAST_RANK, misses=misses)


def _active(lease: Lease, ends: datetime, recorded: Recorded, at: datetime) -> Lease:
    return replace(
        _without_offer(lease),
        status=Status.ACTIVE,
        since=at,
        started=at,
        ends=ends,
        moved=lease.version,
        token=Token(recorded.epoch, recorded.seq),
        reminded=_too_late_to_remind(lease.wanted, ends, at),
    )


def _without_offer(lease: Lease) -> Lease:
    return replace(lease, claim_by=None, offer=None, delivered=False, pressed=None)


def _too_late_to_remind(wanted: Wanted, ends: datetime, at: datetime) -> bool:
    """A reminder due at the very grant or extension would say what was just said: it counts as given."""
    return ends - wanted.terms.remind_before <= at


class Draft:
    """The events decided so far, and the state they lead to."""

    def __init__(self, state: State, now: datetime) -> None:
        self.events: list[Event] = []
        self.now = now if state.at is None else max(state.at, now)
        self._state = state
        self._folded = 0

    @property
    def state(self) -> State:
        """The state after all events so far. Tokens are not final: only the ledger knows the epoch."""
        while self._folded < len(self.events):
            event = self.events[self._folded]
            self._state = evolve(self._state, Recorded(0, self._state.seq + 1, self.now, event, "", ""))
            self._folded += 1
        return self._state

    def record(self, event: Event) -> None:
        self.events.append(event)

    def within(self, environment: str) -> Collection[Lease]:
        return self.state.within(environment)

    def after(self, length: timedelta) -> datetime:
        return self.now + length
