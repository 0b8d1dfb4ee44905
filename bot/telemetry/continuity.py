"""Between which services do traces break off?"""

from __future__ import annotations

from collections.abc import Sequence

from bot.ports.telemetry import Known, SpanQuery, TraceSource, Window
from bot.telemetry.lost_context import dropped

LOOKED_AT = 1_000
"""Spans, the newest of a window: about a hundred requests through a handful of services."""


class TraceContinuity:
    """names: whose names of services it takes."""

    def __init__(self, traces: Known[TraceSource]) -> None:
        self._traces, self.names = traces.source, traces.names

    async def broken(self, services: Sequence[str], environment: str, window: Window) -> frozenset[tuple[str, str]]:
        """Pairs of services, caller and called, among `services`. Raises Unavailable, IntegrationError."""
        query = SpanQuery(window, services=tuple(services), environment=environment, limit=LOOKED_AT)
        found = await self._traces.spans(query)
        return frozenset((each.caller, each.service) for each in dropped(found.items))
