"""Whose turn it is: the waiters whose way is free, first in line first, and what each of them gets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.reservations.places import Kind
from bot.reservations.rules.occupancy import Occupancy
from bot.reservations.state import State
from bot.reservations.values import INCIDENT, Lease, Mode, Scope, Status, Wanted, in_order

SHORTEST = timedelta(minutes=5)
"""A lease that a booking would cut shorter than this is not begun: the booking goes first."""

HOLDING = (Status.ACTIVE, Status.OFFERED)
NEVER = datetime.max.replace(tzinfo=UTC)
NOT_AT_ALL = timedelta(0)


@dataclass(frozen=True, slots=True)
class Turn:
    """`lease` may have `scope` now. away: its person is not at work until then, so others go first."""

    lease: Lease
    scope: Scope
    away: datetime | None = None


def turns(state: State, environment: str, now: datetime, newcomer: Lease | None = None) -> Iterator[Turn]:
    """Every waiter whose turn it is in `environment`, and wherever its any-of waiters may come to be as well.

    No waiter passes an earlier one that it conflicts with, unless that one is held up by something else: it is away,
    has put it off, or its place is frozen, down, or booked.
    """
    leases = [*concerned(state, environment, newcomer), *((newcomer,) if newcomer else ())]
    line = _Line(state, now, [lease for lease in leases if lease.status in HOLDING])
    for waiter in in_order([lease for lease in leases if lease.status is Status.QUEUED]):
        if turn := line.turn(waiter):
            yield turn


def turn_of(state: State, newcomer: Lease, now: datetime) -> Turn | None:
    """The turn of somebody who stands in line no longer than since now, if it has come.

    Most find it held, which is seen without looking along the whole line.
    """
    if all(_held(state, newcomer, scope) for scope in newcomer.scopes):
        return None
    found = turns(state, newcomer.scope.environment, now, newcomer)
    return next((turn for turn in found if turn.lease is newcomer), None)


def _held(state: State, newcomer: Lease, scope: Scope) -> bool:
    """By somebody who does not share it with the newcomer."""
    there = (x for x in state.within(scope.environment) if x.status in HOLDING and x.id != newcomer.wanted.changes)
    return any(x.touches(scope) and Mode.EXCLUSIVE in (x.mode, newcomer.mode) for x in there)


def clipped(
    state: State, wanted: Wanted, scope: Scope, ends: datetime, now: datetime, *, stood: timedelta = NOT_AT_ALL
) -> datetime:
    """`ends`, or the beginning of the next booking that is in its way. One whose time has come elsewhere, where no
    clock has run yet, is in its way at once. stood: how long the clock of the lease has stood still by now.
    """
    return min([ends + stood, *(max(booked, now) for booked in _booked(state, wanted, scope))]) - stood


def held_up(state: State, lease: Lease, now: datetime) -> bool:
    """Something else than the queue keeps it from its turn: it holds nobody back meanwhile."""
    return asleep(lease, now) or not any(_open(state, lease, scope, now) for scope in lease.scopes)


def asleep(lease: Lease, now: datetime) -> bool:
    return lease.again is not None and now < lease.again


class _Line:
    """The waiters before, as they are looked at one after another."""

    def __init__(self, state: State, now: datetime, holders: Iterable[Lease]) -> None:
        self._state, self._now = state, now
        self._ahead = Occupancy()
        self._before: list[tuple[Lease, tuple[Scope, ...]]] = []
        for lease in holders:
            self._add(lease, lease.scopes)

    def turn(self, waiter: Lease) -> Turn | None:
        if asleep(waiter, self._now):
            return None
        candidates = [scope for scope in waiter.scopes if _open(self._state, waiter, scope, self._now)]
        free = [scope for scope in candidates if self._free(waiter, scope)]
        scope = _pick(self._state, waiter, free)
        if scope and (away := away_until(waiter, self._now)):
            return Turn(waiter, scope, away)
        if waiter.wanted.any_of:
            self._add(waiter, [scope] if scope else free)
        else:
            self._add(waiter, candidates)
        return Turn(waiter, scope) if scope else None

    def _free(self, waiter: Lease, scope: Scope) -> bool:
        if waiter.wanted.changes is None:
            return self._ahead.free_at(scope, waiter.mode) is None
        old, both_share = waiter.wanted.changes, waiter.mode is Mode.SHARED
        others = [(lease, at) for lease, at in self._before if lease.id != old]
        return not any(
            not (both_share and lease.mode is Mode.SHARED) and any(each.overlaps(scope) for each in at)
            for lease, at in others
        )

    def _add(self, lease: Lease, scopes: Iterable[Scope]) -> None:
        """What an any-of cannot have yet, it keeps from those behind it: else it would never have enough."""
        claimed = tuple(scopes)
        self._before.append((lease, claimed))
        self._ahead.claim(claimed, lease.mode, NEVER)


def away_until(waiter: Lease, now: datetime) -> datetime | None:
    """When its person is at work again; None while they are, or when they asked outside hours and so are there.
    Whoever has booked a time means to be there then.
    """
    hours, there = waiter.wanted.terms.hours, max(waiter.asked, waiter.wanted.begins or waiter.asked)
    if hours is None or waiter.needs_no_answer or hours.working(now) or there >= hours.last_end(now):
        return None
    return hours.next_start(now)


def _pick(state: State, waiter: Lease, free: list[Scope]) -> Scope | None:
    """Of an any-of's candidates those that were let go longest ago, all it wants or nothing."""
    any_of = waiter.wanted.any_of
    if any_of is None:
        return free[0] if free else None
    if len(free) < any_of.quantity:
        return None
    never = datetime.min.replace(tzinfo=UTC)
    rested = sorted(free, key=lambda scope: (state.used.get(str(scope), never), str(scope)))[: any_of.quantity]
    first, *others = rested
    for other in others:
        first = first.joined(other)
    return first


def _open(state: State, waiter: Lease, scope: Scope, now: datetime) -> bool:
    """Nothing but other leases could be in its way."""
    condition = state.condition_of(scope)
    if condition and waiter.rank != INCIDENT:
        newcomer = waiter.ticket > state.seq
        if condition.kind is Kind.DOWN or not newcomer:
            return False
    if state.freeze_of(scope, waiter.mode, now):
        return False
    ends = waiter.wanted.ends(now)
    return min(ends, now + SHORTEST) <= clipped(state, waiter.wanted, scope, ends, now)


def _booked(state: State, wanted: Wanted, scope: Scope) -> Iterator[datetime]:
    for lease in state.booked(scope.environment):
        begins = lease.wanted.begins
        rival = lease.id != wanted.id and Mode.EXCLUSIVE in (lease.mode, wanted.mode)
        if rival and begins and lease.touches(scope):
            yield begins


def concerned(state: State, environment: str, newcomer: Lease | None = None) -> list[Lease]:
    """Everybody in the environment, and in every other one that an any-of waiter ties to it."""
    leases, todo, seen = dict[str, Lease](), [environment, *(newcomer.environments if newcomer else ())], set[str]()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        for lease in state.within(name):
            leases[lease.id] = lease
            if lease.status is Status.QUEUED:
                todo.extend(lease.environments)
    return list(leases.values())
