"""What a reservation is made of. Frozen values only; all times are aware UTC."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.catalog.values import Hours

FIRST, INCIDENT, HOTFIX, NORMAL = 0, 1, 2, 3
"""Smaller ranks stand earlier. FIRST: of what a take displaced, and of a booking that is due."""


class Mode(StrEnum):
    """Exclusive: deploying, configuring. Shared: testing against it, nobody may change it meanwhile."""

    EXCLUSIVE = "exclusive"
    SHARED = "shared"


class Purpose(StrEnum):
    """What a lease is for: leases of one purpose last about as long. DEPLOYMENT: taken by one, given back with it."""

    CODE = "code change"
    CONFIGURATION = "configuration change"
    REGRESSION = "regression run"
    INVESTIGATION = "investigation"
    DEPLOYMENT = "deployment"


class Status(StrEnum):
    BOOKED = "booked"
    QUEUED = "queued"
    OFFERED = "offered"
    ACTIVE = "active"
    RELEASED = "released"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    TAKEN = "taken"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Scope:
    """One environment, or some of its services; no services means all of them. With `resources` (accounts, tenants,
    devices of the environment) it is these alone: whoever tests with an account shares the services with others.
    """

    environment: str
    services: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()

    def overlaps(self, other: Scope) -> bool:
        if self.environment != other.environment:
            return False
        if self.resources or other.resources:
            return not self.resources.isdisjoint(other.resources)
        return not self.services or not other.services or not self.services.isdisjoint(other.services)

    def covers(self, inner: Scope) -> bool:
        """All of `inner` lies in this."""
        if self.environment != inner.environment or bool(self.resources) != bool(inner.resources):
            return False
        if self.resources:
            return inner.resources <= self.resources
        return not self.services or (bool(inner.services) and inner.services <= self.services)

    def joined(self, other: Scope) -> Scope:
        """Both at once; of one environment, and of one kind."""
        whole = not self.resources and not (self.services and other.services)
        services = frozenset[str]() if whole else self.services | other.services
        return Scope(self.environment, services, self.resources | other.resources)

    def __str__(self) -> str:
        parts = self.resources or self.services
        return f"{self.environment}/{','.join(sorted(parts))}" if parts else self.environment


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`any:<label> xN`: so many of `candidates`, each a whole environment, or one resource of the same environment."""

    label: str
    quantity: int
    candidates: tuple[Scope, ...]

    def __str__(self) -> str:
        return f"any:{self.label}" + (f" x{self.quantity}" if self.quantity > 1 else "")


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
    remind_before: how long before the end the holder is reminded, and the next in line is told.
    extension: what an extension adds that names no length. later: how long an offer that was put off stays away.
    hours: when the person works; offers wait for that. None for pipelines, and for whoever is always there.
    """

    maximum: timedelta = timedelta(hours=8)
    claim_window: timedelta = timedelta(minutes=5)
    remind_before: timedelta = timedelta(minutes=10)
    extension: timedelta = timedelta(hours=1)
    later: timedelta = timedelta(minutes=30)
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for. `id` names the lease that comes of it and follows from the request id.

    until: the end, where one was named; `length` is then what was left to it when it was typed.
    rank: its place among waiters before the ticket counts. ttl: kept alive by heartbeats, each for so long.
    any_of: what is chosen from when its turn comes; `scope` is then that of the first candidate.
    changes: the lease of the same person that ends when this one is granted. begins: for a booking, when its turn is.
    """

    id: str
    person: str
    scope: Scope
    mode: Mode
    length: timedelta
    reason: str = ""
    team: str | None = None
    terms: Terms = Terms()
    until: datetime | None = None
    rank: int = NORMAL
    ttl: timedelta | None = None
    any_of: AnyOf | None = None
    changes: str | None = None
    begins: datetime | None = None
    purpose: Purpose | None = None

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Where it may come to be."""
        return self.any_of.candidates if self.any_of else (self.scope,)

    def ends(self, start: datetime) -> datetime:
        """When a lease granted at `start` ends: never after `until`. A waiter whose turn comes only when that has
        passed gets the length that was asked for: the offer names it, and can be passed on.
        """
        if self.ttl is not None:
            return start + min(self.ttl, self.length)
        if self.until is None or self.until <= start:
            return start + self.length
        return min(self.until, start + self.terms.maximum)


@dataclass(frozen=True, slots=True)
class Pin:
    """A run that is under way: its lease does not end before it, nor after `until`."""

    run: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Ring:
    """When the holder was last notified that the end is near, of which one (`Lease.moved`), and if nobody waited."""

    at: datetime
    moved: int | None
    alone: bool


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to a scope until `ends`, or a place in the queue for it.

    ticket: the seq that gave it its place; waiters stand in the order of (rank, ticket).
    rank: 0 displaced or due, 1 incident, 2 hotfix, 3 normal. asked_for: when somebody last asked the holder for it.
    misses: offers that passed in silence. rang: the last reminder that notified its holder, also of an earlier end.
    version: rises with each event of this lease; buttons carry it. since: when it entered its present status.
    claim_by: while offered: when the offer lapses, if somebody else waits for it by then.
    offer: the version that the present offer gave it; a delivery is confirmed against this one.
    delivered: the present offer's notice has reached its person. pressed: the version in which, after that, somebody
        else began to wait: since then its window runs.
    started, ends, token: from the grant on. reached: the seq of the event that offered or granted it.
    reminded: the reminder for the present `ends` is out. moved: the version that gave it the present `ends`.
    chosen: what an any-of was given. again: while it waits: not offered before then, and nobody is held back by it.
    warned: its person knows that the turn is near. ready: and has accepted in advance.
    paused: since when its clock stands still. paused_for: how long it stood still before; adds to the maximum.
    pins: runs that keep it. overran: its end has passed, and only they keep it. held: to be left as it is.
    """

    wanted: Wanted
    status: Status
    ticket: int
    asked: datetime
    since: datetime
    rank: int = NORMAL
    misses: int = 0
    version: int = 1
    claim_by: datetime | None = None
    started: datetime | None = None
    ends: datetime | None = None
    token: Token | None = None
    reminded: bool = False
    moved: int | None = None
    rang: Ring | None = None
    offer: int | None = None
    delivered: bool = False
    pressed: int | None = None
    chosen: Scope | None = None
    again: datetime | None = None
    warned: bool = False
    ready: bool = False
    paused: datetime | None = None
    paused_for: timedelta = timedelta(0)
    pins: tuple[Pin, ...] = ()
    overran: bool = False
    held: bool = False
    asked_for: datetime | None = None
    reached: int | None = None

    @property
    def id(self) -> str:
        return self.wanted.id

    @property
    def person(self) -> str:
        return self.wanted.person

    @property
    def scope(self) -> Scope:
        return self.chosen or self.wanted.scope

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Where it is, or may come to be."""
        return (self.chosen,) if self.chosen else self.wanted.scopes

    @property
    def environments(self) -> frozenset[str]:
        return frozenset(scope.environment for scope in self.scopes)

    @property
    def mode(self) -> Mode:
        return self.wanted.mode

    @property
    def place(self) -> tuple[int, int]:
        """Where a waiter stands: smaller is earlier."""
        return (self.rank, self.ticket)

    @property
    def needs_no_answer(self) -> bool:
        """Its turn is taken as it comes: a pipeline's, or one accepted in advance."""
        return self.ready or self.wanted.ttl is not None

    @property
    def latest(self) -> datetime | None:
        """When it ends if nobody asks for more: `ends`, or as late as heartbeats can keep it."""
        alive = self.started if self.wanted.ttl else None
        return alive + self.wanted.length + self.paused_for if alive else self.ends

    def stood(self, now: datetime) -> timedelta:
        """How long its clock has stood still by now: by so much it ends later than `ends`, if it runs again at once."""
        return now - self.paused if self.paused else timedelta(0)

    def touches(self, scope: Scope) -> bool:
        return any(mine.overlaps(scope) for mine in self.scopes)

    def conflicts(self, other: Lease) -> bool:
        """Two leases conflict when their scopes overlap and not both are shared. What an any-of may get counts."""
        return Mode.EXCLUSIVE in (self.mode, other.mode) and any(self.touches(scope) for scope in other.scopes)

    def belongs_to(self, person: str, team: str | None) -> bool:
        """A lease belongs to a person and, with `team`, to the mates: the rules say what they may do with it."""
        return self.person == person or (team is not None and self.wanted.team == team)


Leases = Mapping[str, Lease]  # by lease id


def in_order(leases: Collection[Lease]) -> tuple[Lease, ...]:
    return tuple(sorted(leases, key=lambda lease: lease.place))


def derived_id(origin: str, *parts: str) -> str:
    """The name of a lease that follows from `origin`: the same for each repeat. `L` and 8 characters of base32."""
    return "L" + base64.b32encode(hashlib.sha256("\n".join((origin, *parts)).encode()).digest())[:8].decode()
