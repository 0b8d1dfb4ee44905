"""Taking back what one did a moment ago, where nobody has built upon it."""

from __future__ import annotations

from datetime import datetime

from bot.reservations.commands import Undo
from bot.reservations.events import (
    ConditionCleared,
    ConditionSet,
    EnvironmentFrozen,
    FreezeLifted,
    HolderAsked,
    LeaseBooked,
    LeaseCancelled,
    LeaseExtended,
    LeaseGiven,
    LeaseGranted,
    LeaseHeld,
    LeaseQueued,
    LeaseReleased,
    LeaseReopened,
    LeaseUnheld,
    OfferAccepted,
    Why,
)
from bot.reservations.folding import Draft
from bot.reservations.places import Lately
from bot.reservations.refusals import CannotUndo, NothingToUndo
from bot.reservations.rules.bookings import obstacles
from bot.reservations.rules.hand_over import hand_over, start_windows
from bot.reservations.rules.troubles import settle_clock
from bot.reservations.rules.turns import clipped
from bot.reservations.state import UNDO_FOR
from bot.reservations.values import Lease, Status

NOTHING = (
    "You did nothing within the last half minute that undo reaches: it takes back a reservation, a booking, an "
    "extension, a hold, a release and a leave."
)
OPENED = frozenset(kind.__name__ for kind in (LeaseGranted, LeaseQueued, LeaseBooked))
ENDED = frozenset(kind.__name__ for kind in (LeaseReleased, LeaseCancelled))


def undo(draft: Draft, command: Undo) -> None:
    """Everything of the last thing that `by` did: releasing all is one thing."""
    mine = [done for done in draft.state.lately if done.by == command.by and draft.now - done.at <= UNDO_FOR]
    if command.lease_id is not None:
        mine = [done for done in mine if done.lease_id == command.lease_id]
    if not mine:
        raise NothingToUndo(NOTHING)
    last = [done for done in mine if done.at == mine[-1].at]
    for done in reversed(last):
        _check_not_for_good(done)
    for done in reversed(last):
        _take_back(draft, done, command.by)


def _check_not_for_good(done: Lately) -> None:
    """Others know of it by now; what is done instead has a line of its own."""
    scope, person = (done.before.scope, done.before.person) if done.before else ("", "")
    match done.kind:
        case LeaseGiven.__name__:
            raise NothingToUndo(
                f"A hand-over cannot be undone: ask <@{done.about}> to give {scope} back.", f"ask {scope}"
            )
        case HolderAsked.__name__:
            raise NothingToUndo(f"<@{person}> has been asked for {scope} already: that cannot be undone.")
        case OfferAccepted.__name__:
            raise NothingToUndo(
                f"An accepted offer cannot be undone: release {scope} if you do not need it.", f"release {scope}"
            )
        case ConditionSet.__name__:
            raise NothingToUndo(
                f"What is said of a place cannot be undone: say ok when {done.about} is well.", f"ok {done.about}"
            )
        case ConditionCleared.__name__:
            raise NothingToUndo(
                f"What is said of a place cannot be undone: say again what is wrong with {done.about}.",
                f"down {done.about}",
            )
        case EnvironmentFrozen.__name__:
            raise NothingToUndo(f"A freeze cannot be undone: thaw {done.about}.", f"thaw {done.about}")
        case FreezeLifted.__name__:
            raise NothingToUndo(f"A thaw cannot be undone: freeze {done.about} again.", f"freeze {done.about}")
        case _:
            return


def _take_back(draft: Draft, done: Lately, by: str) -> None:
    if done.kind in ENDED and done.before is not None:
        _reopen(draft, done.before, by)
        return
    lease = draft.state.leases.get(done.lease_id)
    if lease is None:
        raise CannotUndo("It has ended since. Nothing was changed.")
    if done.kind in OPENED:
        held = lease.status is Status.ACTIVE
        draft.record(LeaseReleased(lease.id, by) if held else LeaseCancelled(lease.id, Why.LEFT))
        for environment in sorted(lease.environments):
            hand_over(draft, environment)
    elif done.before is not None:
        _give_back_the_end(draft, lease, done.before, by, held=done.kind == LeaseHeld.__name__)


def _give_back_the_end(draft: Draft, lease: Lease, was: Lease, by: str, *, held: bool) -> None:
    """held: with it goes what a hold has said of it."""
    ends = _former_end(draft, lease, was)
    draft.record(
        LeaseUnheld(lease.id, by, ends, was.wanted.reason, was.held) if held else LeaseExtended(lease.id, by, ends)
    )


def _former_end(draft: Draft, lease: Lease, was: Lease) -> datetime:
    """Moved by as long as its clock has stood still since."""
    ends, stood = (was.ends or draft.now) + lease.paused_for - was.paused_for, lease.stood(draft.now)
    if ends + stood <= draft.now or lease.status is not Status.ACTIVE:
        raise CannotUndo("The end it had before has passed. Nothing was changed; release it when you are done.")
    if clipped(draft.state, lease.wanted, lease.scope, ends, draft.now, stood=stood) < ends:
        raise CannotUndo("Somebody has booked it since. Extend it until then.")
    return ends


def _reopen(draft: Draft, was: Lease, by: str) -> None:
    """As it was, unless somebody else has got it, is being asked, or has stood in line for it all the time."""
    _check_alive(draft, was)
    _check_free(draft, was)
    draft.record(LeaseReopened(was.id, by, was))
    settle_clock(draft, was.id)
    if was.status is Status.QUEUED:
        if was.again is None:
            start_windows(draft, draft.state.leases[was.id])
        for environment in sorted(was.environments):
            hand_over(draft, environment)


def _check_alive(draft: Draft, was: Lease) -> None:
    """Time has passed: what is over is over."""
    if was.id in draft.state.leases:
        raise CannotUndo("It is yours again already.")
    if was.status is Status.OFFERED:
        raise CannotUndo("That offer is over. Reserve again to queue for it.")
    if was.status is Status.ACTIVE and was.paused is None and (was.ends or draft.now) <= draft.now:
        raise CannotUndo("Its time is up by now. Reserve it again.")


def _check_free(draft: Draft, was: Lease) -> None:
    """Others have come, or its own person has come again."""
    if was.ends and clipped(draft.state, was.wanted, was.scope, was.ends, draft.now) < was.ends:
        raise CannotUndo("Somebody has booked it since. Reserve it again, until then.")
    if was.status is Status.BOOKED and any(obstacles(draft.state, was.wanted, draft.now)):
        raise CannotUndo("That time is not free any more. Book another.")
    others = [each for name in was.environments for each in draft.within(name) if each.status is not Status.BOOKED]
    for other in others:
        if was.status is Status.ACTIVE and other.conflicts(was):
            raise CannotUndo(f"<@{other.person}> has come since. Reserve it again to get in line.")
        if other.person == was.person and any(other.touches(scope) for scope in was.scopes):
            raise CannotUndo("You have reserved it again since.")
