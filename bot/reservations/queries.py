"""What others may know of the ledger: frozen values that say nothing of how the state is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.notices.facts import ConditionFacts, FreezeFacts, LeaseFacts
from bot.reservations.facts import bare_facts, condition_facts, facts, freeze_facts
from bot.reservations.places import Condition, FreezeWindow
from bot.reservations.refusals import NobodyHolds
from bot.reservations.rules.checks import check_taking, rivals_of
from bot.reservations.rules.circles import circle
from bot.reservations.rules.eta import NOTHING_USUAL, Usual, estimates
from bot.reservations.rules.turns import concerned, turn_of
from bot.reservations.state import State
from bot.reservations.values import Lease, Status, Wanted

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Board:
    """One environment. `waiting` is in order, first in line first; holders and offered by when they were asked for;
    booked and frozen by when they begin. frozen: what is in force or to come. at: when all that was so.
    """

    environment: str
    at: datetime
    holders: tuple[LeaseFacts, ...]
    offered: tuple[LeaseFacts, ...]
    waiting: tuple[LeaseFacts, ...]
    booked: tuple[LeaseFacts, ...] = ()
    unwell: tuple[ConditionFacts, ...] = ()
    frozen: tuple[FreezeFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Mine:
    """What one person has to do with: what they hold, what they are offered, what they wait for."""

    holds: tuple[LeaseFacts, ...]
    offered: tuple[LeaseFacts, ...]
    waits: tuple[LeaseFacts, ...]
    booked: tuple[LeaseFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Waits:
    """What somebody waits for. ahead: who is before, first in the way first. unwell, frozen: what is the matter there.
    circle: leases of people who wait for one another, one's own first: nobody of them gets on unless one lets go.
    """

    ahead: tuple[LeaseFacts, ...] = ()
    unwell: ConditionFacts | None = None
    frozen: FreezeFacts | None = None
    circle: tuple[LeaseFacts, ...] = ()


NOTHING = Waits()


def board(state: State, environment: str, now: datetime, usual: Usual = NOTHING_USUAL) -> Board:
    """`usual`: how long leases like these really last, by lease id; it narrows the expected turns."""
    leases, etas = _in_order(state, environment), estimates(state, environment, now, usual)
    return _board(state, environment, now, [facts(state, lease, now, eta=etas.get(lease.id)) for lease in leases])


def living(state: State, environments: Iterable[str], now: datetime) -> tuple[LeaseFacts, ...]:
    """Of each environment holders first, then who is offered it, then who waits, in order. Whoever waits for any of
    several environments is named once, in the first of them.
    """
    seen = [board(state, name, now) for name in environments]
    told = [lease for each in seen for lease in (*each.holders, *each.offered, *each.waiting)]
    return tuple({lease.lease_id: lease for lease in told}.values())


def glimpse(state: State, environment: str, now: datetime) -> Board:
    """As `board`, without anybody's place and turn: enough to tell how busy it is, at a tenth of the cost."""
    return _board(state, environment, now, [bare_facts(lease) for lease in _in_order(state, environment)])


def _board(state: State, environment: str, now: datetime, told: list[LeaseFacts]) -> Board:
    unwell, frozen = unwell_at(state, environment), frozen_at(state, environment)
    return Board(environment, now, *_by_status(told), unwell=unwell, frozen=frozen)


def _in_order(state: State, environment: str) -> list[Lease]:
    return sorted(state.within(environment), key=_place)


def mine(state: State, person: str, now: datetime) -> Mine:
    own = sorted((lease for lease in state.leases.values() if lease.person == person), key=_place)
    return Mine(*_by_status([facts(state, lease, now) for lease in own]))


def unwell_at(state: State, environment: str) -> tuple[ConditionFacts, ...]:
    there = [each for each in state.conditions.values() if each.scope.environment == environment]
    return tuple(condition_facts(each) for each in sorted(there, key=lambda each: (each.kind != "down", each.since)))


def frozen_at(state: State, environment: str) -> tuple[FreezeFacts, ...]:
    there = [each for each in state.freezes_of(environment) if not each.lifted]
    return tuple(freeze_facts(each) for each in sorted(there, key=lambda each: each.start))


def why_waiting(state: State, lease_id: str, now: datetime) -> Waits:
    """Everything that keeps a waiter from its turn."""
    lease = state.leases.get(lease_id)
    if lease is None or lease.status is not Status.QUEUED:
        return NOTHING
    conditions = [state.condition_of(scope) for scope in lease.scopes]
    freezes = [state.freeze_of(scope, lease.mode, now) for scope in lease.scopes]
    unwell, frozen = (found[0] if all(found) else None for found in (conditions, freezes))
    return Waits(
        in_the_way(state, lease_id, now),
        condition_facts(unwell) if isinstance(unwell, Condition) else None,
        freeze_facts(frozen) if isinstance(frozen, FreezeWindow) else None,
        tuple(facts(state, held, now) for held in circle(state, lease_id)),
    )


@dataclass(frozen=True, slots=True)
class Loss:
    """What taking `scope` would end or call back, and how many wait there. seen: the seq at which that was so."""

    scope: str
    holders: tuple[LeaseFacts, ...]
    waiting: int
    seen: int


def loss(state: State, wanted: Wanted, now: datetime) -> Loss:
    """Raises what taking it would be refused with, and NobodyHolds when nothing would be taken from anybody."""
    check_taking(state, wanted, now)
    theirs = [lease for lease in rivals_of(state, wanted) if lease.person != wanted.person]
    if not theirs:
        raise NobodyHolds(f"Nobody else holds {wanted.scope}, so there is no need to take it.", wanted.scope)
    there = state.within(wanted.scope.environment)
    waiting = sum(1 for lease in there if lease.status is Status.QUEUED and lease.touches(wanted.scope))
    return Loss(str(wanted.scope), tuple(facts(state, lease, now) for lease in theirs), waiting, state.seq)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is planned within a day before or after a booking, at the same place."""

    booked: tuple[LeaseFacts, ...]
    frozen: tuple[FreezeFacts, ...]


def beside(state: State, booking: Lease) -> Beside:
    start = (booking.wanted.begins or booking.asked) - A_DAY
    end = start + booking.wanted.length + 2 * A_DAY
    there = [lease for lease in state.within(booking.scope.environment) if lease.status is Status.BOOKED]
    others = [lease for lease in there if lease.id != booking.id and lease.touches(booking.scope)]
    near = [bare_facts(x) for x in others if start <= (x.wanted.begins or x.asked) <= end]
    frozen = [x for x in frozen_at(state, booking.scope.environment) if x.start <= end and start <= x.end]
    return Beside(tuple(sorted(near, key=lambda x: x.begins or x.asked)), tuple(frozen))


def in_the_way(state: State, lease_id: str, now: datetime) -> tuple[LeaseFacts, ...]:
    """What a waiter waits for: those who hold or are offered what conflicts with it, then the waiters before it."""
    lease = state.leases.get(lease_id)
    if lease is None or lease.status is not Status.QUEUED:
        return ()
    there = sorted(concerned(state, lease.scope.environment), key=_holders_first)
    others = (other for other in there if other.id not in (lease.id, lease.wanted.changes))
    return tuple(facts(state, other, now) for other in others if _stands_before(other, lease))


def taken(state: State, wanted: Wanted, now: datetime) -> tuple[LeaseFacts, ...] | None:
    """What `wanted` would have to wait for, if it were asked for now: none of it where a freeze or an outage is in the
    way. None when it would be granted at once.
    """
    newcomer = Lease(wanted, Status.QUEUED, state.seq + 1, asked=now, since=now, rank=wanted.rank)
    if turn_of(state, newcomer, now) is not None:
        return None
    there = sorted(concerned(state, wanted.scope.environment), key=_holders_first)
    return tuple(facts(state, other, now) for other in there if _stands_before(other, newcomer))


def _by_status(told: Iterable[LeaseFacts]) -> tuple[tuple[LeaseFacts, ...], ...]:
    """Active, offered and queued, each in the order given; booked by when they begin."""
    told = list(told)
    order = (Status.ACTIVE, Status.OFFERED, Status.QUEUED)
    live = tuple(tuple(fact for fact in told if fact.status == status) for status in order)
    booked = [fact for fact in told if fact.status == Status.BOOKED]
    return (*live, tuple(sorted(booked, key=lambda fact: fact.begins or fact.asked)))


def _stands_before(other: Lease, lease: Lease) -> bool:
    if other.status is Status.BOOKED or not other.conflicts(lease):
        return False
    return other.status is not Status.QUEUED or other.place < lease.place


def _place(lease: Lease) -> tuple[int, int]:
    return lease.place


def _holders_first(lease: Lease) -> tuple[bool, tuple[int, int]]:
    return lease.status is Status.QUEUED, lease.place
