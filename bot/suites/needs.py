"""What this room needs of others: small Protocols that bootstrap fulfils."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session

from bot.notices.facts import LeaseFacts
from bot.ports.pipelines import Pipelines
from bot.suites.report import Report
from bot.suites.reports.model import Case
from bot.suites.values import Broke, Excused, Place, SuiteRun, Wish
from bot.suites.walks import Walk, Walks
from bot.values import Caller

Providers = Callable[[str], Pipelines | None]
"""What runs the pipelines of a provider; None when nothing is set up for it."""


class Leases(Protocol):
    """The ledger as a run sees it. Each raises what the ledger refuses with, and Unavailable."""

    async def covering(self, place: Place, *, person: str, team: str | None) -> LeaseFacts | None:
        """The active lease of this person or a mate that holds all of the place, in either mode; one's own first."""
        ...

    async def in_the_way(self, place: Place) -> tuple[LeaseFacts, ...]:
        """Active exclusive leases of any part of the place."""
        ...

    async def share(self, place: Place, *, caller: Caller, reason: str, length: timedelta) -> LeaseFacts:
        """Hold it shared, or wait for it; then its turn is taken as it comes."""
        ...

    async def find(self, lease_id: str) -> LeaseFacts | None:
        """A lease that lives."""
        ...

    async def pin(self, lease_id: str, *, run: str, until: datetime) -> None:
        """It does not end before the run, nor after `until`. Raises Conflict when it is not held (any more)."""
        ...

    async def unpin(self, lease_id: str, *, run: str) -> None: ...

    async def give_back(self, lease_id: str, *, caller: Caller) -> None:
        """Release it, or leave its queue. One that has ended stays as it is."""
        ...


class Start(Protocol):
    """Suites.run, as whoever starts suites by itself sees it."""

    async def __call__(self, wish: Wish, *, caller: Caller) -> SuiteRun: ...


class Versions(Protocol):
    async def running(self, environment: str) -> Mapping[str, str]:
        """Service to version, as far as they are known."""
        ...


class Traces(Protocol):
    async def of(self, run: SuiteRun, report: Report) -> Walks:
        """How its failed tests went through the services, of as many as are looked at and have a trace in the report. A
        source that is away has nothing.
        """
        ...

    async def silent(self, run: SuiteRun) -> tuple[str, ...]:
        """Services that it is about and that logged nothing while it went on, as far as a source answers."""
        ...


class Excuses(Protocol):
    async def __call__(self, run: SuiteRun, report: Report, walks: Walks) -> Excused:
        """What failed in it and does not turn it red. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Filed:
    """What is known of a test that failed, by its id. cause: what it failed of, in words from outside; case_id: of the
    case that is about that; trace: the page with its requests. Each is empty where there is none.
    """

    test: str
    cause: str = ""
    case_id: str = ""
    trace: str = ""


class Filing(Protocol):
    async def of(self, run: SuiteRun, tests: Sequence[Case]) -> Sequence[Filed]:
        """What became of these tests of that run. Raises Unavailable."""
        ...


Interrupted = Callable[[SuiteRun], str]
"""Why there was nothing to test while it ran, in words; empty when there was."""


def never_interrupted(_run: SuiteRun) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Outside:
    """What this room needs of others."""

    leases: Leases
    providers: Providers
    versions: Versions
    traces: Traces
    excuses: Excuses
    interrupted: Interrupted = never_interrupted


@dataclass(frozen=True, slots=True)
class Ended:
    """A run has ended. report: everything that it reported; empty when it could not be carried out. walks: of
    failed tests. silent: services of which there are no logs.
    """

    run: SuiteRun
    report: Report
    walks: Walks = field(default_factory=dict[str, Walk | None])
    silent: tuple[str, ...] = ()


class Remember(Protocol):
    """What is made of a run from before the suite was known here."""

    def __call__(self, session: Session, ended: Ended) -> None:
        """In the transaction that says it was read. Nobody is told; once more changes nothing."""
        ...


class Findings(Protocol):
    """What is made of a run that has ended."""

    def __call__(self, session: Session, ended: Ended) -> Sequence[Broke]:
        """What it met, as cases know it. In the transaction that ends the run, and so exactly once for each attempt,
        whatever is killed when.

        What takes the network or time is a job that this writes down. It runs on another thread, and must not wait.
        """
        ...
