"""Until when each part of an environment is spoken for, kept per part so that a long queue is read once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.reservations.values import Lease, Mode, Scope


class Occupancy:
    """Claims upon environments. Adding claims in the order of the queue answers, for each waiter, what the pairwise
    `Lease.conflicts` with all before it would, in time proportional to its own services.
    """

    def __init__(self) -> None:
        self._anybody: dict[str, _Reach] = {}
        self._exclusive: dict[str, _Reach] = {}

    def claim(self, scopes: Iterable[Scope], mode: Mode, until: datetime) -> None:
        for scope in scopes:
            _reach(self._anybody, scope).claim(scope, until)
            if mode is Mode.EXCLUSIVE:
                _reach(self._exclusive, scope).claim(scope, until)

    def hold(self, lease: Lease, until: datetime) -> None:
        self.claim(lease.scopes, lease.mode, until)

    def free_at(self, scope: Scope, mode: Mode) -> datetime | None:
        """When the last claim in the way of that ends; None when nothing is in its way."""
        in_its_way = self._anybody if mode is Mode.EXCLUSIVE else self._exclusive
        return _reach(in_its_way, scope).until(scope)


class _Reach:
    """The latest end per part, of claims upon all services, and of any claim upon services at all."""

    def __init__(self) -> None:
        self._parts: dict[str, datetime] = {}
        self._resources: dict[str, datetime] = {}
        self._whole: datetime | None = None
        self._any: datetime | None = None

    def claim(self, scope: Scope, until: datetime) -> None:
        for resource in scope.resources:
            self._resources[resource] = _later(self._resources.get(resource), until)
        if scope.resources:
            return
        for service in scope.services:
            self._parts[service] = _later(self._parts.get(service), until)
        if not scope.services:
            self._whole = _later(self._whole, until)
        self._any = _later(self._any, until)

    def until(self, scope: Scope) -> datetime | None:
        if scope.resources:
            return _latest(self._resources, scope.resources, None)
        return _latest(self._parts, scope.services, self._whole) if scope.services else self._any


def _reach(reaches: dict[str, _Reach], scope: Scope) -> _Reach:
    return reaches.setdefault(scope.environment, _Reach())


def _latest(ends: dict[str, datetime], parts: Iterable[str], latest: datetime | None) -> datetime | None:
    for part in parts:
        if (until := ends.get(part)) is not None:
            latest = _later(latest, until)
    return latest


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None or other > one else one
