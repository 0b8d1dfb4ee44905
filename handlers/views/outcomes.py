"""What came of a command, as an answer. Made from its own events, so that a repeat is answered as the first time."""

from __future__ import annotations

from datetime import datetime

from bot.notices.facts import ConditionFacts
from bot.ports.chat import Message
from bot.reservations.events import (
    ClockPaused,
    ClockResumed,
    EnvironmentFrozen,
    Event,
    FreezeLifted,
    HolderAsked,
    LeaseCancelled,
    LeaseChanged,
    LeaseExtended,
    LeaseGiven,
    LeaseHeld,
    LeaseReleased,
    LeaseReopened,
    LeaseTaken,
    LeaseUnheld,
    Why,
    lease_id_of,
)
from bot.reservations.facts import bare_facts, facts, freeze_facts, if_well_now, waiting_for
from bot.reservations.outcome import Outcome
from bot.reservations.queries import beside, why_waiting
from bot.reservations.rules.reminders import next_rings
from bot.reservations.values import Status
from handlers.views import answers, booking, giving, holding, taking, troubles, undone


def reserved(outcome: Outcome, lease_id: str, now: datetime, reading: str = "") -> Message:
    """As it stands by now: a repeat may find that the wait is over. A change of what one held is not taken back."""
    changed = next(iter(outcome.were(lambda event: isinstance(event, LeaseChanged))), None)
    lease = outcome.state.leases.get(changed.id if changed else lease_id)
    if lease is None:
        return answers.over(replayed=outcome.replayed)
    told = facts(outcome.state, lease, now)
    if lease.status is not Status.QUEUED:
        return answers.held(told, reading, undo=changed is None, clipped=_clipped(outcome))
    return answers.queued(told, why_waiting(outcome.state, lease_id, now), reading, undo=True)


def kept(outcome: Outcome, lease_id: str, now: datetime, reading: str) -> Message:
    """What one held is kept as it is; where one held nothing it was reserved."""
    was = next(iter(outcome.were(lambda event: isinstance(event, LeaseHeld))), None)
    if was is None:
        return reserved(outcome, lease_id, now, reading)
    lease = outcome.state.leases.get(was.id)
    if lease is None:
        return answers.over(replayed=outcome.replayed)
    told, moved = facts(outcome.state, lease, now), lease.ends != was.ends
    return holding.kept(if_well_now(told, lease, now), reading, moved=moved)


def taken(outcome: Outcome, lease_id: str, now: datetime, reading: str) -> Message:
    """From whoever had it. By now nobody may have had it: then it was only reserved."""
    lease = outcome.state.leases.get(lease_id)
    if lease is None or lease.status is not Status.ACTIVE:
        return reserved(outcome, lease_id, now, reading)
    ended = outcome.were(lambda event: isinstance(event, LeaseTaken))
    notes = taking.notes(tuple(bare_facts(each) for each in ended))
    told = facts(outcome.state, lease, now)
    return answers.held(told, reading, undo=True, clipped=_clipped(outcome), notes=notes)


def booked(outcome: Outcome, lease_id: str, reading: str) -> Message:
    lease = outcome.state.leases.get(lease_id)
    if lease is None:
        return answers.over(replayed=outcome.replayed)
    return booking.booked(bare_facts(lease), beside(outcome.state, lease), reading)


def unwell(outcome: Outcome, said: ConditionFacts, reading: str) -> Message:
    """It is said of a place, and so many leases there stand still by it."""
    return troubles.unwell(said, _count(outcome, ClockPaused), reading)


def well(outcome: Outcome, scope: str, reading: str) -> Message:
    return troubles.well(scope, _count(outcome, ClockResumed), reading)


def frozen(outcome: Outcome, reading: str, now: datetime) -> Message:
    [window] = [each.event.window for each in outcome.recorded if isinstance(each.event, EnvironmentFrozen)]
    return troubles.frozen(freeze_facts(window), reading, now=now)


def thawed(outcome: Outcome, scope: str, reading: str) -> Message:
    """Each freeze that ended is named: there may have been several."""
    ids = [each.event.window_id for each in outcome.recorded if isinstance(each.event, FreezeLifted)]
    known = outcome.state.freezes
    return troubles.thawed(scope, tuple(freeze_facts(known[id]) for id in ids if id in known), reading)


def _count(outcome: Outcome, kind: type) -> int:
    return sum(isinstance(each.event, kind) for each in outcome.recorded)


def released(outcome: Outcome, reading: str = "") -> Message:
    return answers.released(tuple(bare_facts(lease) for lease in outcome.were(_given_up)), reading)


def left(outcome: Outcome, reading: str = "") -> Message:
    return answers.left(tuple(bare_facts(lease) for lease in outcome.were(_given_up)), reading)


def extended(outcome: Outcome, now: datetime, reading: str = "") -> Message:
    [was] = outcome.were(lambda event: isinstance(event, LeaseExtended))
    if was.id not in outcome.state.leases:
        return answers.over(replayed=outcome.replayed)
    lease = outcome.after[was.id]
    told, waiting = facts(outcome.state, lease, now), waiting_for(outcome.state, lease)
    rings = next_rings(lease, alone=not waiting)
    return answers.extended(
        if_well_now(told, lease, now), waiting, reading=reading, clipped=_clipped(outcome), rings=rings
    )


def accepted(outcome: Outcome, lease_id: str, now: datetime) -> Message:
    lease = outcome.state.leases.get(lease_id)
    if lease is None:
        return answers.over(replayed=True)
    return answers.held(facts(outcome.state, outcome.after.get(lease_id, lease), now))


def passed(outcome: Outcome, lease_id: str, now: datetime) -> Message:
    """To the tail, or out where nobody else waited."""
    if waiter := outcome.after.get(lease_id):
        return answers.passed(facts(outcome.state, waiter, now), waits=True)
    return answers.passed(bare_facts(outcome.before[lease_id]), waits=False)


def given(outcome: Outcome, to: str, now: datetime, reading: str = "") -> Message:
    [was] = outcome.were(lambda event: isinstance(event, LeaseGiven))
    return giving.given(bare_facts(was), to, now, reading)


def asked(outcome: Outcome, *, waits: bool) -> Message:
    """waits: whoever asked stands in line for it already."""
    holders = outcome.were(lambda event: isinstance(event, HolderAsked))
    return giving.asked(tuple(bare_facts(lease) for lease in holders), waits=waits)


def taken_back(outcome: Outcome, now: datetime) -> Message:
    """Each lease as it is after the undo; as it was before it, where it is over."""
    ids = dict.fromkeys(filter(None, (lease_id_of(each.event) for each in outcome.recorded if _undoes(each.event))))
    after = [outcome.after[id] for id in ids if id in outcome.after]
    live = tuple(if_well_now(facts(outcome.state, lease, now), lease, now) for lease in after)
    gone = tuple(bare_facts(outcome.before[id]) for id in ids if id not in outcome.after)
    return undone.undone(live, gone, unheld=any(isinstance(each.event, LeaseUnheld) for each in outcome.recorded))


def _undoes(event: Event) -> bool:
    return isinstance(event, LeaseReopened | LeaseExtended | LeaseUnheld) or _given_up(event)


def _clipped(outcome: Outcome) -> bool:
    return any(getattr(each.event, "clipped", False) for each in outcome.recorded)


def _given_up(event: Event) -> bool:
    return isinstance(event, LeaseReleased) or (isinstance(event, LeaseCancelled) and event.why is Why.LEFT)
