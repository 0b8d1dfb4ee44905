"""When a waiter's turn comes, as a range."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.reservations.occupancy import Occupancy
from bot.reservations.values import Lease, State, Status

Usual = Mapping[str, timedelta]
"""How long leases like it really last (a historical median), by lease id."""
Turn = tuple[str, datetime]
NOTHING_USUAL: Usual = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Eta:
    """The turn comes between the two, if nobody extends.

    earliest: everybody before accepts at once and stays as long as is usual for them, never longer than declared.
    latest: every offer takes its whole claim window, and everybody stays to the declared end.
    """

    earliest: datetime
    latest: datetime


def estimate(state: State, lease_id: str, now: datetime, usual: Usual = NOTHING_USUAL) -> Eta | None:
    """The range for one waiter; None for a lease that does not wait."""
    lease = state.leases.get(lease_id)
    return estimates(state, lease.scope.environment, now, usual).get(lease_id) if lease else None


def estimates(state: State, environment: str, now: datetime, usual: Usual = NOTHING_USUAL) -> dict[str, Eta]:
    """The range for every waiter of one environment, by lease id."""
    leases = sorted(state.within(environment), key=_in_line)
    soon = dict(_turns(leases, now, lambda lease, turn: _leaves_early(lease, turn, usual)))
    late = dict(_turns(leases, now, _leaves_late))
    return {lease_id: Eta(turn, late[lease_id]) for lease_id, turn in soon.items()}


def _turns(leases: list[Lease], now: datetime, leaves: Callable[[Lease, datetime], datetime]) -> Iterator[Turn]:
    """Each waiter's turn comes when the last of those before it that conflict with it has left."""
    ahead = Occupancy()
    for lease in leases:
        turn = ahead.free_at(lease) or now
        ahead.claim(lease, max(now, leaves(lease, turn)))
        if lease.status is Status.QUEUED:
            yield lease.id, turn


def _leaves_early(lease: Lease, turn: datetime, usual: Usual) -> datetime:
    if lease.started is None or lease.ends is None:
        declared = lease.wanted.ends(turn)
        return min(declared, turn + usual[lease.id]) if lease.id in usual else declared
    return min(lease.ends, lease.started + usual[lease.id]) if lease.id in usual else lease.ends


def _leaves_late(lease: Lease, turn: datetime) -> datetime:
    return lease.ends or lease.wanted.ends(turn + lease.wanted.terms.claim_window)


def _in_line(lease: Lease) -> tuple[bool, tuple[int, int]]:
    return lease.status is Status.QUEUED, lease.place
