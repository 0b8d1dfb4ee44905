"""Who is next: offers, and the windows in which they are answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.reservations.events import ClaimWindowStarted, LeaseOffered
from bot.reservations.folding import Draft
from bot.reservations.occupancy import Occupancy
from bot.reservations.values import Lease, Status

UNDELIVERED_WINDOWS = 3
"""An offer whose notice never arrives is given up after this many claim windows."""


def hand_over(draft: Draft, environment: str) -> None:
    """Offer to every waiter whose way is free: no active or offered lease and no earlier waiter conflicts with it."""
    waiting = [lease for lease in draft.within(environment) if lease.status is Status.QUEUED]
    if not waiting:
        return
    ahead = Occupancy()
    for lease in draft.within(environment):
        if lease.status is not Status.QUEUED:
            ahead.claim(lease, draft.now)
    for waiter in sorted(waiting, key=lambda lease: lease.place):
        if ahead.free_at(waiter) is None:
            draft.record(LeaseOffered(waiter.id, draft.now + longest_wait(waiter)))
        ahead.claim(waiter, draft.now)


def start_windows(draft: Draft, newcomer: Lease) -> None:
    """Offers that stayed open for want of a rival have one now: their windows run from here."""
    others = [lease for lease in draft.within(newcomer.scope.environment) if lease.id != newcomer.id]
    for lease in others:
        if lease.status is Status.OFFERED and lease.conflicts(newcomer) and alone(lease, others):
            window = lease.wanted.terms.claim_window if lease.delivered else longest_wait(lease)
            draft.record(ClaimWindowStarted(lease.id, draft.now + window))


def alone(lease: Lease, others: Iterable[Lease]) -> bool:
    """Nobody waits who would profit if `lease` went away."""
    return not any(other.status is Status.QUEUED and other.conflicts(lease) for other in others)


def lapses_at(lease: Lease, others: Iterable[Lease]) -> datetime | None:
    """When the offer lapses; None while nobody else waits for it, since then it stays open."""
    return None if alone(lease, others) else lease.claim_by


def longest_wait(lease: Lease) -> timedelta:
    """The window of an offer whose notice nobody has seen yet."""
    return UNDELIVERED_WINDOWS * lease.wanted.terms.claim_window
