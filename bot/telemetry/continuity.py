"""What the traces of a while tell: between which services they break off, and where those that failed have been."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from bot.ports.telemetry import Known, SpanQuery, TraceSource, Window
from bot.telemetry.lost_context import dropped
from bot.telemetry.origins import Names, origin
from bot.telemetry.passage import passed_by

LOOKED_AT = 1_000
"""Spans, the newest of a window: about a hundred requests through a handful of services."""
FAILED = 20
"""The newest requests that failed."""


class TraceContinuity:
    """names: whose names of services it takes."""

    def __init__(self, traces: Known[TraceSource]) -> None:
        self._traces, self.names = traces.source, traces.names

    async def broken(self, services: Sequence[str], environment: str, window: Window) -> frozenset[tuple[str, str]]:
        """Pairs of services, caller and called, among `services`. Raises Unavailable, IntegrationError."""
        query = SpanQuery(window, services=tuple(services), environment=environment, limit=LOOKED_AT)
        found = await self._traces.spans(query)
        return frozenset((each.caller, each.service) for each in dropped(found.items))

    async def failed(self, services: Sequence[str], environment: str, window: Window) -> tuple[str, ...]:
        """Traces of the latest requests that one of `services` failed to serve. Raises Unavailable and its like."""
        query = SpanQuery(window, tuple(services), environment, failed_only=True, served_only=True, limit=FAILED)
        found = await self._traces.spans(query)
        return tuple(dict.fromkeys(span.trace_id for span in found.items))

    async def began(self, traces: Collection[str], names: Names, window: Window) -> Mapping[str, int]:
        """How many of them went wrong first in which service. names: of services, with what the source calls each.
        Raises Unavailable, IntegrationError.
        """
        found = await asyncio.gather(*(self._traces.trace(each, window) for each in traces))
        return Counter(filter(None, (origin(spans, names) for spans in found)))

    async def passed_by(self, traces: Collection[str], services: Sequence[str], window: Window) -> int:
        """How many of them certainly reached none of `services`. Raises Unavailable, IntegrationError."""
        found = await asyncio.gather(*(self._traces.trace(each, window) for each in traces))
        return sum(passed_by(spans, services) for spans in found)
