"""What services use up, as Datadog's agent and libraries name it, and OpenTelemetry (docs.datadoghq.com/containers,
/tracing/metrics/runtime_metrics, /opentelemetry/mapping).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from bot.ports.telemetry import Amount, ResourceQuery, ResourceSeries
from integrations.datadog.pages import MILLISECOND, milliseconds
from integrations.datadog.shapes import Timeseries
from integrations.datadog.syntax import quoted, scope, tag

WHAT = "what services use up"


class Kept(NamedTuple):
    """unit, scale: of the port, and what Datadog's own is multiplied with. grows: it is told as growth by the second.
    state: a tag that it is asked with.
    """

    unit: str
    scale: float = 1.0
    grows: bool = False
    state: str = ""


BYTES, SECONDS = Kept("By"), Kept("s/s", grows=True)
THREADS, CONNECTIONS = Kept("{thread}"), Kept("{connection}")
METRICS: Mapping[str, Kept] = {
    "container.memory.usage": BYTES,
    "container.cpu.usage": Kept("s/s", 1e-9),
    "kubernetes.containers.restarts": Kept("{restart}"),
    "process.memory.usage": BYTES,
    "process.cpu.time": SECONDS,
    "process.thread.count": THREADS,
    "process.open_file_descriptor.count": Kept("{file_descriptor}"),
    "db.client.connection.count": Kept("{connection}", state="db.client.connection.state:used"),
    "db.client.connection.pending_requests": Kept("{request}"),
    "jvm.memory.used": BYTES,
    "jvm.heap_memory": BYTES,
    "jvm.thread.count": THREADS,
    "jvm.thread_count": THREADS,
    "hikaricp.connections.active": CONNECTIONS,
    "runtime.python.mem.rss": BYTES,
    "runtime.python.thread_count": THREADS,
    "runtime.node.mem.rss": BYTES,
    "runtime.node.event_loop.delay.avg": Kept("s", 1e-9),
    "runtime.go.num_goroutine": Kept("{goroutine}"),
    "runtime.go.mem_stats.heap_inuse": BYTES,
    "runtime.ruby.thread_count": THREADS,
    "runtime.dotnet.threads.count": THREADS,
}
"""Those that tell most first."""


def asked_of(query: ResourceQuery, environment_tag: str) -> dict[str, object]:
    """The attributes of one request for all of them."""
    where = scope(query.service, query.environment, environment_tag)
    wanted = [(f"q{place}", _query(metric, of, where)) for place, (metric, of) in enumerate(METRICS.items())]
    return {
        "formulas": [{"formula": name} for name, _ in wanted],
        "queries": [{"data_source": "metrics", "name": name, "query": text} for name, text in wanted],
        "from": milliseconds(query.window.start),
        "to": milliseconds(query.window.end),
        "interval": query.step // MILLISECOND,
    }


def _query(metric: str, of: Kept, where: str) -> str:
    scoped = f"{where.removesuffix('}')},{of.state}}}" if of.state else where
    return f"avg:{metric}{scoped}{'.as_rate()' if of.grows else ''}"


def told(query: ResourceQuery, seen: Timeseries, link: str) -> tuple[ResourceSeries, ...]:
    """By the steps that Datadog's intervals cover most of; those that it knows nothing of are left out."""
    rows = {series.query_index: row for series, row in zip(seen.series, seen.values, strict=True)}
    found = (
        ResourceSeries(_named(metric, of), of.unit, query.step, _amounts(query, seen.times, rows[place], of), link)
        for place, (metric, of) in enumerate(METRICS.items())
        if place in rows
    )
    return tuple(each for each in found if each.amounts)[: query.most]


def _named(metric: str, of: Kept) -> str:
    return f"{metric}[{of.state.partition(':')[2]}]" if of.state else metric


def _amounts(query: ResourceQuery, times: list[int], row: list[float | None], of: Kept) -> tuple[Amount, ...]:
    start, step = query.window.start, query.step
    count = max(1, -((start - query.window.end) // step))
    found: dict[int, list[float]] = {}
    for at, value in zip(times, row, strict=True):
        if value is not None:
            place = round((at - milliseconds(start)) / (step / timedelta(milliseconds=1)))
            found.setdefault(min(max(place, 0), count - 1), []).append(value * of.scale)
    return tuple(Amount(start + place * step, sum(seen) / len(seen)) for place, seen in sorted(found.items()))


def link(query: ResourceQuery, pages: str, environment_tag: str) -> str:
    """The containers of the service, at that time."""
    environment = f" {environment_tag}:{quoted(tag(query.environment))}" if query.environment else ""
    parts = {
        "query": f"service:{quoted(query.service)}{environment}",
        "from_ts": milliseconds(query.window.start),
        "to_ts": milliseconds(query.window.end),
        "live": "false",
    }
    return f"{pages}/containers?{urlencode(parts)}"
