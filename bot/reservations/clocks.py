"""What time alone does: reminders, expiries, lapsed offers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.reservations.events import (
    LeaseCancelled,
    LeaseExpired,
    LeaseReminded,
    OfferReturned,
    Why,
)
from bot.reservations.folding import Draft
from bot.reservations.hand_over import alone, hand_over, lapses_at
from bot.reservations.values import Lease, State, Status

SILENCES_ALLOWED = 1
"""The first silence sends to the tail; the next one ends the wait."""


def next_deadline(state: State) -> datetime | None:
    """The earliest instant at which a Tick brings events; None when time alone changes nothing."""
    return min(
        (due for lease in state.leases.values() if (due := _deadline(lease, state)) is not None),
        default=None,
    )


def run_clocks(draft: Draft, environment: str) -> None:
    """Record all that is due by now in one environment, in the order in which it fell due.

    An offer made on the way starts now, not when it might have been made: nobody can answer in the past.
    """
    while (lease := _first_due(draft, environment)) is not None:
        _pass_deadline(draft, lease)


def _first_due(draft: Draft, environment: str) -> Lease | None:
    due = [
        (at, lease.ticket, lease)
        for lease in draft.within(environment)
        if (at := _deadline(lease, draft.state)) is not None and at <= draft.now
    ]
    return min(due)[-1] if due else None


def _deadline(lease: Lease, state: State) -> datetime | None:
    match lease.status:
        case Status.ACTIVE if lease.ends is not None:
            return lease.ends if lease.reminded else lease.ends - lease.wanted.terms.remind_before
        case Status.OFFERED:
            return lapses_at(lease, state.within(lease.scope.environment))
        case _:
            return None


def _pass_deadline(draft: Draft, lease: Lease) -> None:
    others: Collection[Lease] = draft.within(lease.scope.environment)
    if lease.status is Status.OFFERED:
        out = lease.misses >= SILENCES_ALLOWED
        draft.record(LeaseCancelled(lease.id, Why.SILENT) if out else OfferReturned(lease.id, Why.SILENT))
    elif lease.ends is not None and lease.ends <= draft.now:
        draft.record(LeaseExpired(lease.id))
    else:
        draft.record(LeaseReminded(lease.id, alone(lease, others)))
        return
    hand_over(draft, lease.scope.environment)
