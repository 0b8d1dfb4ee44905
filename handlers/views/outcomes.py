"""What came of a command, as an answer. Made from its own events, so that a repeat is answered as the first time."""

from __future__ import annotations

from datetime import datetime

from bot.ports.chat import Message
from bot.reservations.events import Event, LeaseCancelled, LeaseChanged, LeaseExtended, LeaseReleased, Why
from bot.reservations.facts import bare_facts, facts, waiting_for
from bot.reservations.outcome import Outcome
from bot.reservations.queries import why_waiting
from bot.reservations.values import Status
from handlers.views import answers


def reserved(outcome: Outcome, lease_id: str, now: datetime) -> Message:
    """As it stands by now: a repeat may find that the wait is over."""
    changed = next(iter(outcome.were(lambda event: isinstance(event, LeaseChanged))), None)
    lease = outcome.state.leases.get(changed.id if changed else lease_id)
    if lease is None:
        return answers.over(replayed=outcome.replayed)
    told = facts(outcome.state, lease, now)
    if lease.status is not Status.QUEUED:
        return answers.held(told)
    return answers.queued(told, why_waiting(outcome.state, lease_id, now))


def released(outcome: Outcome) -> Message:
    return answers.released(tuple(bare_facts(lease) for lease in outcome.were(_given_up)))


def left(outcome: Outcome) -> Message:
    return answers.left(tuple(bare_facts(lease) for lease in outcome.were(_given_up)))


def extended(outcome: Outcome, now: datetime) -> Message:
    [was] = outcome.were(lambda event: isinstance(event, LeaseExtended))
    if was.id not in outcome.state.leases:
        return answers.over(replayed=outcome.replayed)
    lease = outcome.after[was.id]
    return answers.extended(facts(outcome.state, lease, now), waiting_for(outcome.state, lease))


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


def _given_up(event: Event) -> bool:
    return isinstance(event, LeaseReleased) or (isinstance(event, LeaseCancelled) and event.why is Why.LEFT)
