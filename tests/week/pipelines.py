"""What pipelines make of what people begin: deployments that break something now and then, and runs that find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bot.ports.fake_pipelines import Began, FakePipelines
from bot.ports.pipelines import Commit, RunState
from tests.week.town import ENVIRONMENTS, SUITE

MINUTE = timedelta(minutes=1)
VERSIONS = 200
"""Of each service, more than a week uses up."""
ENDS_BADLY, BREAKS, FLAKES = 0.04, 0.1, 0.06
"""Deployments whose pipeline fails; versions that break something; runs in which a flaky test fails."""
TESTS_PER_SERVICE, FAILING = 12, 4
WRONG = ("KeyError: currency", "ValueError: no such basket", "TypeError: price is None", "LookupError: out of stock")
FLAKY = "TimeoutError: the page did not settle"


@dataclass(slots=True)
class Broken:
    """A version that is in place and breaks something. known: a run has found it."""

    service: str
    environment: str
    wrong: str
    known: bool = False


@dataclass(slots=True)
class Pipelines:
    """now: of the week. vendor: what Signalbox takes for one. broken: by environment and service."""

    chance: Random
    now: Callable[[], datetime]
    vendor: FakePipelines = field(init=False)
    broken: dict[tuple[str, str], Broken] = field(default_factory=dict)
    _newest: dict[str, int] = field(default_factory=dict)
    _planned: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        history = {f"shop/{service}": _commits() for service in ENVIRONMENTS["integration"]}
        refs = {repository: {each.hash: each.hash for each in commits} for repository, commits in history.items()}
        self.vendor = FakePipelines(history=history, refs=refs, now=self.now)

    def next_version(self, service: str) -> str:
        self._newest[service] = self._newest.get(service, 0) + 1
        return f"1.{self._newest[service]}.0"

    def begun(self) -> list[Began]:
        """What has begun since this was asked."""
        fresh = [each for id, each in self.vendor.began.items() if id not in self._planned]
        self._planned |= self.vendor.began.keys()
        return fresh

    def length(self, began: Began) -> timedelta:
        return MINUTE * (self.chance.uniform(4, 12) if _is_suite(began) else self.chance.uniform(2, 6))

    def end(self, began: Began) -> list[Broken]:
        """What it has found that nobody knew of yet."""
        if began.status.state.ended:
            return []
        if not _is_suite(began):
            self._deployed(began)
            return []
        found = self._tested(began)
        fresh = [each for each in found if not each.known]
        for each in fresh:
            each.known = True
        return fresh

    def _deployed(self, began: Began) -> None:
        failed = self.chance.random() < ENDS_BADLY
        self.vendor.advance(began.status.run, RunState.FAILED if failed else RunState.SUCCEEDED)
        if failed:
            return
        said = began.request.variables
        service, environment = said["SIGNALBOX_SERVICE"], said["SIGNALBOX_ENVIRONMENT"]
        self.broken.pop((environment, service), None)
        if self.chance.random() < BREAKS:
            wrong = f"{self.chance.choice(WRONG)} in {service}"
            self.broken[environment, service] = Broken(service, environment, wrong)

    def _tested(self, began: Began) -> list[Broken]:
        environment = began.request.variables["SIGNALBOX_ENVIRONMENT"]
        services = ENVIRONMENTS[environment]
        broken = [each for (where, _), each in self.broken.items() if where == environment]
        failed = {f"test_{each.service}_{n}": each.wrong for each in broken for n in range(FAILING)}
        if self.chance.random() < FLAKES:
            failed[f"test_{services[0]}_{TESTS_PER_SERVICE - 1}"] = FLAKY
        names = [f"test_{service}_{n}" for service in services for n in range(TESTS_PER_SERVICE)]
        began.artifacts["junit.xml"] = _report(names, failed)
        self.vendor.advance(began.status.run, RunState.FAILED if failed else RunState.SUCCEEDED)
        return broken


def _is_suite(began: Began) -> bool:
    return began.request.pipeline.name == SUITE


def _commits() -> list[Commit]:
    return [Commit(f"1.{n}.0", f"Work for 1.{n}.0", "Somebody") for n in reversed(range(VERSIONS))]


def _report(names: list[str], failed: dict[str, str]) -> bytes:
    told = {name: f'<failure message="{said}">{said}\n  at {name}</failure>' for name, said in failed.items()}
    cases = (
        f'<testcase classname="journeys" name="{name}" time="0.4">{told.get(name, "")}</testcase>' for name in names
    )
    return f'<testsuite name="pytest">{"".join(cases)}</testsuite>'.encode()
