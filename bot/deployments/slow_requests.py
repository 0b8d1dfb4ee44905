"""One of the requests that make a service slower than it was, for whoever wants to see where the time went."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from bot.catalog import Catalog
from bot.deployments.rates import Compared, SlowRequest
from bot.errors import SignalboxError
from bot.ports.telemetry import Known, Sources, Span, SpanQuery, TraceSource, Window
from bot.redaction import redact

log = structlog.get_logger(__name__)

LOOKED_AT = 200
"""The newest of the slow ones, among which the slowest is shown."""
PATIENCE_SECONDS = 10


class SlowRequests:
    """What cannot be read is left out: a source that says no or does not answer in time, a service that the catalog has
    no more.
    """

    def __init__(self, sources: Sources, catalog: Callable[[], Catalog]) -> None:
        self._sources, self._catalog = sources, catalog

    async def of(self, slower: Sequence[Compared], environment: str, window: Window) -> tuple[SlowRequest, ...]:
        """One of each service, from the first source that has one and a page for it."""
        found = [await self._first(each, environment, window) for each in slower]
        return tuple(each for each in found if each is not None)

    async def _first(self, slower: Compared, environment: str, window: Window) -> SlowRequest | None:
        least, service = _clearly_slow(slower), self._catalog().services.get(slower.service.casefold())
        if service is None:
            log.info("no request of a service that the catalog has no more", service=slower.service)
            return None
        for source in self._sources.traces:
            names = service.names(source.names)
            query = SpanQuery(window, names, environment, served_only=True, slower_than=least, limit=LOOKED_AT)
            spans = await self._read(source, query)
            slowest = max(spans, key=lambda span: span.duration, default=None)
            link = source.source.trace_link(slowest.trace_id, slowest.start) if slowest else ""
            if slowest and link:
                return SlowRequest(slower.service, redact(slowest.name), slowest.duration, link)
        return None

    async def _read(self, source: Known[TraceSource], query: SpanQuery) -> tuple[Span, ...]:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return (await source.source.spans(query)).items
        except (SignalboxError, TimeoutError) as error:
            log.warning("traces were not read", source=source.name, reason=str(error) or "no answer in time")
            return ()


def _clearly_slow(each: Compared) -> timedelta:
    """Half way from what the slowest twentieth took before to what it takes now: that one is known in steps alone."""
    before, after = each.before.slow or timedelta(0), each.after.slow or timedelta(0)
    return before + (after - before) / 2
