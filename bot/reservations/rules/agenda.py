"""What takes up the coming time of a place: leases, bookings, freezes, outages that are expected to end. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.notices.facts import ConditionFacts, FreezeFacts, LeaseFacts
from bot.reservations.facts import bare_facts, condition_facts, freeze_facts
from bot.reservations.state import State, concerns
from bot.reservations.values import Lease, Scope, Status


@dataclass(frozen=True, slots=True)
class Entry:
    """`what` takes the time from `start` to `end`: aware UTC, `start` before `end`."""

    start: datetime
    end: datetime
    what: LeaseFacts | FreezeFacts | ConditionFacts


def agenda(state: State, scope: Scope, now: datetime) -> tuple[Entry, ...]:
    """Everything that is known of `scope` and not over at `now`, the earliest first. A whole environment includes its
    resources. Whoever waits in line is not in it: nobody knows yet when they will have it.
    """
    found = (*_leases(state, scope), *_freezes(state, scope), *_outages(state, scope))
    lasting = [entry for entry in found if entry.start < entry.end and (now < entry.end or _is_held(entry.what))]
    return tuple(sorted(lasting, key=lambda entry: (entry.start, entry.end)))


def _is_held(what: object) -> bool:
    """Also past its end, while a trouble makes its clock stand still."""
    return isinstance(what, LeaseFacts) and what.status == Status.ACTIVE


def _leases(state: State, scope: Scope) -> Iterator[Entry]:
    for lease in state.within(scope.environment):
        if _within(lease.scope, scope) and (times := _times(lease)):
            yield Entry(*times, bare_facts(lease))


def _times(lease: Lease) -> tuple[datetime, datetime] | None:
    """A booking stays where it was planned until it is taken up, also while its turn is late."""
    begins = lease.wanted.begins
    if lease.status is Status.ACTIVE and lease.started and lease.latest:
        kept = [pin.until for pin in lease.pins] if lease.overran else []
        return lease.started, max(lease.latest, *kept) if kept else lease.latest
    return (begins, begins + lease.wanted.length) if begins and lease.status is not Status.ACTIVE else None


def _freezes(state: State, scope: Scope) -> Iterator[Entry]:
    for window in state.freezes_of(scope.environment):
        if not window.lifted and _within(window.scope, scope):
            yield Entry(window.start, window.end, freeze_facts(window))


def _outages(state: State, scope: Scope) -> Iterator[Entry]:
    for condition in state.conditions.values():
        if condition.eta and (_within(condition.scope, scope) or concerns(condition.scope, scope)):
            yield Entry(condition.since, condition.eta, condition_facts(condition))


def _within(part: Scope, asked: Scope) -> bool:
    whole = not asked.services and not asked.resources
    return part.environment == asked.environment and (whole or part.overlaps(asked))
