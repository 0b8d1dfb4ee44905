"""What services began to complain of with a deployment: errors in their logs that were not there before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bot.catalog import Catalog
from bot.deployments.templates import most_frequent_new, said, template_of
from bot.deployments.values import Complaint, Deployment
from bot.errors import SignalboxError
from bot.ports.telemetry import Known, Level, LogLine, LogQuery, LogSource, Sources, Window
from bot.redaction import redact

log = structlog.get_logger(__name__)

SHOWN = 2
LOOKED_AT = 1_000
PATIENCE_SECONDS = 20
"""Whoever deployed is told that it is not well, with what was found until then."""


class Complaints:
    def __init__(self, sources: Sources, catalog: Callable[[], Catalog]) -> None:
        self._sources, self._catalog = sources, catalog

    async def since(self, deployment: Deployment, before: Window, after: Window) -> tuple[Complaint, ...]:
        """The most frequent ones of the service and of what calls it, from the first source that has some. Never
        raises: what cannot be read is left out.
        """
        for known in self._sources.logs:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    found = await self._of(known, deployment, before, after)
            except (SignalboxError, TimeoutError) as error:
                log.warning("logs were not read", source=known.name, reason=str(error) or "no answer in time")
                continue
            if found:
                return found
        return ()

    async def _of(
        self, known: Known[LogSource], deployment: Deployment, before: Window, after: Window
    ) -> tuple[Complaint, ...]:
        target, catalog = deployment.target, self._catalog()
        services = (target.service, *catalog.callers_of(target.service))
        ours = {name: service for service in services for name in catalog.service(service).names(known.names)}
        was, now = [
            (await known.source.logs(LogQuery(window, tuple(ours), target.environment, Level.ERROR, limit=LOOKED_AT)))
            for window in (before, after)
        ]
        earlier = {template_of(line) for line in was.items}
        return tuple(
            Complaint(
                ours.get(line.service, line.service),
                redact(said(line)),
                count,
                line.at,
                self._trace(known.name, line),
                more=now.more,
            )
            for line, count in most_frequent_new(now.items, earlier, SHOWN)
        )

    def _trace(self, source: str, line: LogLine) -> str:
        """At the vendor that has the line, else at whoever has pages for traces."""
        if not line.trace_id:
            return ""
        ordered = sorted(self._sources.traces, key=lambda known: known.name != source)
        links = (known.source.trace_link(line.trace_id, line.at) for known in ordered)
        return next((link for link in links if link), "")
