"""A lease as others see it: plain facts for notices and views."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.notices.facts import ConditionFacts, FreezeFacts, LeaseFacts
from bot.reservations.places import Condition, FreezeWindow
from bot.reservations.rules.eta import Eta, estimate
from bot.reservations.rules.hand_over import lapses_at
from bot.reservations.rules.turns import clipped
from bot.reservations.state import State
from bot.reservations.values import Lease, Status

MINUTE = timedelta(minutes=1)


def facts(state: State, lease: Lease, now: datetime, *, ended: str | None = None, eta: Eta | None = None) -> LeaseFacts:
    """`lease` as it stands in `state` at `now`; `ended` names how it ended, when it is in the state no more.

    claim_by is unset while nobody else waits for what is offered: then the offer stays open.
    `eta` is the range of a waiter's turn, when the caller has it already.
    """
    waits = lease.status is Status.QUEUED and ended is None
    if waits and eta is None:
        eta = estimate(state, lease.id, now)
    return replace(
        bare_facts(lease),
        status=ended or lease.status.value,
        minutes=_minutes(lease, now, ended=ended is not None),
        latest=None if ended else _latest(state, lease, now),
        claim_by=None if ended or lease.status is not Status.OFFERED else lapses_at(lease, _beside(state, lease)),
        place=place_of(state, lease) if waits else None,
        eta_from=eta.earliest if eta else None,
        eta_to=eta.latest if eta else None,
    )


def if_well_now(told: LeaseFacts, lease: Lease, now: datetime) -> LeaseFacts:
    """With the end that `lease` comes to if its clock, where it stands still, runs again at `now`."""
    return replace(told, ends=lease.ends + lease.stood(now)) if lease.ends else told


def bare_facts(lease: Lease) -> LeaseFacts:
    """What the lease says by itself, without its place among others."""
    wanted = lease.wanted
    return LeaseFacts(
        lease_id=lease.id,
        version=lease.version,
        person=lease.person,
        environment=lease.scope.environment,
        services=tuple(sorted(lease.scope.services)),
        mode=lease.mode.value,
        status=lease.status.value,
        reason=lease.wanted.reason,
        asked=lease.asked,
        minutes=round(lease.wanted.length / MINUTE),
        asked_seconds=round(lease.wanted.length.total_seconds()),
        claim_minutes=round(lease.wanted.terms.claim_window / MINUTE),
        remind_minutes=round(lease.wanted.terms.remind_before / MINUTE),
        started=lease.started,
        ends=lease.ends,
        latest=lease.latest,
        token=str(lease.token) if lease.token else None,
        resources=tuple(sorted(lease.scope.resources)) if lease.chosen or not wanted.any_of else (),
        wish=str(wanted.any_of) if wanted.any_of and not lease.chosen else "",
        team=wanted.team,
        purpose=wanted.purpose.value if wanted.purpose else "",
        begins=wanted.begins,
        again=lease.again,
        ready=lease.ready,
        paused=lease.paused is not None,
        kept_until=max((pin.until for pin in lease.pins), default=None) if lease.overran else None,
        held=lease.held,
        pipeline=wanted.ttl is not None,
        rank=lease.rank,
    )


def condition_facts(condition: Condition) -> ConditionFacts:
    scope, kind = str(condition.scope), condition.kind.value
    return ConditionFacts(scope, kind, condition.reason, condition.by, condition.since, condition.eta)


def freeze_facts(window: FreezeWindow) -> FreezeFacts:
    scope, times = str(window.scope), (window.start, window.end)
    return FreezeFacts(window.id, scope, *times, window.reason, window.by, window.planned)


def waiting_for(state: State, lease: Lease) -> int:
    """How many wait for something that `lease` stands in the way of."""
    return sum(1 for waiter in _waiting_beside(state, lease) if waiter.conflicts(lease))


def place_of(state: State, lease: Lease) -> int:
    """1 for the first of those who compete for the same scope."""
    return 1 + sum(1 for other in _waiting_beside(state, lease) if other.place < lease.place and other.conflicts(lease))


def _waiting_beside(state: State, lease: Lease) -> list[Lease]:
    return [other for other in _beside(state, lease) if other.status is Status.QUEUED]


def _beside(state: State, lease: Lease) -> Collection[Lease]:
    """Wherever it is, or may come to be."""
    if len(lease.environments) == 1:
        return state.within(lease.scope.environment)
    return {other.id: other for name in lease.environments for other in state.within(name)}.values()


def _latest(state: State, lease: Lease, now: datetime) -> datetime | None:
    """What heartbeats keep alive they keep until the next booking at most."""
    if lease.wanted.ttl is None or lease.latest is None:
        return lease.latest
    return clipped(state, lease.wanted, lease.scope, lease.latest, now)


def _minutes(lease: Lease, now: datetime, *, ended: bool) -> int:
    """How long it was held; or what is asked for, which is less the later one gets it that named an end."""
    if ended and lease.started:
        return round((now - lease.started) / MINUTE)
    if lease.wanted.ttl:
        return round(lease.wanted.length / MINUTE)
    start = now if lease.status is Status.OFFERED else lease.started
    return round((lease.wanted.ends(start) - start if start else lease.wanted.length) / MINUTE)
