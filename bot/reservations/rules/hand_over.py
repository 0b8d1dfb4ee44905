"""Who is next: offers, and the windows in which they are answered; grants, and what ends with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.reservations.events import (
    ClaimWindowStarted,
    ClockPaused,
    LeaseOffered,
    LeaseReplaced,
    LeaseStarted,
    OfferDeferred,
    OfferReturned,
    Why,
)
from bot.reservations.folding import Draft
from bot.reservations.rules.turns import Turn, clipped, turns
from bot.reservations.values import Lease, Scope, Status

UNDELIVERED_WINDOWS = 3
"""An offer whose notice never arrives is given up after this many claim windows."""


def hand_over(draft: Draft, environment: str) -> None:
    """Offer to every waiter whose turn it is; what needs no answer begins."""
    if not any(lease.status is Status.QUEUED for lease in draft.within(environment)):
        return
    for turn in list(turns(draft.state, environment, draft.now)):
        lease = turn.lease
        if turn.away:
            draft.record(OfferDeferred(lease.id, turn.away))
        elif lease.needs_no_answer or _changed(draft, lease):
            _start(draft, turn)
        else:
            draft.record(LeaseOffered(lease.id, draft.now + longest_wait(lease), chosen(turn)))


def hand_over_around(draft: Draft, environment: str, gone: Iterable[Lease]) -> None:
    """There, and wherever those who have gone might have come to be."""
    for name in sorted({environment}.union(*(lease.environments for lease in gone))):
        hand_over(draft, name)


def _start(draft: Draft, turn: Turn) -> None:
    ends, cut = granted_end(draft, turn.lease, turn.scope)
    replace_old(draft, turn.lease)
    draft.record(LeaseStarted(turn.lease.id, ends, chosen(turn), cut))
    pause_if_unwell(draft, turn.lease.id)


def granted_end(draft: Draft, lease: Lease, scope: Scope) -> tuple[datetime, bool]:
    """When a lease granted now ends, and whether a booking cut it short. More of what one has is not for less long."""
    ends = lease.wanted.ends(draft.now)
    if old := _changed(draft, lease):
        ends = max(ends, (old.ends or ends) + old.stood(draft.now))
    until = clipped(draft.state, lease.wanted, scope, ends, draft.now)
    return until, until < ends


def chosen(turn: Turn) -> Scope | None:
    """What an any-of was given; None for what was named in the first place."""
    return turn.scope if turn.lease.wanted.any_of else None


def replace_old(draft: Draft, lease: Lease) -> None:
    """What a lease was to change into is granted: the lease itself is over."""
    if old := _changed(draft, lease):
        draft.record(LeaseReplaced(old.id, lease.id))


def _changed(draft: Draft, lease: Lease) -> Lease | None:
    """What its person holds now and waits to have more of: they are there, so it needs no offer."""
    old = draft.state.leases.get(lease.wanted.changes or "")
    held = old is not None and old.status is Status.ACTIVE and old.person == lease.person
    return old if held else None


def pause_if_unwell(draft: Draft, lease_id: str) -> None:
    """Where something is the matter, time stands still from the grant on."""
    lease = draft.state.leases[lease_id]
    if lease.paused is None and any(draft.state.condition_of(scope) for scope in lease.scopes):
        draft.record(ClockPaused(lease_id))


def start_windows(draft: Draft, newcomer: Lease) -> None:
    """Offers that stayed open for want of a rival have one now: their windows run from here."""
    for environment in sorted(newcomer.environments):
        others = [lease for lease in draft.within(environment) if lease.id != newcomer.id]
        for lease in others:
            if lease.status is Status.OFFERED and lease.conflicts(newcomer) and alone(lease, others):
                window = lease.wanted.terms.claim_window if lease.delivered else longest_wait(lease)
                draft.record(ClaimWindowStarted(lease.id, draft.now + window))


def back_in_line(draft: Draft, lease_id: str, why: Why, again: datetime | None = None) -> None:
    """An any-of that was on offer in one place is a rival in all the others again."""
    draft.record(OfferReturned(lease_id, why, again))
    if again is None:
        start_windows(draft, draft.state.leases[lease_id])


def alone(lease: Lease, others: Iterable[Lease]) -> bool:
    """Nobody waits who would profit if `lease` went away."""
    return not any(other.status is Status.QUEUED and other.again is None and other.conflicts(lease) for other in others)


def lapses_at(lease: Lease, others: Iterable[Lease]) -> datetime | None:
    """When the offer lapses; None while nobody else waits for it, since then it stays open."""
    return None if lease.paused or alone(lease, others) else lease.claim_by


def longest_wait(lease: Lease) -> timedelta:
    """The window of an offer whose notice nobody has seen yet."""
    return UNDELIVERED_WINDOWS * lease.wanted.terms.claim_window
