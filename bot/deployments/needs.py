"""What this room needs of others: small Protocols that bootstrap fulfils."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session

from bot.deployments.preflight import OpenCase, Outlook
from bot.deployments.values import Deployment, Target
from bot.notices.facts import LeaseFacts
from bot.ports.pipelines import Pipelines
from bot.ports.telemetry import Window
from bot.values import Caller

Providers = Callable[[str], Pipelines | None]
"""What runs the pipelines of a provider; None when nothing is set up for it."""


class Traces(Protocol):
    """names: whose names of services it takes, as the catalog's aliases call it."""

    names: str

    async def broken(self, services: Sequence[str], environment: str, window: Window) -> frozenset[tuple[str, str]]:
        """Pairs of services, caller and called, between which traces break off.

        Raises Unavailable, IntegrationError.
        """
        ...

    async def failed(self, services: Sequence[str], environment: str, window: Window) -> tuple[str, ...]:
        """Traces of the latest requests that one of `services` failed to serve. Raises Unavailable and its like."""
        ...

    async def began(
        self, traces: Collection[str], names: Mapping[str, Sequence[str]], window: Window
    ) -> Mapping[str, int]:
        """How many of them went wrong first in which service. names: of services, with what the source calls each.
        Raises Unavailable, IntegrationError.
        """
        ...

    async def passed_by(self, traces: Collection[str], services: Sequence[str], window: Window) -> int:
        """How many of them certainly reached none of `services`. Raises Unavailable, IntegrationError."""
        ...


class Cases(Protocol):
    async def open_in(self, environment: str) -> Sequence[OpenCase]:
        """What tests have found broken there and nobody has closed, the oldest first."""
        ...


class Explains(Protocol):
    async def explain(self, target: Target) -> bool:
        """Write down what a run has deployed there that nobody announced. Whether one goes on that may be deploying."""
        ...


class Trials(Protocol):
    """What is tried out of a deployment once it is well."""

    def follow(self, deployment: Deployment) -> bool:
        """Whether anything is, so that its receipt waits for that."""
        ...

    def decide(self, deployment: Deployment) -> bool:
        """Whether the versions count as good together only after that."""
        ...

    def begin(self, session: Session, deployment: Deployment) -> None:
        """In the transaction that finds it well."""
        ...


class Leases(Protocol):
    """The ledger as a deployment sees it. Each raises what the ledger refuses with, and Unavailable."""

    async def outlook(self, target: Target, *, person: str, team: str | None) -> Outlook: ...

    async def acquire(self, target: Target, *, caller: Caller, reason: str, length: timedelta) -> LeaseFacts:
        """Hold it, or wait for it; then its turn is taken as it comes."""
        ...

    async def find(self, lease_id: str) -> LeaseFacts | None:
        """A lease that lives."""
        ...

    async def by_token(self, token: str) -> LeaseFacts | None:
        """The living lease that was granted with this token."""
        ...

    async def pin(self, lease_id: str, *, run: str, until: datetime) -> None:
        """It does not end before the run, nor after `until`. Raises Conflict when it is not held (any more)."""
        ...

    async def unpin(self, lease_id: str, *, run: str) -> None: ...

    async def give_back(self, lease_id: str, *, caller: Caller) -> None:
        """Release it, or leave its queue. One that has ended, or that a run keeps, stays as it is."""
        ...


class Voice(Protocol):
    """A version of a service that sends telemetry, by the names it uses. since: from when on it has been this one."""

    @property
    def service(self) -> str: ...
    @property
    def environment(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def since(self) -> datetime: ...
    @property
    def last_seen(self) -> datetime: ...


class Voices(Protocol):
    async def running_versions(self) -> Sequence[Voice]:
        """Of each service the version heard last, and those that run beside it. Raises Unavailable."""
        ...
