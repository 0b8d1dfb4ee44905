"""What is done with a lease that lives: release, extend, give, keep it alive; and what is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import UsageError
from bot.reservations.commands import AskFor, Extend, Give, Heartbeat, PinLease, Release, UnpinLease
from bot.reservations.events import (
    HolderAsked,
    LeaseCancelled,
    LeaseExpired,
    LeaseExtended,
    LeaseGiven,
    LeaseGranted,
    LeasePinned,
    LeaseReleased,
    LeaseRenewed,
    LeaseUnpinned,
    Why,
)
from bot.reservations.folding import Draft
from bot.reservations.refusals import (
    AskedLately,
    BookedThen,
    EndHasMoved,
    EndsThenAlready,
    HoldsAlready,
    KeptAlive,
    NobodyHolds,
    NotActive,
    StillActive,
)
from bot.reservations.rules.checks import new_end
from bot.reservations.rules.clocks import kept_until
from bot.reservations.rules.hand_over import hand_over, hand_over_around, pause_if_unwell
from bot.reservations.rules.purposes import passed_on
from bot.reservations.rules.turns import clipped
from bot.reservations.values import NORMAL, Lease, Pin, Status, Wanted, in_order

SHORTEST_LEFT = timedelta(minutes=1)
"""What is given away, or taken, while only a run keeps it has no time left to speak of."""
ASK_AGAIN = timedelta(minutes=10)
RENEWED_BY = 3
"""A heartbeat is recorded when it moves the end by more than this part of the time to live."""


def release(draft: Draft, lease: Lease, command: Release) -> None:
    if lease.status is not Status.ACTIVE:
        leave(draft, lease)
        return
    if command.unless_pinned and lease.pins:
        return
    draft.record(LeaseReleased(lease.id, command.by))
    hand_over(draft, lease.scope.environment)


def leave(draft: Draft, lease: Lease) -> None:
    if lease.status is Status.ACTIVE:
        raise StillActive(f"You hold {lease.scope}: release it when you are done.", lease)
    draft.record(LeaseCancelled(lease.id, Why.LEFT))
    for environment in sorted(lease.environments):
        hand_over(draft, environment)


def extend(draft: Draft, lease: Lease, command: Extend) -> None:
    if lease.status is not Status.ACTIVE:
        raise NotActive(f"{lease.scope} is not yours yet: only a running reservation can be extended.", lease)
    if lease.wanted.ttl is not None:
        _extend_by_itself(draft, lease, command)
        return
    if command.version is not None and command.version < (lease.moved or 0):
        raise EndHasMoved(
            f"Nothing was changed: the end of {lease.scope} has moved since that button was shown.", lease
        )
    _move_end(draft, lease, command, lease.ends or draft.now)


def _extend_by_itself(draft: Draft, lease: Lease, command: Extend) -> None:
    """What its heartbeats may keep it for. Asking so is a sign of life, too: else it might be out before the next."""
    if command.by != lease.person:
        raise KeptAlive(f"{lease.scope} is held by a pipeline: its heartbeats say how long.", lease)
    _move_end(draft, lease, command, lease.latest or draft.now)
    heartbeat(draft, draft.state.leases[lease.id], Heartbeat(lease.id, command.by))


def _move_end(draft: Draft, lease: Lease, command: Extend, present: datetime) -> None:
    asked, stood = new_end(lease, command, draft.now), lease.stood(draft.now)
    ends = clipped(draft.state, lease.wanted, lease.scope, asked, draft.now, stood=stood)
    if ends < asked and ends <= present:
        raise BookedThen(f"{lease.scope} is booked from then on.", _booking_at(draft, lease, ends + stood))
    if ends == present:
        raise EndsThenAlready(f"{lease.scope} is yours until then already.", lease)
    draft.record(LeaseExtended(lease.id, command.by, ends, ends < asked))


def give(draft: Draft, lease: Lease, command: Give) -> None:
    """For the time that is left. Whoever gets it need not wait for it any more."""
    if lease.status is not Status.ACTIVE:
        raise NotActive(f"{lease.scope} is not yours yet: only what you hold can be given.", lease)
    if command.to == lease.person:
        whose = "yours" if command.to == command.by else "theirs"
        raise UsageError(f"It is {whose} already. Name somebody else to give it to.")
    if lease.wanted.ttl is not None:
        raise KeptAlive(f"{lease.scope} is held by a pipeline: it cannot be given away.", lease)
    there = in_order(draft.within(lease.scope.environment))
    theirs = [x for x in there if x.person == command.to and x.touches(lease.scope)]
    if held := next((x for x in theirs if x.status is Status.ACTIVE), None):
        raise HoldsAlready(f"<@{command.to}> holds {held.scope} already.", held)
    draft.record(LeaseGiven(lease.id, command.by, command.to, command.successor))
    served = [x for x in theirs if x.status is not Status.BOOKED]
    for waiting in served:
        draft.record(LeaseCancelled(waiting.id, Why.SERVED))
    wanted = _successor(lease, command, draft.now)
    draft.record(LeaseGranted(wanted, draft.now + wanted.length))
    pause_if_unwell(draft, wanted.id)
    hand_over_around(draft, lease.scope.environment, served)


def _successor(lease: Lease, command: Give, now: datetime) -> Wanted:
    ends = lease.ends or now
    theirs = replace(lease.wanted, id=command.successor, person=command.to, team=command.to_team, scope=lease.scope)
    bare = replace(theirs, any_of=None, changes=None, begins=None, rank=NORMAL, terms=replace(theirs.terms, hours=None))
    left = max(ends - (lease.paused or now), SHORTEST_LEFT)
    until = None if lease.paused or ends <= now else ends
    return replace(bare, length=left, until=until, purpose=passed_on(lease.wanted.purpose))


def ask_for(draft: Draft, command: AskFor) -> None:
    """Each holder who was not asked within the last minutes."""
    there = in_order(draft.within(command.scope.environment))
    held = [x for x in there if x.status is Status.ACTIVE and x.touches(command.scope) and x.person != command.by]
    if not held:
        raise NobodyHolds(f"Nobody else holds {command.scope}.", command.scope)
    fresh = [x for x in held if x.asked_for is None or draft.now - x.asked_for >= ASK_AGAIN]
    if not fresh:
        asked = held[0].asked_for or draft.now
        raise AskedLately(f"<@{held[0].person}> was asked a moment ago.", held[0], asked + ASK_AGAIN)
    for lease in fresh:
        draft.record(HolderAsked(lease.id, command.by))


def heartbeat(draft: Draft, lease: Lease, command: Heartbeat) -> None:
    """A waiter's heartbeat changes nothing; nor does one that would hardly move the end, or one while its clock stands
    still: that time is added when it goes on, and would be added twice.
    """
    ttl = lease.wanted.ttl
    if lease.status is not Status.ACTIVE or ttl is None or lease.started is None or lease.ends is None or lease.paused:
        return
    latest = lease.latest or lease.ends
    ends = clipped(draft.state, lease.wanted, lease.scope, min(draft.now + ttl, latest), draft.now)
    if ends - lease.ends > ttl / RENEWED_BY or (ends == latest and ends > lease.ends):
        draft.record(LeaseRenewed(command.lease_id, ends))


def pin(draft: Draft, lease: Lease, command: PinLease) -> None:
    if lease.status is not Status.ACTIVE:
        raise NotActive(f"{lease.scope} is not held yet: a run cannot keep it.", lease)
    if Pin(command.run, command.until) not in lease.pins:
        draft.record(LeasePinned(lease.id, command.run, command.until))


def unpin(draft: Draft, lease: Lease, command: UnpinLease) -> None:
    """What only that run kept ends with it."""
    if all(each.run != command.run for each in lease.pins):
        return
    draft.record(LeaseUnpinned(lease.id, command.run))
    left = draft.state.leases[lease.id]
    if left.overran and (kept_until(left) or draft.now) <= draft.now and left.paused is None:
        draft.record(LeaseExpired(lease.id))
        hand_over(draft, lease.scope.environment)


def _booking_at(draft: Draft, lease: Lease, begins: datetime) -> Lease:
    there = in_order(draft.within(lease.scope.environment))
    return next((x for x in there if x.status is Status.BOOKED and x.wanted.begins == begins), lease)
