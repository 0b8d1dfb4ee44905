"""What a pipeline that is called back must hear of."""

from __future__ import annotations

from collections.abc import Sequence

from bot.callbacks.model import Turn
from bot.reservations import events as happened
from bot.reservations.events import Ending, Event, lease_id_of
from bot.reservations.ledger import Step
from bot.reservations.values import Status

BEGINNINGS = happened.LeaseGranted | happened.LeaseStarted | happened.OfferAccepted


def turns(steps: Sequence[Step]) -> list[Turn]:
    """It is its turn, or something else than itself has ended it."""
    found: list[Turn] = []
    for step in steps:
        event, seq = step.recorded.event, step.recorded.seq
        if isinstance(event, BEGINNINGS) or _held_again(event):
            found.append(Turn(lease_id_of(event), seq, "active"))
        elif isinstance(event, Ending) and not _own_doing(step, event):
            found.append(Turn(event.lease_id, seq, "ended"))
    return found


def begun_or_ended(steps: Sequence[Step]) -> set[str]:
    """Leases that are held now, or live no more, whoever did it: deployments wait for them."""
    events = [step.recorded.event for step in steps]
    return {lease_id_of(each) for each in events if isinstance(each, BEGINNINGS | Ending) or _held_again(each)}


def _held_again(event: Event) -> bool:
    """Its end was undone, and it is held with a new token."""
    return isinstance(event, happened.LeaseReopened) and event.was.status is Status.ACTIVE


def _own_doing(step: Step, event: Ending) -> bool:
    """Time may have ended it just before something else that its pipeline asks for: that is not its doing."""
    own = step.recorded.by == step.before.leases[event.lease_id].person
    return own and not isinstance(event, happened.LeaseExpired)
