"""What people did within the last half minute: what of it can be taken back, and what cannot. Pure."""

from __future__ import annotations

from bot.reservations.events import (
    ConditionCleared,
    ConditionSet,
    EnvironmentFrozen,
    Event,
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
    LeaseUnheld,
    OfferAccepted,
    Opening,
    Recorded,
    Why,
    lease_id_of,
)
from bot.reservations.places import Lately
from bot.reservations.state import State

UNDONE = (LeaseGranted, LeaseQueued, LeaseBooked, LeaseExtended, LeaseHeld, LeaseReleased)
"""What can be taken back, besides leaving the queue."""
FOR_GOOD = (LeaseGiven, HolderAsked, OfferAccepted, ConditionSet, ConditionCleared, EnvironmentFrozen, FreezeLifted)
"""What others know of by now. It is remembered too: whoever takes back the last thing does not mean the one before."""


def remembering(state: State, before: State, recorded: Recorded) -> State:
    """`state` with what was just done; not what it brought others, who may count on it by now."""
    event = recorded.event
    if isinstance(event, LeaseUnheld):
        return _without_hold(state, event.lease_id)
    left = isinstance(event, LeaseCancelled) and event.why is Why.LEFT
    for_another = isinstance(event, Opening) and event.wanted.person != recorded.by
    if for_another or (not left and not isinstance(event, (*UNDONE, *FOR_GOOD))):
        return state
    lease_id, kind = lease_id_of(event), type(event).__name__
    was, at = before.leases.get(lease_id), state.at or recorded.at
    return state.with_lately(Lately(lease_id, kind, recorded.by, at, was, _about(event, before)))


def _without_hold(state: State, lease_id: str) -> State:
    """The last one is taken back: the next undo means what was done before it."""
    held = [done for done in state.lately if (done.lease_id, done.kind) == (lease_id, LeaseHeld.__name__)]
    return state.without_lately(held[-1]) if held else state


def _about(event: Event, before: State) -> str:
    match event:
        case LeaseGiven(to=to):
            return to
        case ConditionSet(condition):
            return str(condition.scope)
        case ConditionCleared(scope):
            return str(scope)
        case EnvironmentFrozen(window):
            return str(window.scope)
        case FreezeLifted(window_id=id):
            return str(before.freezes[id].scope)
        case _:
            return ""
