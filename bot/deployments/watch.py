"""Looks at what was deployed, and at what calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

import structlog

from bot.catalog import Catalog, apart_from
from bot.deployments.baseline import begun_at, calm, meanwhile, troubled, unwell
from bot.deployments.complaints import Complained, Complaints
from bot.deployments.failed_requests import Beside, FailedRequests, probe_of
from bot.deployments.needs import Traces
from bot.deployments.rates import FEWEST_REQUESTS, Baseline, Compared, Rates, fails, taken_together
from bot.deployments.slow_requests import SlowRequests
from bot.deployments.values import Deployment, Watch
from bot.deployments.watching import (
    DEAD_AFTER,
    Judgement,
    NewErrors,
    Observed,
    early,
    judge,
    slower,
    told_slow,
)
from bot.errors import SignalboxError
from bot.ports.clock import Clock
from bot.ports.health import HealthProbe, Probe
from bot.ports.telemetry import RateQuery, Sources, Window

log = structlog.get_logger(__name__)

BEFORE = timedelta(minutes=10)
FURTHER = timedelta(minutes=40)
"""How far back it looks for calm minutes, where the last ten were not."""

STEP = timedelta(minutes=1)
SETTLE = timedelta(seconds=20)
"""Requests that end so soon after it may have been served, or kept waiting, by the version before."""

FEW = 8
"""Of many services that have nothing to do with it, so many tell whether the machine is busy."""

UNREAD = timedelta(minutes=5)
"""For so long after its end the watch waits for rates that cannot be read."""

NOT_COMPARED = "its rates could not be read: nobody knows whether more requests fail, or take longer, than before"

COUNTED = 10
"""Seconds: the steps in which requests are counted. Lines are read from the beginning of one: of the same requests."""


class Watching:
    """every: how often it looks. Rates come from the first source of metrics."""

    def __init__(
        self,
        health: HealthProbe,
        sources: Sources,
        traces: Traces,
        *,
        catalog: Callable[[], Catalog],
        clock: Clock,
        every: timedelta = timedelta(seconds=10),
    ) -> None:
        self._health, self._rates = health, sources.metrics[0]
        self._traces, self._complaints = traces, Complaints(sources, traces, catalog)
        self._failed = FailedRequests(health, traces, catalog)
        self._slow = SlowRequests(sources, catalog)
        self._catalog, self._clock = catalog, clock
        self.every = every

    async def look(
        self, deployment: Deployment, others: Sequence[Deployment], silent: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[Deployment, Watch]:
        """The deployment with what was seen, and what is to be said of it now. others: of its environment, lately.
        silent: services there that do not answer, with their versions.

        What can be read counts, whatever cannot.
        """
        now, began = self._clock.now(), deployment.finished_at or deployment.opened_at
        bad, probe = await self._health_of(deployment, young=early(began, now))
        since = Window(_settled(began), now)
        told, bad_ones = since.start < since.end, {**silent, **unwell(deployment, others)}
        known, compared, apart = await self._rates_of(deployment, Beside(others, silent, bad_ones), since)
        before = known or Baseline({}, {})
        beside = meanwhile(deployment, others) | bad_ones
        complained = (
            await self._complaints.since(deployment, before.errors, since, beside.keys()) if told else Complained()
        )
        observed = Observed(
            bad,
            probe.detail,
            compared or (),
            apart,
            (*_new_errors(deployment, before, complained), *_of_others(deployment, complained, beside, bad_ones)),
            running="" if probe.version in (deployment.version, deployment.ref) else probe.version,
            back=bool(deployment.undoes),
        )
        found = judge(observed)
        verdict = self._verdict(found, deployment, now if compared is not None else now - UNREAD)
        if verdict is Watch.GOOD:
            found = judge(replace(observed, broken=await self._broken_since(deployment, since)))
        if bad >= DEAD_AFTER and not complained.said:  # what did not come up may have said why at once
            complained = await self._complaints.since(deployment, before.errors, Window(begun_at(deployment), now))
        quoted = verdict is Watch.RED or (verdict is Watch.GOOD and observed.errors)
        slow = () if verdict is Watch.WATCHING else told_slow(found, observed.compared)
        seen = {
            "seen": found.red or found.fine,
            "doubts": (*found.doubts, *([NOT_COMPARED] if compared is None else [])),
            "complaints": complained.said if quoted else (),
            "slow_requests": await self._slow.of(slow, deployment.target.environment, since),
            **({"why": found.undecided} if verdict is Watch.ENDED else {}),
        }
        link = self._rates_link(deployment, now)
        return replace(deployment, baseline=known, bad_looks=bad, rates_url=link, **seen), verdict

    @staticmethod
    def _verdict(found: Judgement, deployment: Deployment, now: datetime) -> Watch:
        if found.red:
            return Watch.RED
        if not deployment.watch_until or now < deployment.watch_until:
            return Watch.WATCHING
        return Watch.ENDED if found.undecided else Watch.GOOD

    async def _health_of(self, deployment: Deployment, *, young: bool) -> tuple[int, Probe]:
        """How often in a row it was not well, and what it said last."""
        probe = await probe_of(self._health, self._catalog(), deployment.target)
        return 0 if probe.well or young else deployment.bad_looks + 1, probe

    async def _rates_of(
        self, deployment: Deployment, beside: Beside, since: Window
    ) -> tuple[Baseline | None, tuple[Compared, ...] | None, tuple[Compared, ...]]:
        """How it was before, how that compares with now, and how what has nothing to do with it does, where that
        matters. None for what cannot be read at the moment.
        """
        known = deployment.baseline
        try:
            known = known or await self._baseline(deployment, beside.deployed)
            compared = await self._compared(deployment, known, since, beside) if since.start < since.end else ()
            return known, compared, await self._apart(deployment, since) if any(map(slower, compared)) else ()
        except SignalboxError as error:
            log.warning("rates were not read", deployment=deployment.id, reason=error.user_message)
            return known, None, ()

    async def _baseline(self, deployment: Deployment, others: Sequence[Deployment]) -> Baseline:
        start, trouble = begun_at(deployment), troubled(deployment, others)
        window = Window(start - (FURTHER if trouble else BEFORE), start)
        rates: dict[str, Rates] = {}
        for service in self._looked_at(deployment):
            points = await self._rates.source.rates(self._rate_query(service, deployment, window))
            rates[service] = taken_together(calm(points, STEP, trouble))
        return Baseline(rates, await self._complaints.before(deployment, window, trouble))

    async def _compared(
        self, deployment: Deployment, before: Baseline, since: Window, beside: Beside
    ) -> tuple[Compared, ...]:
        found: list[Compared] = []
        for service in self._looked_at(deployment):
            now = taken_together(await self._rates.source.rates(self._rate_query(service, deployment, since)))
            own = service == deployment.target.service
            compared = Compared(service, before.rates.get(service, Rates()), now, own=own)
            failing = fails(compared)
            found.append(await self._failed.followed(deployment, compared, since, beside) if failing else compared)
        return tuple(found)

    async def _apart(self, deployment: Deployment, since: Window) -> tuple[Compared, ...]:
        """Services that have nothing to do with it, as they were and as they are."""
        start = begun_at(deployment)
        found: list[Compared] = []
        for service in apart_from(self._catalog(), deployment.target.service)[:FEW]:
            windows = (Window(start - BEFORE, start), since)
            before, after = [await self._rates.source.rates(self._rate_query(service, deployment, w)) for w in windows]
            found.append(Compared(service, taken_together(before), taken_together(after)))
        return tuple(found)

    async def _broken_since(self, deployment: Deployment, since: Window) -> tuple[tuple[str, str], ...]:
        """Between it and its neighbours, where traces went through before; by the names of the catalog."""
        start, catalog = begun_at(deployment), self._catalog()
        service, environment = catalog.service(deployment.target.service), deployment.target.environment
        near = (service.name, *service.depends_on, *catalog.callers_of(service.name))
        names = {catalog.service(each).names(self._traces.names)[0]: each for each in near}
        try:
            now = await self._traces.broken(tuple(names), environment, since)
            was = await self._traces.broken(tuple(names), environment, Window(start - BEFORE, start))
        except SignalboxError as error:
            log.warning("traces were not read", deployment=deployment.id, reason=error.user_message)
            return ()
        found = [(names.get(caller, caller), names.get(called, called)) for caller, called in sorted(now - was)]
        return tuple(pair for pair in found if service.name in pair)

    def _rates_link(self, deployment: Deployment, now: datetime) -> str:
        """From before it began until now: what the watch compares."""
        window = Window(begun_at(deployment) - BEFORE, now)
        return self._rates.source.rates_link(self._rate_query(deployment.target.service, deployment, window))

    def _looked_at(self, deployment: Deployment) -> tuple[str, ...]:
        """It, and what calls it."""
        return (deployment.target.service, *self._catalog().callers_of(deployment.target.service))

    def _rate_query(self, service: str, deployment: Deployment, window: Window) -> RateQuery:
        name = self._catalog().service(service).names(self._rates.names)[0]
        return RateQuery(window, name, deployment.target.environment, STEP)


def _settled(began: datetime) -> datetime:
    settled = began + SETTLE
    return settled - timedelta(seconds=settled.second % COUNTED, microseconds=settled.microsecond)


def _new_errors(deployment: Deployment, before: Baseline, complained: Complained) -> tuple[NewErrors, ...]:
    """Nothing of a service of which nobody knows how it was before."""
    return tuple(
        NewErrors(service, requests, own=service == deployment.target.service)
        for service, requests in complained.requests.items()
        if before.rates.get(service, Rates()).requests >= FEWEST_REQUESTS
    )


def _of_others(
    deployment: Deployment, complained: Complained, beside: Mapping[str, str], bad: Mapping[str, str]
) -> Iterator[NewErrors]:
    for (service, other), requests in complained.elses.items():
        why = "is not well" if other in bad else "came meanwhile"
        own = service == deployment.target.service
        yield NewErrors(service, requests, own=own, of=f"{other} {beside[other]}, which {why}")
