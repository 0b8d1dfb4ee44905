"""What time alone does: reminders, expiries, lapsed offers, bookings that are due, freezes that begin and end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.reservations.events import (
    BookingDue,
    FreezeBegan,
    FreezeEnded,
    LeaseCancelled,
    LeaseExpired,
    LeaseOverran,
    LeaseReminded,
    TurnNear,
    WaiterBack,
    Why,
)
from bot.reservations.folding import Draft
from bot.reservations.places import FreezeWindow
from bot.reservations.rules.hand_over import alone, back_in_line, hand_over, lapses_at, start_windows
from bot.reservations.rules.reminders import rings
from bot.reservations.rules.turns import away_until, held_up
from bot.reservations.state import State
from bot.reservations.values import Lease, Status, in_order

SILENCES_ALLOWED = 1
"""The first silence sends to the tail; the next one ends the wait."""

Due = Lease | FreezeWindow


def next_deadline(state: State) -> datetime | None:
    """The earliest instant at which a Tick brings events; None when time alone changes nothing."""
    leases = (due for lease in state.leases.values() if (due := _deadline(lease, state)) is not None)
    return min((*leases, *(_turns_at(window) for window in state.freezes.values())), default=None)


def run_clocks(draft: Draft, environment: str) -> None:
    """Record all that is due by now in one environment, in the order in which it fell due.

    An offer made on the way starts now, not when it might have been made: nobody can answer in the past.
    """
    while (due := _first_due(draft, environment)) is not None:
        if isinstance(due, FreezeWindow):
            _freeze_turns(draft, due)
        else:
            _pass_deadline(draft, due)


def kept_until(lease: Lease) -> datetime | None:
    """Until when runs may keep it; None when none does."""
    return max((pin.until for pin in lease.pins), default=None)


def _first_due(draft: Draft, environment: str) -> Due | None:
    due = [*_due_leases(draft, environment), *_due_freezes(draft, environment)]
    return min(due, key=lambda each: each[:3])[-1] if due else None


def _due_leases(draft: Draft, environment: str) -> Iterator[tuple[datetime, int, str, Due]]:
    for lease in draft.within(environment):
        if (at := _deadline(lease, draft.state)) is not None and at <= draft.now:
            yield at, lease.ticket, lease.id, lease


def _due_freezes(draft: Draft, environment: str) -> Iterator[tuple[datetime, int, str, Due]]:
    for window in draft.state.freezes.values():
        if window.scope.environment == environment and (at := _turns_at(window)) <= draft.now:
            yield at, 0, window.id, window


def _turns_at(window: FreezeWindow) -> datetime:
    return window.end if window.began or window.lifted else window.start


def _freeze_turns(draft: Draft, window: FreezeWindow) -> None:
    """Whoever waited behind somebody whom a freeze holds up now, and only shares, goes first from its beginning on."""
    environment = window.scope.environment
    begins = window.end > draft.now
    draft.record(FreezeBegan(environment, window.id) if begins else FreezeEnded(environment, window.id))
    hand_over(draft, environment)


def _deadline(lease: Lease, state: State) -> datetime | None:
    match lease.status:
        case Status.ACTIVE if lease.ends is not None and lease.paused is None:
            return _end_of(lease, lease.ends)
        case Status.OFFERED:
            return _offer_ends(lease, state)
        case Status.BOOKED:
            return lease.wanted.begins
        case Status.QUEUED:
            return lease.again
        case _:
            return None


def _end_of(lease: Lease, ends: datetime) -> datetime:
    if lease.overran:
        return max(ends, kept_until(lease) or ends)
    return ends if lease.reminded else ends - lease.wanted.terms.remind_before


def _offer_ends(lease: Lease, state: State) -> datetime | None:
    others = {each.id: each for name in lease.environments for each in state.within(name)}
    return min(filter(None, (lapses_at(lease, others.values()), _missed_at(lease))), default=None)


def _missed_at(lease: Lease) -> datetime | None:
    """A booking that nobody came for is over with its time, if it could have been had within it."""
    until = lease.wanted.until
    if until is None or lease.wanted.begins is None or lease.paused or lease.since >= until:
        return None
    return until + lease.paused_for


def _pass_deadline(draft: Draft, lease: Lease) -> None:
    match lease.status:
        case Status.BOOKED:
            draft.record(BookingDue(lease.id))
            start_windows(draft, draft.state.leases[lease.id])
        case Status.QUEUED:
            draft.record(WaiterBack(lease.id))
            start_windows(draft, draft.state.leases[lease.id])
        case Status.OFFERED:
            _lapse(draft, lease)
        case _:
            if not _ended(draft, lease):
                return
    for environment in sorted(lease.environments):
        hand_over(draft, environment)


def _lapse(draft: Draft, lease: Lease) -> None:
    """Who is not at work misses nothing."""
    missed = _missed_at(lease)
    if missed and missed <= draft.now:
        draft.record(LeaseCancelled(lease.id, Why.NO_SHOW))
    elif away := away_until(lease, draft.now):
        back_in_line(draft, lease.id, Why.AWAY, away)
    elif lease.misses >= SILENCES_ALLOWED:
        draft.record(LeaseCancelled(lease.id, Why.SILENT))
    else:
        back_in_line(draft, lease.id, Why.SILENT)


def _ended(draft: Draft, lease: Lease) -> bool:
    """Remind, keep for a run, or end: True for the latter."""
    ends, kept = lease.ends or draft.now, kept_until(lease)
    if ends > draft.now:
        nobody = alone(lease, draft.within(lease.scope.environment))
        draft.record(LeaseReminded(lease.id, nobody, rings(lease, draft.now, alone=nobody)))
        _tell_the_next(draft, lease)
        return False
    if kept and kept > draft.now:
        draft.record(LeaseOverran(lease.id, kept))
        return False
    draft.record(LeaseExpired(lease.id))
    return True


def _tell_the_next(draft: Draft, lease: Lease) -> None:
    """Whoever gets it when `lease` ends, if nothing else is in their way for longer, hears so."""
    there = [other for other in draft.within(lease.scope.environment) if other.id != lease.id]
    waiters = in_order([other for other in there if other.status is Status.QUEUED and other.conflicts(lease)])
    for waiter in waiters:
        if waiter.warned or waiter.needs_no_answer:
            continue
        near = all(x.status is Status.ACTIVE and _ends_with(x, lease) for x in _ahead(waiter, there))
        if near and not held_up(draft.state, waiter, draft.now):
            draft.record(TurnNear(waiter.id, max(x.ends or draft.now for x in (lease, *_ahead(waiter, there)))))


def _ahead(waiter: Lease, there: list[Lease]) -> Iterator[Lease]:
    """One at a time: of a long queue the first one mostly settles it."""
    for other in there:
        before = other.place < waiter.place if other.status is Status.QUEUED else other.status is not Status.BOOKED
        if before and other.id != waiter.id and other.conflicts(waiter):
            yield other


def _ends_with(other: Lease, lease: Lease) -> bool:
    return other.ends is not None and lease.ends is not None and other.ends <= lease.ends
