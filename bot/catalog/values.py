"""What the catalog says, as frozen values. Times of day are local to the zone beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from bot.catalog.suite_values import Flow, Suite
from bot.errors import NotFound
from bot.patterns import LinearPattern
from bot.similar import did_you_mean, nearest

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Policy:
    """How long leases may run and offers wait.

    maximum: the longest lease, extensions included. default: what a button offers first.
    claim_window: how long an offer waits for an answer. remind_before: how long before the end the holder is reminded.
    """

    maximum: timedelta = timedelta(hours=8)
    default: timedelta = timedelta(hours=1)
    claim_window: timedelta = timedelta(minutes=5)
    remind_before: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Hours:
    """A working day in `zone_name` (an IANA name). `days` count from Monday = 0."""

    zone_name: str = "UTC"
    start: time = time(9)
    end: time = time(18)
    days: frozenset[int] = frozenset(range(5))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    def working(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        now, day = local.time(), local.weekday()
        if not self._over_midnight:
            return day in self.days and self.start <= now < self.end
        return (day in self.days and now >= self.start) or ((day - 1) % 7 in self.days and now < self.end)

    def next_start(self, at: datetime) -> datetime:
        """When work begins next, after `at` (aware UTC, as the answer is)."""
        return next(start for start in self._moments(at, self.start, range(9)) if start > at)

    def last_end(self, at: datetime) -> datetime:
        """When work ended last, not after `at` (aware UTC, as the answer is)."""
        later = timedelta(days=self._over_midnight)
        return next(end for end in self._moments(at, self.end, range(1, -10, -1), later) if end <= at)

    @property
    def _over_midnight(self) -> bool:
        """A working day that ends before it starts ends on the next day."""
        return self.end <= self.start

    def _moments(
        self, at: datetime, clock: time, days: Iterable[int], later: timedelta = timedelta(0)
    ) -> Iterator[datetime]:
        """That time of day on the working ones of `days`, counted from the day of `at`; so much `later`."""
        today = at.astimezone(self.zone).date()
        for offset in days:
            day = today + timedelta(days=offset)
            if day.weekday() in self.days:
                yield datetime.combine(day + later, clock, self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Freeze:
    """A time in which nobody gets an exclusive lease: repeated (`cron` in the environment's zone, for `length`),
    or once (from `start` for `length`). Exactly one of `cron` and `start` is set; `start` is aware.
    """

    reason: str
    length: timedelta
    cron: str = ""
    start: datetime | None = None


class Gate(StrEnum):
    """What happens to a deployment that comes around the reservations. OBSERVE: it is noted. WARN: and the holder is
    told. ENFORCE: it is refused.
    """

    OBSERVE = "observe"
    WARN = "warn"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a service is deployed. provider: bitbucket, github, gitlab, jenkins, local; empty when nobody said.

    repository, pipeline, branch: what runs there (see bot.ports.pipelines.Pipeline). variables: given to each run.
    environments: what the provider calls an environment, by its name here, where that is another.
    watch: how long it is watched afterwards. gate, and what to do when_unreachable, are told to whoever asks the gate.
    """

    provider: str = ""
    repository: str = ""
    pipeline: str = ""
    branch: str = "main"
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    environments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    watch: timedelta = timedelta(minutes=10)
    gate: Gate = Gate.OBSERVE
    when_unreachable: Literal["allow", "deny"] = "allow"

    def called(self, environment: str) -> str:
        """What the provider calls it."""
        return self.environments.get(environment, environment)


@dataclass(frozen=True, slots=True)
class Service:
    """One deployable thing. `aliases`: what each source (datadog, kubernetes, ...) calls it.

    openapi: a URL, or a path inside `repository`. health: a URL; `{environment}` stands for the environment's name.
    owners: names of people and teams.
    """

    name: str
    description: str = ""
    repository: str = ""
    openapi: str = ""
    health: str = ""
    owners: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    delivery: Delivery = Delivery()

    def names(self, source: str) -> tuple[str, ...]:
        """What `source` (otel, datadog, ...) calls it."""
        return self.aliases.get(source, (self.name,))


@dataclass(frozen=True, slots=True)
class Mask:
    """Values in messages of failing tests that say nothing about the cause: what the group of `pattern` captures gives
    way to `<name>`. name: lower-case letters.
    """

    name: str
    pattern: LinearPattern


@dataclass(frozen=True, slots=True)
class Resource:
    """An account, tenant or device that tests use up. `any:<label>` picks by label."""

    name: str
    labels: frozenset[str] = frozenset()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """A shared, persistent place. `announce` is a channel, `#name`; owners are names of people and teams."""

    name: str
    description: str = ""
    labels: frozenset[str] = frozenset()
    services: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()
    owners: tuple[str, ...] = ()
    announce: str = ""
    hours: Hours = Hours()
    policy: Policy = Policy()
    freezes: tuple[Freeze, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """One human, however many accounts. `accounts`: the login at each source (github, bitbucket, ...)."""

    name: str
    slack: str
    full_name: str = ""
    email: str = ""
    accounts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    hours: Hours = Hours()


@dataclass(frozen=True, slots=True)
class Team:
    """`slack` is the id of its user group, if it has one."""

    name: str
    members: tuple[str, ...] = ()
    slack: str = ""
    announce: str = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """The whole of `signalbox.yaml`, checked. Mappings have the folded name as key, in the order of the file."""

    environments: Mapping[str, Environment]
    services: Mapping[str, Service] = field(default_factory=lambda: MappingProxyType({}))
    people: Mapping[str, Person] = field(default_factory=lambda: MappingProxyType({}))
    teams: Mapping[str, Team] = field(default_factory=lambda: MappingProxyType({}))
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    suites: Mapping[str, Suite] = field(default_factory=lambda: MappingProxyType({}))
    flows: Mapping[str, Flow] = field(default_factory=lambda: MappingProxyType({}))
    owners: tuple[str, ...] = ()
    announce: str = ""
    hours: Hours = Hours()
    masks: tuple[Mask, ...] = ()
    digest: str = ""

    def environment(self, name: str) -> Environment:
        """The environment called `name`, in any letter case, or NotFound with near names."""
        found = self.environments.get(name.casefold())
        if found is None:
            near = nearest(name, (known.name for known in self.environments.values()))
            raise NotFound(f"There is no environment called {name[:60]}.{did_you_mean(near)}", suggestions=near)
        return found

    def service(self, name: str) -> Service:
        """The service called `name`, in any letter case, or NotFound with near names."""
        found = self.services.get(name.casefold())
        if found is None:
            near = nearest(name, (known.name for known in self.services.values()))
            raise NotFound(f"There is no service called {name[:60]}.{did_you_mean(near)}", suggestions=near)
        return found

    def suite(self, name: str) -> Suite:
        """The suite called `name`, in any letter case, or NotFound with near names."""
        found = self.suites.get(name.casefold())
        if found is None:
            near = nearest(name, (known.name for known in self.suites.values()))
            raise NotFound(f"There is no suite called {name[:60]}.{did_you_mean(near)}", suggestions=near)
        return found

    def terms_for(self, environment: str) -> Policy:
        return self.environment(environment).policy

    def announce_channel(self, environment: str) -> str:
        """Where changes of `environment` are told: its own channel, else the workspace's, else nowhere (`""`).

        An environment that the catalog has dropped may still have leases: theirs are told in the workspace's channel.
        """
        known = self.environments.get(environment.casefold())
        return (known.announce if known else "") or self.announce

    def person(self, slack: str) -> Person | None:
        """Whoever has this Slack id; people need not be in the catalog."""
        return next((person for person in self.people.values() if person.slack == slack), None)

    def team_of(self, slack: str) -> str | None:
        """The first team that lists the person with this Slack id."""
        person = self.person(slack)
        return next((t.name for t in self.teams.values() if person and person.name in t.members), None)

    def person_with(self, source: str, login: str, email: str = "") -> Person | None:
        """Whoever has that login at `source`, or that e-mail address."""
        folded = email.casefold()
        return next(
            (
                person
                for person in self.people.values()
                if (login and person.accounts.get(source, "").casefold() == login.casefold())
                or (folded and person.email.casefold() == folded)
            ),
            None,
        )

    def callers_of(self, service: str) -> tuple[str, ...]:
        """The services that depend on it directly."""
        return tuple(each.name for each in self.services.values() if service in each.depends_on)

    def hours_of(self, slack: str) -> Hours:
        person = self.person(slack)
        return person.hours if person else self.hours

    def owners_of(self, environment: str | None = None) -> tuple[str, ...]:
        """Slack ids of the people who own it, those who own the workspace included; without it, the latter alone."""
        names = (*(self.environment(environment).owners if environment else ()), *self.owners)
        return tuple(dict.fromkeys(person.slack for person in self.people_behind(names)))

    def people_behind(self, names: tuple[str, ...]) -> Iterator[Person]:
        """Each person named, and each member of a team named."""
        for name in names:
            team = self.teams.get(name.casefold())
            for member in team.members if team else (name,):
                if person := self.people.get(member.casefold()):
                    yield person
