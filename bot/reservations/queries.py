"""What others may know of the ledger: frozen values that say nothing of how the state is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.notices.model import LeaseFacts
from bot.reservations.eta import NOTHING_USUAL, Usual, estimates
from bot.reservations.facts import facts
from bot.reservations.values import Lease, State, Status


@dataclass(frozen=True, slots=True)
class Board:
    """One environment. `waiting` is in order, first in line first; holders and offered by when they were asked for."""

    environment: str
    holders: tuple[LeaseFacts, ...]
    offered: tuple[LeaseFacts, ...]
    waiting: tuple[LeaseFacts, ...]


@dataclass(frozen=True, slots=True)
class Mine:
    """What one person has to do with: what they hold, what they are offered, what they wait for."""

    holds: tuple[LeaseFacts, ...]
    offered: tuple[LeaseFacts, ...]
    waits: tuple[LeaseFacts, ...]


def board(state: State, environment: str, now: datetime, usual: Usual = NOTHING_USUAL) -> Board:
    """`usual`: how long leases like these really last, by lease id; it narrows the expected turns."""
    leases = state.within(environment)
    etas = estimates(state, environment, now, usual)
    told = [facts(state, lease, now, eta=etas.get(lease.id)) for lease in sorted(leases, key=_place)]
    return Board(environment, *_by_status(told))


def mine(state: State, person: str, now: datetime) -> Mine:
    own = sorted((lease for lease in state.leases.values() if lease.person == person), key=_place)
    return Mine(*_by_status([facts(state, lease, now) for lease in own]))


def in_the_way(state: State, lease_id: str, now: datetime) -> tuple[LeaseFacts, ...]:
    """What a waiter waits for: those who hold or are offered what conflicts with it, then the waiters before it."""
    lease = state.leases.get(lease_id)
    if lease is None or lease.status is not Status.QUEUED:
        return ()
    there = sorted(state.within(lease.scope.environment), key=_holders_first)
    return tuple(facts(state, other, now) for other in there if _stands_before(other, lease) and other.conflicts(lease))


def _by_status(told: Iterable[LeaseFacts]) -> tuple[tuple[LeaseFacts, ...], ...]:
    """Active, offered and queued, each in the order given."""
    order = (Status.ACTIVE, Status.OFFERED, Status.QUEUED)
    told = list(told)
    return tuple(tuple(fact for fact in told if fact.status == status) for status in order)


def _stands_before(other: Lease, lease: Lease) -> bool:
    return other.status is not Status.QUEUED or other.place < lease.place


def _place(lease: Lease) -> tuple[int, int]:
    return lease.place


def _holders_first(lease: Lease) -> tuple[bool, tuple[int, int]]:
    return lease.status is Status.QUEUED, lease.place
