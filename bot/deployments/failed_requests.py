"""How far the failed requests of a service got, and where they went wrong first, as their traces tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.catalog import Catalog, asked_by
from bot.deployments.baseline import meanwhile
from bot.deployments.elsewhere import astray
from bot.deployments.needs import Traces
from bot.deployments.rates import Compared
from bot.deployments.values import Deployment, Target
from bot.errors import SignalboxError
from bot.ports.health import HealthProbe, Probe
from bot.ports.telemetry import Window

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is around a deployment. deployed: in its environment, lately. silent: services there that do not answer at
    their health address. bad: these, and those whose version is red, with their versions.
    """

    deployed: Sequence[Deployment]
    silent: Mapping[str, str]
    bad: Mapping[str, str]


class FailedRequests:
    """Never raises: what cannot be read is left out."""

    def __init__(self, health: HealthProbe, traces: Traces, catalog: Callable[[], Catalog]) -> None:
        self._health, self._traces, self._catalog = health, traces, catalog

    async def followed(self, deployment: Deployment, caller: Compared, since: Window, beside: Beside) -> Compared:
        """With how many of its failed requests got as far as what was deployed, and as far as what is not well; and
        where they went wrong first. What came meanwhile is excused only with those that went wrong first there: that
        it is known to be bad, nobody says.
        """
        came = meanwhile(deployment, beside.deployed)
        came = {service: version for service, version in came.items() if service not in beside.bad}
        try:
            found, began = await self._traced(deployment, caller, since, beside.bad)
        except SignalboxError as error:
            log.warning("traces were not read", deployment=deployment.id, reason=error.user_message)
            return caller
        through = min(found.looked_at, found.through + sum(began.get(service, 0) for service in came))
        named = tuple(f"{service} {version}" for service, version in came.items() if began.get(service))
        return await self._astray(deployment, replace(found, through=through, since=named), beside)

    async def _traced(
        self, deployment: Deployment, caller: Compared, since: Window, bad: Mapping[str, str]
    ) -> tuple[Compared, Mapping[str, int]]:
        """And in which service how many of them went wrong first."""
        names, where = self._traces.names, deployment.target.environment
        failing, deployed = (
            self._catalog().service(each).names(names) for each in (caller.service, deployment.target.service)
        )
        traces = await self._traces.failed(failing, where, since)
        began = await self._traces.began(traces, self._names(where), since)
        passed_by = 0 if caller.own else await self._traces.passed_by(traces, deployed, since)
        known = [service for service in bad if service.casefold() in self._catalog().services]
        others = [name for service in known for name in self._catalog().service(service).names(names)]
        if caller.own:
            through = sum(began.get(service, 0) for service in bad)
        else:
            through = len(traces) - await self._traces.passed_by(traces, others, since) if others else 0
        found = replace(
            caller,
            looked_at=len(traces),
            passed_by=passed_by,
            through=through,
            unwell=tuple(map(" ".join, bad.items())),
            began=tuple(sorted(began.items(), key=lambda each: (-each[1], each[0]))),
        )
        return found, began

    async def _astray(self, deployment: Deployment, found: Compared, beside: Beside) -> Compared:
        """With whether nobody can say what was deployed has to do with what failed."""
        first, target, catalog = found.mostly_in, deployment.target, self._catalog()
        if first in {"", found.service, target.service}:
            return found
        silent = first in beside.silent
        if not silent:
            silent = not (await probe_of(self._health, catalog, Target(target.environment, first))).well
        return astray(found, silent=silent, asked=first in asked_by(catalog, target.service))

    def _names(self, environment: str) -> dict[str, tuple[str, ...]]:
        """What traces call each service there."""
        catalog = self._catalog()
        services = catalog.environment(environment).services
        return {name: catalog.service(name).names(self._traces.names) for name in services}


async def probe_of(health: HealthProbe, catalog: Catalog, target: Target) -> Probe:
    """Well, where it has no health address."""
    address = catalog.service(target.service).health
    if not address:
        return Probe(well=True)
    return await health.look(address.replace("{environment}", target.environment))
