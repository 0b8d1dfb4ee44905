"""What a reservation is made of. Frozen values only; all times are aware UTC."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType


class Mode(StrEnum):
    """Exclusive: deploying, configuring. Shared: testing against it, nobody may change it meanwhile."""

    EXCLUSIVE = "exclusive"
    SHARED = "shared"


class Status(StrEnum):
    QUEUED = "queued"
    OFFERED = "offered"
    ACTIVE = "active"
    RELEASED = "released"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in (Status.RELEASED, Status.EXPIRED, Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Scope:
    """One environment, or some of its services. No services means all of it."""

    environment: str
    services: frozenset[str] = frozenset()

    def overlaps(self, other: Scope) -> bool:
        if self.environment != other.environment:
            return False
        return not self.services or not other.services or not self.services.isdisjoint(other.services)

    def __str__(self) -> str:
        return f"{self.environment}/{','.join(sorted(self.services))}" if self.services else self.environment


@dataclass(frozen=True, slots=True, order=True)
class Token:
    """A fencing token: each grant's is larger than every one before it. Written `epoch.seq`."""

    epoch: int
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.seq}"


@dataclass(frozen=True, slots=True)
class Terms:
    """The policy in force when a lease was asked for; later changes of the catalog do not bend a running lease.

    maximum: the longest a lease may run from its grant, extensions included.
    claim_window: how long an offer waits for an answer, from its delivery.
    remind_before: how long before the end the holder is reminded.
    """

    maximum: timedelta = timedelta(hours=8)
    claim_window: timedelta = timedelta(minutes=5)
    remind_before: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for. `id` names the lease that comes of it and follows from the request id."""

    id: str
    person: str
    scope: Scope
    mode: Mode
    length: timedelta
    reason: str = ""
    team: str | None = None
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to a scope until `ends`, or a place in the queue for it.

    ticket: the seq that gave it its place; waiters stand in the order of (rank, ticket).
    rank: 0 returned or due, 1 incident, 2 hotfix, 3 normal.
    misses: offers that passed in silence.
    version: rises with each event of this lease; buttons carry it.
    since: when it entered its present status.
    claim_by: while offered: when the offer lapses, if somebody else waits for it by then.
    offer: the version that the present offer gave it; a delivery is confirmed against this one.
    delivered: the present offer's notice has reached its person.
    started, ends, token: from the grant on.
    reminded: the reminder for the present `ends` is out.
    """

    wanted: Wanted
    status: Status
    ticket: int
    asked: datetime
    since: datetime
    rank: int = 3
    misses: int = 0
    version: int = 1
    claim_by: datetime | None = None
    started: datetime | None = None
    ends: datetime | None = None
    token: Token | None = None
    reminded: bool = False
    offer: int | None = None
    delivered: bool = False

    @property
    def id(self) -> str:
        return self.wanted.id

    @property
    def person(self) -> str:
        return self.wanted.person

    @property
    def scope(self) -> Scope:
        return self.wanted.scope

    @property
    def mode(self) -> Mode:
        return self.wanted.mode

    @property
    def place(self) -> tuple[int, int]:
        """Where a waiter stands: smaller is earlier."""
        return (self.rank, self.ticket)

    def conflicts(self, other: Lease) -> bool:
        """Two leases conflict when their scopes overlap and not both are shared."""
        return self.scope.overlaps(other.scope) and Mode.EXCLUSIVE in (self.mode, other.mode)

    def belongs_to(self, person: str, team: str | None) -> bool:
        """A lease belongs to a person and a team: team mates act on it as the person does."""
        return self.person == person or (team is not None and self.wanted.team == team)


@dataclass(frozen=True, slots=True)
class State:
    """All that lives: who holds, who is offered, who waits. `seq` and `at` are those of the last event folded in."""

    leases: Mapping[str, Lease] = field(default_factory=lambda: MappingProxyType({}))
    seq: int = 0
    at: datetime | None = None

    def within(self, environment: str) -> Collection[Lease]:
        """The leases of one environment. Leases of different environments never conflict."""
        return [lease for lease in self.leases.values() if lease.scope.environment == environment]

    def holding(self) -> Iterator[Lease]:
        """Active and offered leases: what stands in others' way."""
        return (lease for lease in self.leases.values() if lease.status in (Status.ACTIVE, Status.OFFERED))

    def waiting(self) -> list[Lease]:
        """Waiters, first in line first."""
        return sorted((x for x in self.leases.values() if x.status is Status.QUEUED), key=lambda lease: lease.place)
