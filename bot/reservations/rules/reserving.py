"""To have it: reserve, change, book, take. Whatever is refused is refused before anything is recorded."""

from __future__ import annotations

from dataclasses import replace

from bot.reservations.events import (
    LeaseBooked,
    LeaseCancelled,
    LeaseChanged,
    LeaseGranted,
    LeaseHeld,
    LeaseQueued,
    LeaseTaken,
    Why,
)
from bot.reservations.folding import Draft
from bot.reservations.refusals import SomebodyElseHolds
from bot.reservations.rules.bookings import check_booking
from bot.reservations.rules.checks import check_taking, check_wanted, rivals_of
from bot.reservations.rules.hand_over import (
    back_in_line,
    chosen,
    granted_end,
    hand_over,
    hand_over_around,
    pause_if_unwell,
    start_windows,
)
from bot.reservations.rules.holding import SHORTEST_LEFT
from bot.reservations.rules.purposes import passed_on
from bot.reservations.rules.troubles import settle_clock
from bot.reservations.rules.turns import clipped, turn_of
from bot.reservations.values import FIRST, Lease, Mode, Status, Wanted, derived_id


def reserve(draft: Draft, wanted: Wanted) -> None:
    """Whoever lets others share what they hold alone gives something up, and waits for nobody."""
    old = check_wanted(draft.state, wanted, draft.now)
    if old is not None:
        wanted = _as_change(old, wanted)
    newcomer = _newcomer(draft, wanted)
    if old is not None and wanted.mode is Mode.SHARED and old.mode is Mode.EXCLUSIVE:
        _change(draft, old, newcomer)
        return
    turn = turn_of(draft.state, newcomer, draft.now)
    if turn is None:
        draft.record(LeaseQueued(wanted))
        start_windows(draft, newcomer)
    elif old is not None:
        _change(draft, old, newcomer)
    else:
        ends, cut = granted_end(draft, newcomer, turn.scope)
        draft.record(LeaseGranted(wanted, ends, chosen(turn), cut))
        pause_if_unwell(draft, wanted.id)


def book(draft: Draft, wanted: Wanted) -> None:
    check_booking(draft.state, wanted, draft.now)
    draft.record(LeaseBooked(wanted))


def take(draft: Draft, wanted: Wanted, seen: int | None = None) -> None:
    """Whoever holds it goes to the head of the queue for the time they had left. Without one it is a reservation."""
    newcomer = _newcomer(draft, wanted)
    rivals = tuple(x for x in rivals_of(draft.state, wanted) if x.person != wanted.person)
    if not rivals:
        reserve(draft, wanted)
        return
    served = check_taking(draft.state, wanted, draft.now)
    if seen is not None:
        _check_named(draft, wanted, rivals, seen)
    for waiting in served:
        draft.record(LeaseCancelled(waiting.id, Why.SERVED))
    displaced = [_displace(draft, lease, wanted) for lease in rivals]
    ends, cut = granted_end(draft, newcomer, wanted.scope)
    draft.record(LeaseGranted(wanted, ends, clipped=cut))
    pause_if_unwell(draft, wanted.id)
    for back in displaced:
        if back is not None:
            draft.record(LeaseQueued(back))
    hand_over_around(draft, wanted.scope.environment, served)


def _check_named(draft: Draft, wanted: Wanted, rivals: tuple[Lease, ...], seen: int) -> None:
    """What time alone has brought by now is not recorded with a refusal, so it has not been seen either."""
    if any((lease.reached or 0) > seen for lease in rivals):
        known = draft.state.seq - len(draft.events)
        raise SomebodyElseHolds(
            f"Nothing was taken: {wanted.scope} has come to somebody else since.", wanted, rivals, known
        )


def hold(draft: Draft, wanted: Wanted) -> None:
    """One's own lease is kept as it is; without one it is a reservation."""
    live = draft.within(wanted.scope.environment)
    mine = [x for x in live if x.status is Status.ACTIVE and x.person == wanted.person and x.touches(wanted.scope)]
    if len(mine) != 1 or not mine[0].scope.covers(wanted.scope):
        reserve(draft, wanted)
        return
    lease = mine[0]
    present, stood = lease.ends or draft.now, lease.stood(draft.now)
    latest = (lease.started or draft.now) + lease.wanted.terms.maximum + lease.paused_for
    asked = min((wanted.until or draft.now + wanted.length) - stood, latest)
    ends = max(present, clipped(draft.state, lease.wanted, lease.scope, asked, draft.now, stood=stood))
    draft.record(LeaseHeld(lease.id, wanted.person, ends, wanted.reason))


def _newcomer(draft: Draft, wanted: Wanted) -> Lease:
    """Who stands in line no longer than since now."""
    seq = draft.state.seq + 1
    return Lease(wanted, Status.QUEUED, seq, asked=draft.now, since=draft.now, rank=wanted.rank)


def _as_change(old: Lease, wanted: Wanted) -> Wanted:
    """More of what one has already: both together, in place of the lease one has."""
    return replace(wanted, scope=old.scope.joined(wanted.scope), changes=old.id)


def _change(draft: Draft, old: Lease, newcomer: Lease) -> None:
    """Never past the longest that the lease might have run without the change."""
    wanted, started, stood = newcomer.wanted, old.started or draft.now, old.stood(draft.now)
    latest = started + wanted.terms.maximum + old.paused_for
    asked = max(old.ends or draft.now, min(wanted.ends(draft.now) - stood, latest))
    ends = clipped(draft.state, wanted, wanted.scope, asked, draft.now, stood=stood)
    draft.record(LeaseChanged(old.id, wanted.person, wanted.scope, wanted.mode, ends))
    settle_clock(draft, old.id)
    hand_over(draft, wanted.scope.environment)


def _displace(draft: Draft, lease: Lease, wanted: Wanted) -> Wanted | None:
    """End a holder's lease, or call an offer back. Gives the place in the queue that the holder gets."""
    if lease.status is Status.OFFERED:
        back_in_line(draft, lease.id, Why.TAKEN)
        return None
    stopped = lease.wanted.ttl is not None
    back = None if stopped else derived_id(wanted.id, lease.id)
    draft.record(LeaseTaken(lease.id, wanted.person, wanted.reason, wanted.id, back))
    if back is None:
        return None
    for more in draft.within(lease.scope.environment):
        if more.wanted.changes == lease.id:
            draft.record(LeaseCancelled(more.id, Why.TAKEN))
    left = max((lease.ends or draft.now) - (lease.paused or draft.now), SHORTEST_LEFT)
    again = replace(lease.wanted, id=back, rank=FIRST, length=left, until=None, scope=lease.scope)
    return replace(again, any_of=None, changes=None, begins=None, purpose=passed_on(lease.wanted.purpose))
