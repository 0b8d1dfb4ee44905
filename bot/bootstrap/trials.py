"""A deployment that is well is tried out: the suites that the catalog maps to it run, and its receipt waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog
from sqlmodel import Session

from bot.catalog import Catalog, Suite
from bot.deployments.confirming import Confirmations
from bot.deployments.service import Deployments
from bot.deployments.values import Deployment
from bot.errors import SignalboxError
from bot.ports.clock import Clock
from bot.runtime import jobs
from bot.runtime.jobs import Job
from bot.suites.service import Suites
from bot.suites.values import SuiteRun, Trigger, Verdict, Wish
from bot.values import Caller

log = structlog.get_logger(__name__)

TRY, CONFIRM = "suites.after_deployment", "suites.confirm_deployment"
"""Jobs: the suites of a deployment are started; what they came to is made of it."""


def mapped(deployment: Deployment, catalog: Catalog) -> list[Suite]:
    """The suites that run after it."""
    service, environment = deployment.target.service, deployment.target.environment
    return [each for each in catalog.suites.values() if service in each.after_deploy and each.runs_in(environment)]


class Trials:
    """Implements Trials of bot.deployments.needs, in the transactions of deployments and of runs."""

    def __init__(self, workspace: str, catalog: Callable[[], Catalog], clock: Clock) -> None:
        self._workspace, self._catalog, self._clock = workspace, catalog, clock

    def follow(self, deployment: Deployment) -> bool:
        return bool(mapped(deployment, self._catalog()))

    def decide(self, deployment: Deployment) -> bool:
        return any(suite.required for suite in mapped(deployment, self._catalog()))

    def begin(self, session: Session, deployment: Deployment) -> None:
        self._put(session, TRY, deployment.id, deployment.id)

    def ended(self, session: Session, run: SuiteRun) -> None:
        """A run has ended: if it was for a deployment, that may be confirmed now."""
        if run.deployment:
            self._put(session, CONFIRM, run.deployment, run.id)

    def _put(self, session: Session, name: str, deployment: str, once: str) -> None:
        job = Job(f"{name}:{once}", name, {"id": deployment})
        jobs.put(session, self._workspace, [job], now=self._clock.now())


class Verifying:
    """The jobs. Each bears a repeat."""

    def __init__(
        self, deployments: Deployments, confirmations: Confirmations, suites: Suites, catalog: Callable[[], Catalog]
    ) -> None:
        self._deployments, self._confirmations = deployments, confirmations
        self._suites, self._catalog = suites, catalog

    async def try_out(self, arguments: Mapping[str, str]) -> None:
        """Raises Unavailable, to be tried again."""
        deployment = await self._deployments.of(arguments["id"])
        caller = Caller(deployment.by, f"after:{deployment.id}", deployment.team, via="system")
        for suite in mapped(deployment, self._catalog()):
            wish = Wish(suite.name, deployment.target.environment, trigger=Trigger.DEPLOYMENT, deployment=deployment.id)
            try:
                await self._suites.run(wish, caller=caller)
            except SignalboxError as refused:
                if not refused.expected:
                    raise
                log.warning("a deployment is not tried out", suite=suite.name, reason=refused.user_message)

    async def confirm(self, arguments: Mapping[str, str]) -> None:
        """Once the latest attempt of each of its suites is green. Raises Unavailable, to be tried again."""
        deployment = await self._deployments.of(arguments["id"])
        runs = {run.suite: run for run in await self._suites.after(deployment.id)}
        names = [suite.name for suite in mapped(deployment, self._catalog())]
        if not all(name in runs and runs[name].verdict is Verdict.PASSED for name in names):
            return
        decisive = [runs[suite.name] for suite in mapped(deployment, self._catalog()) if suite.required]
        versions = dict(decisive[-1].deploy_set) if decisive else None
        lines = tuple(f"{name} #{runs[name].number}: {_passed(runs[name])}" for name in names)
        await self._confirmations.confirm(deployment, lines=lines, versions=versions)


def _passed(run: SuiteRun) -> str:
    return f"{run.counts.passed} passed" if run.counts else "passed"
