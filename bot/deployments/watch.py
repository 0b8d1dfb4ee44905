"""Looks at what was deployed, and at what calls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.catalog import Catalog
from bot.deployments.complaints import Complaints
from bot.deployments.needs import Providers
from bot.deployments.values import Deployment, Watch
from bot.deployments.watching import Compared, Judgement, Observed, early, judge, taken_together
from bot.errors import SignalboxError
from bot.ports.clock import Clock
from bot.ports.health import HealthProbe
from bot.ports.pipelines import BuildStatus, RunState
from bot.ports.telemetry import RateQuery, Sources, Window

log = structlog.get_logger(__name__)

BEFORE = timedelta(minutes=10)
KEY_LENGTH = 40


class Watching:
    """every: how often it looks. Rates come from the first source of metrics."""

    def __init__(
        self,
        health: HealthProbe,
        sources: Sources,
        providers: Providers,
        *,
        catalog: Callable[[], Catalog],
        clock: Clock,
        every: timedelta = timedelta(seconds=10),
    ) -> None:
        self._health, self._rates, self._providers = health, sources.metrics[0], providers
        self._complaints = Complaints(sources, catalog)
        self._catalog, self._clock = catalog, clock
        self.every = every
        self._bad: dict[str, int] = {}

    async def look(self, deployment: Deployment) -> tuple[Deployment, Watch]:
        """The deployment with what was seen, and what is to be said of it now."""
        now, began = self._clock.now(), deployment.finished_at or deployment.opened_at
        bad, detail = await self._health_of(deployment, young=early(began, now))
        compared = await self._compared(deployment, began, now)
        found = judge(Observed(bad, detail, compared))
        seen = replace(deployment, seen=found.red or found.fine, rates_url=self._rates_link(deployment, now))
        verdict = self._verdict(found, deployment, now)
        if verdict is Watch.RED:
            complaints = await self._complaints.since(deployment, _before(deployment), Window(_began(deployment), now))
            seen = replace(seen, complaints=complaints)
        if verdict is not Watch.WATCHING:
            self._bad.pop(deployment.id, None)
        return seen, verdict

    async def mark(self, deployment: Deployment) -> None:
        """Tell the commit that it was found good; where that cannot be told, nothing is lost."""
        target = deployment.target
        delivery = self._catalog().service(target.service).delivery
        provider = self._providers(delivery.provider)
        if provider is None:
            return
        status = BuildStatus(
            f"signalbox-{target}"[:KEY_LENGTH],
            RunState.SUCCEEDED,
            f"Deployed to {target.environment}",
            _works(deployment),
        )
        try:
            commit = await provider.commit(delivery.repository, deployment.label)
            if commit is not None:
                await provider.set_status(delivery.repository, commit.hash, status)
        except SignalboxError as error:
            log.warning("the commit was not marked", deployment=deployment.id, reason=error.user_message)

    @staticmethod
    def _verdict(found: Judgement, deployment: Deployment, now: datetime) -> Watch:
        if found.red:
            return Watch.RED
        return Watch.GOOD if deployment.watch_until and now >= deployment.watch_until else Watch.WATCHING

    async def _health_of(self, deployment: Deployment, *, young: bool) -> tuple[int, str]:
        """How often in a row it was not well, and what it said last. What restarts forgets begins anew: it is only put
        off by a few looks.
        """
        address = self._catalog().service(deployment.target.service).health
        if not address:
            return 0, ""
        probe = await self._health.look(address.replace("{environment}", deployment.target.environment))
        bad = 0 if probe.well or young else self._bad.get(deployment.id, 0) + 1
        self._bad[deployment.id] = bad
        return bad, probe.detail

    async def _compared(self, deployment: Deployment, began: datetime, now: datetime) -> tuple[Compared, ...]:
        services = (deployment.target.service, *self._catalog().callers_of(deployment.target.service))
        before = _before(deployment)
        return tuple([await self._one(name, deployment, before, Window(began, now)) for name in services])

    def _rates_link(self, deployment: Deployment, now: datetime) -> str:
        """From before it began until now: what the watch compares."""
        target, start = deployment.target, _before(deployment).start
        name = self._catalog().service(target.service).names(self._rates.names)[0]
        return self._rates.source.rates_link(RateQuery(Window(start, now), name, target.environment))

    async def _one(self, service: str, deployment: Deployment, before: Window, after: Window) -> Compared:
        target = deployment.target
        name = self._catalog().service(service).names(self._rates.names)[0]
        queries = [RateQuery(window, name, target.environment) for window in (before, after)]
        was, now = [taken_together(await self._rates.source.rates(query)) for query in queries]
        return Compared(service, was, now, own=service == target.service)


def _before(deployment: Deployment) -> Window:
    """What is compared with."""
    start = _began(deployment)
    return Window(start - BEFORE, start)


def _began(deployment: Deployment) -> datetime:
    return deployment.started_at or deployment.opened_at


def _works(deployment: Deployment) -> str:
    beside = ", ".join(f"{service} {version}" for service, version in deployment.beside.items())
    label = f"{deployment.target.service} {deployment.label} works"
    return f"{label} with {beside}" if beside else label
