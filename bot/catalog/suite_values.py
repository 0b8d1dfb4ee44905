"""Suites and flows as the catalog says them: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType


class Hold(StrEnum):
    """SHARED: a run holds its place for as long as it takes, so that nobody deploys there meanwhile. WATCH: it holds
    nothing, and what was deployed during the run is judged per failure.
    """

    SHARED = "shared"
    WATCH = "watch"


class WhenHeld(StrEnum):
    """What a scheduled run does when somebody holds the place exclusively. RUN: it runs all the same, under their
    lease.
    """

    WAIT = "wait"
    SKIP = "skip"
    RUN = "run"


class Retry(StrEnum):
    """How failed tests are run again. PYTEST, PLAYWRIGHT: a new run that is given their names, as node ids or as lines
    of a test list. JOBS: the vendor runs its failed jobs again.
    """

    PYTEST = "pytest"
    PLAYWRIGHT = "playwright"
    JOBS = "jobs"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a run can be told. choices: empty when it may be anything."""

    name: str
    default: str = ""
    choices: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """cron: five fields, in `zone_name` (of the environment when empty). environment: the suite's first when empty."""

    cron: str
    environment: str = ""
    zone_name: str = ""
    when_held: WhenHeld = WhenHeld.WAIT
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Suite:
    """Tests that run as one pipeline. provider, repository, pipeline, branch: see bot.ports.pipelines.Pipeline.

    environments: where it may run; all of them when empty. covers: the services it is about; all of the environment
    when empty. after_deploy: services after whose deployments it runs. required: the last good set waits for it.
    expected: how long it takes, until that is known from earlier runs. limit: after this long a run is given up.
    reports: patterns of the files that a run leaves. history: so far back its runs are read when it is new here.
    """

    name: str
    description: str = ""
    provider: str = ""
    repository: str = ""
    pipeline: str = ""
    branch: str = "main"
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    environments: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    hold: Hold = Hold.WATCH
    parameters: tuple[Parameter, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    after_deploy: tuple[str, ...] = ()
    required: bool = False
    expected: timedelta | None = None
    limit: timedelta = timedelta(hours=2)
    reports: tuple[str, ...] = ("*.xml", "*.json")
    retry: Retry = Retry.PYTEST
    owners: tuple[str, ...] = ()
    history: timedelta = timedelta(days=45)

    def parameter(self, name: str) -> Parameter | None:
        """In any letter case."""
        folded = name.casefold()
        return next((each for each in self.parameters if each.name.casefold() == folded), None)

    def runs_in(self, environment: str) -> bool:
        return not self.environments or environment in self.environments


@dataclass(frozen=True, slots=True)
class Flow:
    """What a customer does: the services that it passes, and the tests that walk it (`suite: pattern`)."""

    name: str
    description: str = ""
    services: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
