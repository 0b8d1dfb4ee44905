"""What handlers are given: use cases and a few things to look at. Bootstrap fills it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.cases.rulings import Rulings
from bot.cases.service import Cases
from bot.catalog import Catalog
from bot.deployments.service import Deployments
from bot.deployments.sightings import Sightings
from bot.diagnosis.service import Diagnoses
from bot.notices.personal import PersonalSettings
from bot.ports.chat import Pictures
from bot.ports.clock import Clock
from bot.ports.telemetry import Sources
from bot.reservations.service import Reservations
from bot.reservations.watching import Watches
from bot.stats.service import Statistics
from bot.suites.service import Suites


class People(Protocol):
    """What the chat knows of people and their channels that the catalog does not."""

    async def zone_of(self, person: str) -> str | None:
        """The time zone that this person has set, an IANA name; None when nobody can say."""
        ...

    async def name_of(self, person: str) -> str | None:
        """The whole name; None when nobody can say."""
        ...

    async def is_bot(self, person: str) -> bool:
        """An app, not a person; False when nobody can say."""
        ...

    async def channel_called(self, channel: str) -> str | None:
        """The name of a channel, without its hash; None when nobody can say."""
        ...


@dataclass(frozen=True, slots=True)
class Commands:
    """What the slash commands are called in this workspace; they can be renamed in the settings."""

    env: str = "/env"
    deploy: str = "/deploy"
    suite: str = "/suite"


@dataclass(frozen=True, slots=True)
class Deps:
    """sources: whom to ask for logs, traces and rates.

    public_url: where the web server is reached, without a slash at its end; empty when this process cannot know.
    """

    reservations: Reservations
    catalog: Callable[[], Catalog]
    clock: Clock
    people: People
    personal: PersonalSettings
    watches: Watches
    statistics: Statistics
    pictures: Pictures
    deployments: Deployments
    sightings: Sightings
    sources: Sources
    suites: Suites
    cases: Cases
    rulings: Rulings
    diagnoses: Diagnoses
    commands: Commands = Commands()
    public_url: str = ""
