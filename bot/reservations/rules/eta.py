"""When a waiter's turn comes, as a range."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.reservations.rules.occupancy import Occupancy
from bot.reservations.rules.turns import SHORTEST, concerned
from bot.reservations.state import State
from bot.reservations.values import Lease, Scope, Status

Usual = Mapping[str, timedelta]
"""How long leases like it really last (a historical median), by lease id."""
Turn = tuple[str, datetime]
Leaves = Callable[[Lease, datetime], datetime]
MOST_OBSTACLES = 50
"""Freezes and bookings one after another that an estimate steps over."""
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
    """The range for every waiter of one environment, by lease id; none where nobody can tell, since it is down."""
    leases = sorted(concerned(state, environment), key=_in_line)
    soon = dict(_turns(state, leases, now, lambda lease, turn: _leaves_early(lease, turn, usual)))
    late = dict(_turns(state, leases, now, _leaves_late))
    return {lease_id: Eta(turn, max(turn, late[lease_id])) for lease_id, turn in soon.items()}


def _turns(state: State, leases: list[Lease], now: datetime, leaves: Leaves) -> Iterator[Turn]:
    """Each waiter's turn comes when the last of those before it that conflict with it has left."""
    ahead = Occupancy()
    for lease in leases:
        if lease.status is Status.BOOKED:
            continue
        turn, scopes = _turn(state, lease, ahead, now)
        ahead.claim(scopes, lease.mode, max(now, leaves(lease, turn) + _stands_still(state, lease, now)))
        if lease.status is Status.QUEUED and not _unforeseeable(state, lease):
            yield lease.id, turn


def _turn(state: State, lease: Lease, ahead: Occupancy, now: datetime) -> tuple[datetime, tuple[Scope, ...]]:
    """When, and where: of an any-of's candidates those that are free first."""
    if lease.status is not Status.QUEUED:
        return now, lease.scopes
    free = {scope: _opens(state, lease, scope, ahead.free_at(scope, lease.mode) or now) for scope in lease.scopes}
    wanted = lease.wanted.any_of.quantity if lease.wanted.any_of else 1
    first = tuple(sorted(free, key=lambda scope: (free[scope], str(scope)))[:wanted])
    return max(*(free[scope] for scope in first), lease.again or now, now), first


def _opens(state: State, lease: Lease, scope: Scope, turn: datetime) -> datetime:
    """Not before it is expected to be well again, nor in a freeze, nor in what is booked."""
    condition = state.condition_of(scope)
    turn = max(turn, condition.eta) if condition and condition.eta else turn
    for _ in range(MOST_OBSTACLES):
        window = state.freeze_of(scope, lease.mode, turn)
        later = window.end if window else _booked_until(state, lease, scope, turn)
        if later is None:
            break
        turn = later
    return turn


def _booked_until(state: State, lease: Lease, scope: Scope, turn: datetime) -> datetime | None:
    for other in state.booked(scope.environment):
        begins, length = other.wanted.begins, other.wanted.length
        if begins and other.touches(scope) and other.conflicts(lease):
            soon = turn + min(SHORTEST, lease.wanted.length)
            if soon > begins and turn < begins + length:
                return begins + length
    return None


def _unforeseeable(state: State, lease: Lease) -> bool:
    """Something is the matter everywhere it could come to be, and nobody has said for how long."""
    conditions = [state.condition_of(scope) for scope in lease.scopes]
    return all(condition is not None and condition.eta is None for condition in conditions)


def _stands_still(state: State, lease: Lease, now: datetime) -> timedelta:
    """By how much later it leaves, since its time stands still until what is the matter is expected to be over."""
    if lease.paused is None:
        return timedelta(0)
    conditions = [state.condition_of(scope) for scope in lease.scopes]
    goes_on = max([now, *(each.eta for each in conditions if each and each.eta)])
    return goes_on - (lease.paused if lease.ends else now)


def _leaves_early(lease: Lease, turn: datetime, usual: Usual) -> datetime:
    if lease.started is None or lease.ends is None:
        declared = lease.wanted.ends(turn)
        return min(declared, turn + usual[lease.id]) if lease.id in usual else declared
    return min(lease.ends, lease.started + usual[lease.id]) if lease.id in usual else lease.ends


def _leaves_late(lease: Lease, turn: datetime) -> datetime:
    """A run may keep it past its end; a pipeline may go on for as long as it said."""
    if lease.ends is None or lease.started is None:
        start = turn + lease.wanted.terms.claim_window
        return start + lease.wanted.length if lease.wanted.ttl else lease.wanted.ends(start)
    if lease.wanted.ttl:
        return lease.started + lease.wanted.length
    return max((lease.ends, *(pin.until for pin in lease.pins)))


def _in_line(lease: Lease) -> tuple[bool, tuple[int, int]]:
    return lease.status is Status.QUEUED, lease.place
