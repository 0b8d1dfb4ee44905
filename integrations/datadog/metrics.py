"""Rates of requests from the trace metrics (docs.datadoghq.com/tracing/metrics/metrics_namespace), and `resources`.

Read by version 2 of the API, whose times are milliseconds; those of version 1 are seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from bot.ports.telemetry import RatePoint, RateQuery, ResourceQuery, ResourceSeries
from integrations.datadog import resources
from integrations.datadog.pages import MILLISECOND, milliseconds
from integrations.datadog.shapes import Timeseries, TimeseriesAnswer, Unit
from integrations.datadog.syntax import quoted, scope, tag
from integrations.kit.source import Source

SHARES = ("p50", "p95", "p99")
WHAT = "rates of requests"


class _Sum(NamedTuple):
    """What one interval of Datadog's has."""

    at: int
    requests: float
    errors: float
    latencies: tuple[timedelta | None, ...]


class DatadogMetrics:
    """Implements MetricSource.

    operation: the name of the operation that serves a request, as services send it: `http.server.request` of
    OpenTelemetry, or that of a Datadog library, such as `flask.request`. pages, environment_tag: as of DatadogLogs.
    """

    def __init__(
        self, api: Source, *, pages: str, operation: str = "http.server.request", environment_tag: str = "env"
    ) -> None:
        self._api, self._pages, self._tag, self._operation = api, pages, environment_tag, operation

    async def rates(self, query: RateQuery) -> tuple[RatePoint, ...]:
        """Datadog's intervals begin at multiples of their length: each counts for the step that it covers most of."""
        where = scope(query.service, query.environment, self._tag)
        metric = f"trace.{self._operation}"
        asked = {
            "requests": f"sum:{metric}.hits{where}.as_count()",
            "errors": f"sum:{metric}.errors{where}.as_count()",
            **{share: f"{share}:{metric}{where}" for share in SHARES},
        }
        attributes = {
            "formulas": [{"formula": name} for name in asked],
            "queries": [{"data_source": "metrics", "name": name, "query": wanted} for name, wanted in asked.items()],
            "from": milliseconds(query.window.start),
            "to": milliseconds(query.window.end),
            "interval": query.step // MILLISECOND,
        }
        return _points(query, list(self._sums(await self._timeseries(WHAT, attributes))))

    async def resources(self, query: ResourceQuery) -> tuple[ResourceSeries, ...]:
        """As the agent and Datadog's libraries tell it, and OpenTelemetry."""
        seen = await self._timeseries(resources.WHAT, resources.asked_of(query, self._tag))
        return resources.told(query, seen, resources.link(query, self._pages, self._tag))

    async def _timeseries(self, what: str, attributes: dict[str, object]) -> Timeseries:
        body = {"data": {"type": "timeseries_request", "attributes": attributes}}
        seen = await self._api.search("/api/v2/query/timeseries", what, TimeseriesAnswer, json=body)
        if seen.errors:
            raise self._api.malformed(what, seen.errors)
        found = seen.data.attributes
        if any(len(row) != len(found.times) for row in found.values) or len(found.values) != len(found.series):
            raise self._api.malformed(what, "its times do not fit its values")
        return found

    def rates_link(self, query: RateQuery) -> str:
        """The requests themselves. `paused`: or the page moves on with the clock."""
        environment = f" {self._tag}:{quoted(tag(query.environment))}" if query.environment else ""
        parts = {
            "query": f"service:{quoted(query.service)} operation_name:{quoted(self._operation)}{environment}",
            "start": milliseconds(query.window.start),
            "end": milliseconds(query.window.end),
            "paused": "true",
        }
        return f"{self._pages}/apm/traces?{urlencode(parts)}"

    @staticmethod
    def _sums(seen: Timeseries) -> Iterator[_Sum]:
        rows = {series.query_index: (row, series.unit) for series, row in zip(seen.series, seen.values, strict=True)}
        nothing: list[float | None] = [None] * len(seen.times)
        (requests, _), (errors, _), *shares = (rows.get(index, (nothing, None)) for index in range(2 + len(SHARES)))
        for place, at in enumerate(seen.times):
            latencies = tuple(_duration(row[place], unit) for row, unit in shares)
            yield _Sum(at, requests[place] or 0, errors[place] or 0, latencies)


def _points(query: RateQuery, sums: list[_Sum]) -> tuple[RatePoint, ...]:
    start, step = milliseconds(query.window.start), query.step // MILLISECOND
    count = -((query.window.start - query.window.end) // query.step)
    steps: list[list[_Sum]] = [[] for _ in range(count)]
    for each in sums:
        steps[min(max((each.at - start + step // 2) // step, 0), count - 1)].append(each)
    return tuple(_point(query.window.start + index * query.step, found) for index, found in enumerate(steps))


def _point(at: datetime, sums: list[_Sum]) -> RatePoint:
    """Of two intervals in one step, the latencies are those of the one with more requests: they cannot be added."""
    requests = round(sum(each.requests for each in sums))
    errors = round(sum(each.errors for each in sums))
    busiest = max(sums, key=lambda each: each.requests, default=None)
    return RatePoint(at, requests, errors, *(busiest.latencies if busiest and requests else (None, None, None)))


def _duration(value: float | None, unit: list[Unit | None] | None) -> timedelta | None:
    """Seconds, unless the answer names another unit of time."""
    said = unit[0] if unit else None
    scale = said.scale_factor if said and said.family == "time" else 1.0
    return None if value is None else timedelta(seconds=value * scale)
