"""Until when each part of one environment is spoken for, kept per service so that a long queue is read once."""

from __future__ import annotations

from datetime import datetime

from bot.reservations.values import Lease, Mode


class Occupancy:
    """Claims upon one environment. Adding claims in the order of the queue answers, for each waiter, what the pairwise
    `Lease.conflicts` with all before it would, in time proportional to its own services.
    """

    def __init__(self) -> None:
        self._anybody = _Reach()
        self._exclusive = _Reach()

    def claim(self, lease: Lease, until: datetime) -> None:
        self._anybody.claim(lease.scope.services, until)
        if lease.mode is Mode.EXCLUSIVE:
            self._exclusive.claim(lease.scope.services, until)

    def free_at(self, lease: Lease) -> datetime | None:
        """When the last claim in the way of `lease` ends; None when nothing is in its way."""
        in_its_way = self._anybody if lease.mode is Mode.EXCLUSIVE else self._exclusive
        return in_its_way.until(lease.scope.services)


class _Reach:
    """The latest end per service, of claims upon the whole environment, and of any claim at all."""

    def __init__(self) -> None:
        self._services: dict[str, datetime] = {}
        self._whole: datetime | None = None
        self._any: datetime | None = None

    def claim(self, services: frozenset[str], until: datetime) -> None:
        for service in services:
            self._services[service] = _later(self._services.get(service), until)
        if not services:
            self._whole = _later(self._whole, until)
        self._any = _later(self._any, until)

    def until(self, services: frozenset[str]) -> datetime | None:
        if not services:
            return self._any
        latest = self._whole
        for service in services:
            if (until := self._services.get(service)) is not None:
                latest = _later(latest, until)
        return latest


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None or other > one else one
