"""The edge's counts, kept as metrics."""

from __future__ import annotations

from bot.runtime.metrics import FAULTS, REFUSALS, REQUESTS_REFUSED


class MetricCounts:
    """What the guard and the transports count into."""

    def refused_request(self, reason: str) -> None:
        REQUESTS_REFUSED.labels(reason).inc()

    def refusal(self, error: str) -> None:
        REFUSALS.labels(error).inc()

    def fault(self, error: str) -> None:
        FAULTS.labels(error).inc()
