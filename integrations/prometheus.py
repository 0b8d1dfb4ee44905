"""Rates of requests and what is used up, from Prometheus or whatever speaks its HTTP API (prometheus.io/docs, Querying:
HTTP API).

Rates are read from the histogram of OpenTelemetry's semantic conventions, `http.server.request.duration`, as Prometheus
names it; resources under the names of OpenTelemetry, of Prometheus' own client libraries and of Kubernetes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import httpx
import msgspec
from pydantic import SecretStr

from bot.ports.telemetry import Amount, RatePoint, RateQuery, ResourceQuery, ResourceSeries, Window
from integrations.kit.credentials import bearer
from integrations.kit.queries import literal
from integrations.kit.source import Source

METRIC = "http_server_request_duration_seconds"
REMEDY = "Check SIGNALBOX_PROMETHEUS_URL and SIGNALBOX_PROMETHEUS_TOKEN."
WHAT = "rates of requests"
EARLIER = "15m"
"""How far back the value before a step is looked for: a target may have been away for a while."""

RESOURCES = "what services use up"
HELD = {
    "process_resident_memory_bytes": "By",
    "process_memory_usage_bytes": "By",
    "container_memory_working_set_bytes": "By",
    "jvm_memory_used_bytes": "By",
    "go_memstats_heap_inuse_bytes": "By",
    "go_memory_used_bytes": "By",
    "nodejs_heap_size_used_bytes": "By",
    "process_open_fds": "{file_descriptor}",
    "process_open_file_descriptor_count": "{file_descriptor}",
    "process_thread_count": "{thread}",
    "jvm_threads_current": "{thread}",
    "jvm_threads_live_threads": "{thread}",
    "jvm_thread_count": "{thread}",
    "tomcat_threads_busy_threads": "{thread}",
    "go_goroutines": "{goroutine}",
    "go_goroutine_count": "{goroutine}",
    "nodejs_eventloop_lag_p99_seconds": "s",
    "nodejs_eventloop_delay_p99_seconds": "s",
    "hikaricp_connections_active": "{connection}",
    "hikaricp_connections_pending": "{request}",
    "db_client_connection_pending_requests": "{request}",
    "executor_queued_tasks": "{task}",
}
"""Gauges, with their units."""

SPENT = {
    "process_cpu_seconds_total": "s",
    "process_cpu_time_seconds_total": "s",
    "container_cpu_usage_seconds_total": "s",
    "jvm_gc_pause_seconds_sum": "s",
    "jvm_gc_collection_seconds_sum": "s",
    "jvm_gc_duration_seconds_sum": "s",
    "kube_pod_container_status_restarts_total": "{restart}",
}
"""Counters, with their units."""

OF_STATE = {"db_client_connection_count[used]": 'db_client_connection_state="used"'}
SCRAPED = ("1m", "2m")
"""How far back a counter is looked at: most are read twice in the first of these, all in the second."""

SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
MILLISECOND = timedelta(milliseconds=1)


class _Series(msgspec.Struct, frozen=True):
    """values: unix time, and the number as text."""

    metric: dict[str, str]
    values: list[tuple[float, str]]


class _Matrix(msgspec.Struct, frozen=True):
    result: list[_Series]


class _Answer(msgspec.Struct, frozen=True):
    data: _Matrix


class PrometheusMetrics:
    """Implements MetricSource. The labels are those by which services, environments and status codes are told apart."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        base_url: str,
        token: SecretStr | None = None,
        service_label: str = "service_name",
        environment_label: str = "deployment_environment_name",
        status_label: str = "http_response_status_code",
    ) -> None:
        credentials = bearer(token) if token else {}
        self._api = Source(http, name="Prometheus", base_url=base_url, credentials=credentials, remedy=REMEDY)
        self._root, self._service, self._environment = base_url.rstrip("/"), service_label, environment_label
        self._status = status_label

    async def rates(self, query: RateQuery) -> tuple[RatePoint, ...]:
        """A last step that the window cuts short is asked for by itself."""
        window, step = query.window, query.step
        whole = (window.end - window.start) // step
        cut = window.start + whole * step
        points = await self._points(query, Window(window.start, cut), step) if whole else ()
        rest = window.end - cut
        return (*points, *(await self._points(query, Window(cut, window.end), rest) if rest >= MILLISECOND else ()))

    def rates_link(self, query: RateQuery) -> str:
        rate = f"rate({METRIC}_count{self._selector(query)}[{_span(query.step)}])"
        return self._link(query, f"sum by ({self._status}) ({rate})")

    def _link(self, query: RateQuery | ResourceQuery, expression: str) -> str:
        parts = {
            "g0.expr": expression,
            "g0.tab": "0",
            "g0.range_input": f"{math.ceil((query.window.end - query.window.start).total_seconds())}s",
            "g0.end_input": f"{query.window.end:%Y-%m-%d %H:%M:%S}",
        }
        return f"{self._root}/graph?{urlencode(parts)}"

    async def resources(self, query: ResourceQuery) -> tuple[ResourceSeries, ...]:
        """Each amount is read at the end of its step, and the mean of instances. A short window is one step."""
        wanted, step = self._wanted(query), min(query.step, query.window.end - query.window.start)
        if step < MILLISECOND:
            return ()
        asked = {
            "query": " or ".join(_named(expression, metric) for metric, (expression, _) in wanted.items()),
            "start": _unix(query.window.start + step),
            "end": _unix(query.window.end),
            "step": f"{step.total_seconds():.3f}",
        }
        seen = await self._api.search("/api/v1/query_range", RESOURCES, _Answer, data=asked)
        found = {each.metric.get("part", ""): each.values for each in seen.data.result}
        told = (
            ResourceSeries(metric, unit, step, self._amounts(found[metric], step), self._link(query, text))
            for metric, (text, unit) in wanted.items()
            if metric in found
        )
        return tuple(each for each in told if each.amounts)[: query.most]

    def _wanted(self, query: ResourceQuery) -> dict[str, tuple[str, str]]:
        """By metric its expression and unit, those that tell most first."""
        where = self._selector(query)
        held = {metric: (_per_instance(metric, f"{metric}{where}"), unit) for metric, unit in HELD.items()}
        spent = {
            metric: (
                _per_instance(metric, " or ".join(f"rate({metric}{where}[{back}])" for back in SCRAPED)),
                f"{unit}/s",
            )
            for metric, unit in SPENT.items()
        }
        used = {
            metric: (_per_instance(metric, f"{metric.partition('[')[0]}{self._selector(query, state)}"), "{connection}")
            for metric, state in OF_STATE.items()
        }
        return {**spent, **used, **held}

    def _amounts(self, values: Sequence[tuple[float, str]], step: timedelta) -> tuple[Amount, ...]:
        told = ((moment, self._number(text, RESOURCES)) for moment, text in values)
        return tuple(
            Amount(datetime.fromtimestamp(moment, UTC) - step, value) for moment, value in told if value is not None
        )

    async def _points(self, query: RateQuery, window: Window, step: timedelta) -> tuple[RatePoint, ...]:
        """Each value is read at the end of its step."""
        asked = {
            "query": self._parts(query, step),
            "start": _unix(window.start + step),
            "end": _unix(window.end),
            "step": f"{step.total_seconds():.3f}",
        }
        seen = await self._api.search("/api/v1/query_range", WHAT, _Answer, data=asked)
        found = {each.metric.get("part", ""): dict(each.values) for each in seen.data.result}
        count = (window.end - window.start) // step
        return tuple(self._point(found, window.start + index * step, step) for index in range(count))

    def _point(self, found: Mapping[str, Mapping[float, str]], at: datetime, step: timedelta) -> RatePoint:
        moment = float(_unix(at + step))
        seen = {part: self._number(values[moment]) for part, values in found.items() if moment in values}
        requests, errors = round(seen.get("requests") or 0), round(seen.get("errors") or 0)
        if not requests:
            return RatePoint(at, 0, 0)
        p50, p95, p99 = (_duration(seen.get(share)) for share in SHARES)
        return RatePoint(at, requests, errors, p50, p95, p99)

    def _number(self, text: str, what: str = WHAT) -> float | None:
        try:
            value = float(text)
        except ValueError as error:
            raise self._api.malformed(what, f"{text[:40]!r} is no number") from error
        return value if math.isfinite(value) else None

    def _parts(self, query: RateQuery, step: timedelta) -> str:
        """All that makes a point, in one round trip."""
        selector, failed = self._selector(query), self._selector(query, f'{self._status}=~"5.."')
        buckets = f"sum by (le) ({_grown(f'{METRIC}_bucket{selector}', step)})"
        parts = {
            "requests": f"sum({_grown(f'{METRIC}_count{selector}', step)})",
            "errors": f"sum({_grown(f'{METRIC}_count{failed}', step)})",
            **{name: f"histogram_quantile({share}, {buckets})" for name, share in SHARES.items()},
        }
        return " or ".join(_named(wanted, name) for name, wanted in parts.items())

    def _selector(self, query: RateQuery | ResourceQuery, *more: str) -> str:
        matchers = [f"{self._service}={literal(query.service)}", *more]
        if query.environment:
            matchers.append(f"{self._environment}={literal(query.environment)}")
        return f"{{{','.join(matchers)}}}"


def _grown(counter: str, step: timedelta) -> str:
    """By how much each counter grew. One that began anew, or was not there before, grew by all it has: `increase` would
    leave out what it began with, such as the first error of a service.
    """
    return f"((({counter} - last_over_time({counter}[{EARLIER}] offset {_span(step)})) >= 0) or {counter})"


def _named(expression: str, name: str) -> str:
    """So that the answers of several expressions can be told apart."""
    return f'label_replace({expression}, "part", "{name}", "", "")'


def _per_instance(metric: str, expression: str) -> str:
    """The mean over instances. cAdvisor tells of a pod and of each of its containers: the pod is the largest."""
    of_one = "max" if metric.startswith("container_") else "sum"
    return f"avg({of_one} by (instance, pod) ({expression}))"


def _span(length: timedelta) -> str:
    return f"{length // MILLISECOND}ms"


def _unix(at: datetime) -> str:
    return f"{at.timestamp():.3f}"


def _duration(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
