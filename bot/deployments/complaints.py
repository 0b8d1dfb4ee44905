"""What services began to complain of with a deployment: errors in their logs that were not there before."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

import structlog

from bot.catalog import Catalog
from bot.deployments.baseline import calm_lines
from bot.deployments.needs import Traces
from bot.deployments.values import Complaint, Deployment
from bot.errors import SignalboxError
from bot.masking.templates import NewKind, new_kinds, said, template_of
from bot.ports.telemetry import Found, Known, Level, LogLine, LogQuery, LogSource, Sources, Window
from bot.redaction import redact

log = structlog.get_logger(__name__)

SHOWN = 2
LOOKED_AT = 1_000
FOLLOWED = 5
"""Traces of each kind of line."""
PATIENCE_SECONDS = 20
"""Whoever deployed is told that it is not well, with what was found until then."""


@dataclass(frozen=True, slots=True)
class Complained:
    """said: the most frequent ones. requests: by service, how many led to one. elses: by service and what it speaks of
    instead of what was deployed, how many led to one.
    """

    said: tuple[Complaint, ...] = ()
    requests: Mapping[str, int] = field(default_factory=dict[str, int])
    elses: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])


class Complaints:
    """Of the service and of what calls it. Never raises: what cannot be read is left out."""

    def __init__(self, sources: Sources, traces: Traces, catalog: Callable[[], Catalog]) -> None:
        self._sources, self._traces, self._catalog = sources, traces, catalog

    async def before(
        self, deployment: Deployment, window: Window, trouble: Sequence[Window]
    ) -> dict[str, tuple[str, ...]]:
        """What was logged outside of `trouble`, as templates by source."""
        known: dict[str, tuple[str, ...]] = {}
        for source in self._sources.logs:
            if (found := await self._read(source, deployment, window)) is not None:
                known[source.name] = tuple(dict.fromkeys(map(template_of, calm_lines(found.items, trouble))))
        return known

    async def since(
        self,
        deployment: Deployment,
        known: Mapping[str, Sequence[str]],
        window: Window,
        others: AbstractSet[str] = frozenset(),
    ) -> Complained:
        """What is new, from the first source that has some. known: as `before` found it; what could not be read then
        is not compared with. others: services beside it that came meanwhile, or are not well.
        """
        for source in self._sources.logs:
            found = await self._read(source, deployment, window) if source.name in known else None
            if found is None:
                continue
            kinds = new_kinds(found.items, known[source.name])
            if kinds := [kind for kind in kinds if not await self._passed_by(source, deployment, kind, window)]:
                return await self._told_apart(source, deployment, found, kinds, window=window, others=others)
        return Complained()

    async def _told_apart(
        self,
        source: Known[LogSource],
        deployment: Deployment,
        found: Found[LogLine],
        kinds: Sequence[NewKind],
        *,
        window: Window,
        others: AbstractSet[str],
    ) -> Complained:
        whose = [(kind, await self._speaks_of(source, deployment, kind, window, others)) for kind in kinds]
        its, ours = [kind for kind, other in whose if not other], self._services(source, deployment)
        elses = Counter[tuple[str, str]]()
        for kind, other in whose:
            if other:
                elses[ours.get(kind.shown.service, kind.shown.service), other] += len(kind.requests)
        return replace(self._complained(source, deployment, its, more=found.more), elses=elses)

    async def _speaks_of(
        self,
        source: Known[LogSource],
        deployment: Deployment,
        kind: NewKind,
        window: Window,
        others: AbstractSet[str],
    ) -> str:
        """Which of the others it is about, and not what was deployed; empty where it may be about that. A neighbour
        says in its line whom it complains of; else it shows where the requests went wrong first.
        """
        catalog, words = self._catalog(), said(kind.shown)
        deployed = catalog.service(deployment.target.service)
        own = kind.shown.service in deployed.names(source.names)
        named = [] if own or _names(words, deployed.name) else [other for other in others if _names(words, other)]
        if len(named) == 1 or not others or not kind.traces:
            return named[0] if len(named) == 1 else ""
        looked_at = sorted(kind.traces)[:FOLLOWED]
        known = [name for name in others if name.casefold() in catalog.services]
        services = {*catalog.environment(deployment.target.environment).services, *known}
        names = {name: catalog.service(name).names(self._traces.names) for name in services}
        try:
            began = await self._traces.began(looked_at, names, window)
        except SignalboxError as error:
            log.warning("traces were not read", deployment=deployment.id, reason=error.user_message)
            return ""
        return next((name for name in sorted(others) if began.get(name, 0) == len(looked_at)), "")

    async def _passed_by(self, source: Known[LogSource], deployment: Deployment, kind: NewKind, window: Window) -> bool:
        """Whether what led to it certainly never reached what was deployed: then it is somebody else's."""
        traced, service = sorted(kind.traces)[:FOLLOWED], self._catalog().service(deployment.target.service)
        if not traced or kind.shown.service in service.names(source.names):
            return False
        names = service.names(self._traces.names)
        try:
            return await self._traces.passed_by(traced, names, window) == len(traced)
        except SignalboxError as error:
            log.warning("traces were not read", deployment=deployment.id, reason=error.user_message)
            return False

    async def _read(self, source: Known[LogSource], deployment: Deployment, window: Window) -> Found[LogLine] | None:
        target, services = deployment.target, tuple(self._services(source, deployment))
        query = LogQuery(window, services, target.environment, Level.ERROR, limit=LOOKED_AT)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await source.source.logs(query)
        except (SignalboxError, TimeoutError) as error:
            log.warning("logs were not read", source=source.name, reason=str(error) or "no answer in time")
            return None

    def _services(self, source: Known[LogSource], deployment: Deployment) -> dict[str, str]:
        """By the names that the source uses, those of the catalog."""
        catalog, service = self._catalog(), deployment.target.service
        looked_at = (service, *catalog.callers_of(service))
        return {name: each for each in looked_at for name in catalog.service(each).names(source.names)}

    def _complained(
        self, source: Known[LogSource], deployment: Deployment, kinds: Sequence[NewKind], *, more: bool
    ) -> Complained:
        ours = self._services(source, deployment)
        requests: dict[str, set[str]] = {}
        for kind in kinds:
            requests.setdefault(ours.get(kind.shown.service, kind.shown.service), set()).update(kind.requests)
        quoted = [
            Complaint(
                ours.get(line.service, line.service),
                redact(said(line)),
                count,
                line.at,
                self._trace(source.name, line),
                more=more,
            )
            for line, count in ((kind.shown, kind.count) for kind in kinds[:SHOWN])
        ]
        return Complained(tuple(quoted), {service: len(led) for service, led in requests.items()})

    def _trace(self, source: str, line: LogLine) -> str:
        """At the vendor that has the line, else at whoever has pages for traces."""
        if not line.trace_id:
            return ""
        ordered = sorted(self._sources.traces, key=lambda known: known.name != source)
        links = (known.source.trace_link(line.trace_id, line.at) for known in ordered)
        return next((link for link in links if link), "")


def _names(words: str, service: str) -> bool:
    """As a word of its own: `payments` is not named by `payments-db`."""
    return re.search(rf"(?<![\w-]){re.escape(service)}(?![\w-])", words, re.IGNORECASE) is not None
