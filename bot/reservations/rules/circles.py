"""People who wait for one another: each holds what the next one wants, so that nobody gets on."""

from __future__ import annotations

from collections.abc import Iterator

from bot.reservations.state import State
from bot.reservations.values import Lease, Status, in_order


def circle(state: State, lease_id: str) -> tuple[Lease, ...]:
    """What is held along the shortest circle that the waiter `lease_id` closes, its own person's first; () if none.

    A breadth-first search from holder to holder (wait-for graph: Coffman et al., "System Deadlocks", 1971).
    """
    waiter = state.leases.get(lease_id)
    if waiter is None or waiter.status is not Status.QUEUED:
        return ()
    paths: list[tuple[Lease, ...]] = [(held,) for held in _in_its_way(state, waiter)]
    seen = {path[0].person for path in paths}
    while paths:
        path = paths.pop(0)
        for held in _wanted_by(state, path[-1].person):
            if held.person == waiter.person:
                return (held, *path)
            if held.person not in seen:
                seen.add(held.person)
                paths.append((*path, held))
    return ()


def _wanted_by(state: State, person: str) -> Iterator[Lease]:
    """What others hold of that which `person` waits for."""
    waits = [lease for lease in state.leases.values() if lease.person == person and lease.status is Status.QUEUED]
    for lease in in_order(waits):
        yield from _in_its_way(state, lease)


def _in_its_way(state: State, waiter: Lease) -> Iterator[Lease]:
    """Held by others, and needed by `waiter`; an any-of could come to be elsewhere, so it closes no circle."""
    if waiter.wanted.any_of:
        return
    for other in in_order(state.within(waiter.scope.environment)):
        if other.status is Status.ACTIVE and other.person != waiter.person and other.conflicts(waiter):
            yield other
