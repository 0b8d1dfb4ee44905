"""Whether a time to come is free, and when it would be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import UsageError
from bot.reservations.places import FreezeWindow
from bot.reservations.refusals import BookingConflict, DuplicateLease, TooFarAhead
from bot.reservations.rules.checks import check_length
from bot.reservations.state import State
from bot.reservations.values import Lease, Mode, Status, Wanted

FARTHEST = timedelta(days=90)
LONGEST_SEARCH = 200
"""Steps from one obstacle's end to the next before a search for a free time gives up."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What is in the way of a booking, from `start` to `end`: a lease or another booking, or a freeze."""

    start: datetime
    end: datetime
    lease: Lease | None = None
    window: FreezeWindow | None = None


def check_booking(state: State, wanted: Wanted, now: datetime) -> None:
    """Raise when it cannot be booked. Waiters are not in the way: nobody knows yet when they will have it."""
    begins = _begins(wanted)
    if (same := state.leases.get(wanted.id)) is not None:
        raise DuplicateLease("That booking was made already. Nothing was changed.", same)
    check_length(wanted)
    if begins <= now:
        raise UsageError("That time has begun already. To have it now, reserve it.")
    if begins - now > FARTHEST:
        raise TooFarAhead(f"At most {FARTHEST.days} days ahead can be booked.")
    if found := tuple(obstacles(state, wanted, now)):
        raise BookingConflict("That time is not free.", found, free_from(state, wanted, now), wanted)


def obstacles(state: State, wanted: Wanted, now: datetime) -> Iterator[Obstacle]:
    """Everything in the way of a booking, the earliest first."""
    start, end = _begins(wanted), _begins(wanted) + wanted.length
    found = [each for each in _all(state, wanted, now) if each.start < end and start < each.end]
    yield from sorted(found, key=lambda each: (each.start, each.end))


def free_from(state: State, wanted: Wanted, now: datetime) -> datetime | None:
    """The first time, not before the one that was wanted, from which `wanted.length` is free."""
    start, everything = _begins(wanted), list(_all(state, wanted, now))
    for _ in range(LONGEST_SEARCH):
        ends = [each.end for each in everything if each.start < start + wanted.length and start < each.end]
        if not ends:
            return start
        start = max(ends)
    return None


def _all(state: State, wanted: Wanted, now: datetime) -> Iterator[Obstacle]:
    for lease in state.within(wanted.scope.environment):
        if lease.touches(wanted.scope) and Mode.EXCLUSIVE in (lease.mode, wanted.mode):
            yield from _of_lease(lease, now)
    if wanted.mode is Mode.EXCLUSIVE:
        for window in state.freezes_of(wanted.scope.environment):
            if not window.lifted and window.scope.overlaps(wanted.scope):
                yield Obstacle(window.start, window.end, window=window)


def _of_lease(lease: Lease, now: datetime) -> Iterator[Obstacle]:
    begins = lease.wanted.begins
    if lease.status is Status.BOOKED and begins:
        yield Obstacle(begins, begins + lease.wanted.length, lease)
    elif lease.status is Status.ACTIVE and lease.ends:
        yield Obstacle(now, lease.ends, lease)


def _begins(wanted: Wanted) -> datetime:
    if wanted.begins is None:
        raise ValueError("a booking needs its beginning")
    return wanted.begins
