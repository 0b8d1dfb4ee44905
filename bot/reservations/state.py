"""All that lives, and the index by environment that keeps rules fast."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeVar

from bot.reservations.places import Condition, FreezeWindow, Lately
from bot.reservations.values import Lease, Leases, Mode, Scope, Status, in_order

UNDO_FOR = timedelta(seconds=30)
T = TypeVar("T")


def _none() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class State:
    """Who holds, who is offered, who waits, who has booked. `seq` and `at` are those of the last event folded in.

    conditions: by the text of their scope. freezes: by id, until they end. lately: what people did in the last
    half minute.
    used: when each environment and resource was last let go, by the text of its scope.

    Leases of different environments never conflict, so rules look at one environment at a time. The index for that is
    kept from event to event: with 1,000 leases in 200 environments a command is several times as fast for it.
    """

    leases: Leases = field(default_factory=_none)
    seq: int = 0
    at: datetime | None = None
    conditions: Mapping[str, Condition] = field(default_factory=_none)
    freezes: Mapping[str, FreezeWindow] = field(default_factory=_none)
    used: Mapping[str, datetime] = field(default_factory=_none)
    lately: tuple[Lately, ...] = ()
    _index: Mapping[str, Leases] | None = field(default=None, init=False, compare=False, repr=False)
    _booked: dict[str, tuple[Lease, ...]] = field(
        default_factory=dict[str, tuple[Lease, ...]], init=False, compare=False, repr=False
    )
    _frozen: Mapping[str, tuple[FreezeWindow, ...]] | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def by_environment(self) -> Mapping[str, Leases]:
        """The leases of each environment that has any; an any-of stands in each it may come to."""
        if self._index is None:
            object.__setattr__(self, "_index", _by_environment(self.leases.values()))
        return self._index or {}

    @property
    def environments(self) -> list[str]:
        """Where anything is going on, in order."""
        places = (condition.scope.environment for condition in self.conditions.values())
        frozen = (window.scope.environment for window in self.freezes.values())
        return sorted({*self.by_environment, *places, *frozen})

    def at_event(self, seq: int, at: datetime) -> State:
        """The same, after the event `seq` of that time."""
        return self._kept(replace(self, seq=seq, at=at, lately=_undoable(self.lately, at)), self._index)

    def having(self, lease: Lease) -> State:
        """With `lease` new or changed."""
        return self._put(lease, self.leases.get(lease.id))

    def lacking(self, lease_id: str) -> State:
        """Without a lease that has ended; what it held counts as used until now."""
        was = self.leases[lease_id]
        leases, index = _copy(self.leases), self._without(was)
        del leases[lease_id]
        used = self._used_by(was) if was.status is Status.ACTIVE else self.used
        return self._kept(replace(self, leases=MappingProxyType(leases), used=used), MappingProxyType(index))

    def with_condition(self, condition: Condition) -> State:
        there = {**self.conditions, str(condition.scope): condition}
        return self._kept(replace(self, conditions=MappingProxyType(there)), self._index)

    def without_condition(self, scope: Scope) -> State:
        there = {name: condition for name, condition in self.conditions.items() if name != str(scope)}
        return self._kept(replace(self, conditions=MappingProxyType(there)), self._index)

    def with_freezes(self, freezes: Iterable[FreezeWindow], *, without: Iterable[str] = ()) -> State:
        there = {id: window for id, window in self.freezes.items() if id not in set(without)}
        there.update((window.id, window) for window in freezes)
        return self._kept(replace(self, freezes=MappingProxyType(there)), self._index)

    def with_lately(self, done: Lately) -> State:
        return self._kept(replace(self, lately=(*self.lately, done)), self._index)

    def without_lately(self, done: Lately) -> State:
        return self._kept(replace(self, lately=tuple(each for each in self.lately if each != done)), self._index)

    def freezes_of(self, environment: str) -> tuple[FreezeWindow, ...]:
        """Those of one environment; found once for as long as no freeze is set, lifted or over."""
        if self._frozen is None:
            found: dict[str, list[FreezeWindow]] = {}
            for window in self.freezes.values():
                found.setdefault(window.scope.environment, []).append(window)
            object.__setattr__(self, "_frozen", {name: tuple(windows) for name, windows in found.items()})
        return (self._frozen or {}).get(environment, ())

    def booked(self, environment: str) -> tuple[Lease, ...]:
        """What is booked in one environment; found once for each state, since every waiter is held against it."""
        found = self._booked.get(environment)
        if found is None:
            there = (lease for lease in self.within(environment) if lease.status is Status.BOOKED)
            found = self._booked[environment] = tuple(there)
        return found

    def within(self, environment: str) -> Collection[Lease]:
        """The leases of one environment."""
        return self.by_environment.get(environment, _none()).values()

    def waiting(self) -> list[Lease]:
        """Waiters, first in line first."""
        return list(in_order([lease for lease in self.leases.values() if lease.status is Status.QUEUED]))

    def condition_of(self, scope: Scope) -> Condition | None:
        """What is the matter with any of `scope`, the worst first."""
        matters = [each for each in self.conditions.values() if each.scope.environment == scope.environment]
        found = [each for each in matters if concerns(each.scope, scope)]
        return min(found, key=lambda each: (each.kind != "down", each.since), default=None)

    def freeze_of(self, scope: Scope, mode: Mode, at: datetime) -> FreezeWindow | None:
        """The freeze that stops a grant of `scope` at that time, the longest first."""
        found = [window for window in self.freezes_of(scope.environment) if window.stops(scope, mode, at)]
        return max(found, key=lambda window: window.end, default=None)

    def _put(self, lease: Lease, was: Lease | None) -> State:
        moved = was is not None and was.environments != lease.environments
        leases, index = _copy(self.leases), self._without(was) if was and moved else _copy(self.by_environment)
        leases[lease.id] = lease
        for environment in lease.environments:
            there = _copy(index.get(environment, _none()))
            there[lease.id] = lease
            index[environment] = MappingProxyType(there)
        return self._kept(replace(self, leases=MappingProxyType(leases)), MappingProxyType(index))

    def _without(self, was: Lease) -> dict[str, Leases]:
        index = _copy(self.by_environment)
        for environment in was.environments:
            there = _copy(index[environment])
            del there[was.id]
            index[environment] = MappingProxyType(there)
            if not there:
                del index[environment]
        return index

    def _used_by(self, lease: Lease) -> Mapping[str, datetime]:
        names = [lease.scope.environment, *(f"{lease.scope.environment}/{each}" for each in lease.scope.resources)]
        at = self.at
        return MappingProxyType({**self.used, **(dict.fromkeys(names, at) if at else {})})

    def _kept(self, state: State, index: Mapping[str, Leases] | None) -> State:
        object.__setattr__(state, "_index", index)
        object.__setattr__(state, "_frozen", self._frozen if state.freezes is self.freezes else None)
        return state


def _undoable(lately: tuple[Lately, ...], at: datetime) -> tuple[Lately, ...]:
    """They are in the order of their times, so most often one look is enough."""
    over = next((number for number, done in enumerate(lately) if at - done.at <= UNDO_FOR), len(lately))
    return lately[over:] if over else lately


def concerns(condition: Scope, scope: Scope) -> bool:
    """A matter of the whole environment concerns its resources too."""
    whole = not condition.services and not condition.resources
    return condition.environment == scope.environment and (whole or condition.overlaps(scope))


def _by_environment(leases: Iterable[Lease]) -> Mapping[str, Leases]:
    index: dict[str, dict[str, Lease]] = {}
    for lease in leases:
        for environment in lease.environments:
            index.setdefault(environment, {})[lease.id] = lease
    return MappingProxyType({name: MappingProxyType(there) for name, there in index.items()})


def _copy(mapping: Mapping[str, T]) -> dict[str, T]:
    """A mapping proxy hands over its dict's own copy; through `dict()` the same would take ten times as long."""
    return mapping.copy() if isinstance(mapping, MappingProxyType) else dict(mapping)
