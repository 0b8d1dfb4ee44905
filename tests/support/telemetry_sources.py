"""Every source of logs, traces and metrics that the contract suite holds to its claims.

A source joins with a factory: given what there is to find (once for all claims; nothing is written after that), it
gives the port. Times are of the last hour.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.ports.telemetry import Happened, Level, LogLine, LogSource, MetricSource, Span, TraceSource, Window
from tests.support.telemetry import a_telemetry_town, counter, gauge
from tests.support.vendors import sources as vendors

START = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=40)
"""A full minute."""
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ALL = Window(START, START + 20 * MINUTE)
PLACE, ELSEWHERE = "integration", "staging-2"
TRACE, OTHER_TRACE = "5b8efff798038103d269b633813fc60c", "0af7651916cd43dd8448eb211c80319c"


@dataclass(frozen=True, slots=True)
class Served:
    """A request that a service answered. at: when it had answered."""

    at: datetime
    service: str
    took: timedelta
    failed: bool = False
    environment: str = PLACE


Place = tuple[LogLine, str]
"""A line, and the environment it was written in."""
Make = AbstractAsyncContextManager
LogFactory = Callable[[pytest.FixtureRequest, Sequence[Place]], Make[LogSource]]
TraceFactory = Callable[[pytest.FixtureRequest, Sequence[Span]], Make[TraceSource]]
MetricFactory = Callable[[pytest.FixtureRequest, Sequence[Served]], Make[MetricSource]]

LINES: tuple[Place, ...] = (
    (LogLine(START + 1 * MINUTE, "orders", Level.INFO, "order 4711 was placed", TRACE, "00f067aa0ba902b7"), PLACE),
    (LogLine(START + 2 * MINUTE, "orders", Level.DEBUG, "basket has 3 items"), PLACE),
    (
        LogLine(START + 3 * MINUTE, "payments", Level.ERROR, "Currency ÄÖÜ not supported", TRACE, "b7ad6b7169203331"),
        PLACE,
    ),
    (LogLine(START + 4 * MINUTE, "payments", Level.WARN, "retrying 100% of cards_x"), PLACE),
    (LogLine(START + 5 * MINUTE, "payments", Level.FATAL, "out of memory"), ELSEWHERE),
    (
        LogLine(START + 6 * MINUTE, "inventory", Level.INFO, "stock is fine", attributes={"sku": "A-1", "left": "7"}),
        PLACE,
    ),
)
SPANS: tuple[Span, ...] = (
    Span(TRACE, "00f067aa0ba902b7", "", "orders", "POST /orders", "server", START + MINUTE, 3 * SECOND,
         failed=True, status="payment failed", environment=PLACE, version="2.1.0"),
    Span(TRACE, "53995c3f42cd8ad8", "00f067aa0ba902b7", "orders", "POST", "client", START + MINUTE + SECOND / 2,
         2 * SECOND, environment=PLACE, version="2.1.0", attributes={"server.address": "payments"}),
    Span(TRACE, "b7ad6b7169203331", "53995c3f42cd8ad8", "payments", "POST /charge", "server", START + MINUTE + SECOND,
         SECOND, failed=True, status="ValueError", environment=PLACE, version="1.5.0",
         events=(Happened(START + MINUTE + 2 * SECOND, "exception", {"exception.type": "ValueError"}),)),
    Span(OTHER_TRACE, "1f2e3d4c5b6a7988", "", "orders", "GET /orders", "server", START + 2 * MINUTE, SECOND / 10,
         environment=PLACE, version="2.1.0"),
    Span("4bf92f3577b34da6a3ce929d0e0e4736", "aaaaaaaaaaaaaaa1", "", "orders", "GET /orders", "server",
         START + 3 * MINUTE, SECOND / 5, environment=ELSEWHERE, version="2.0.0"),
)  # fmt: skip
SERVED: tuple[Served, ...] = (
    *(Served(START + MINUTE + n * SECOND / 2, "orders", SECOND / 10, failed=n < 3) for n in range(60)),
    *(Served(START + 3 * MINUTE + n * SECOND, "orders", 2 * SECOND if n < 4 else SECOND / 100) for n in range(1, 51)),
    *(Served(START + MINUTE + n * SECOND, "payments", SECOND, failed=True) for n in range(10)),
    *(Served(START + MINUTE + n * SECOND, "orders", SECOND, failed=True, environment=ELSEWHERE) for n in range(7)),
)


@dataclass(frozen=True, slots=True)
class Used:
    """What one instance of a service has used at a moment. memory: bytes now. cpu: seconds since it began."""

    at: datetime
    service: str
    memory: float
    cpu: float
    instance: str = "one"
    environment: str = PLACE


USED: tuple[Used, ...] = (
    *(Used(START + n * 10 * SECOND, "orders", 8e7 + 1e6 * n, 2.0 + n * 4.0) for n in range(60)),
    *(Used(START + n * 10 * SECOND, "orders", 4e7 + 1e6 * n, 9.0 + n * 2.0, "two") for n in range(60)),
    *(Used(START + n * 10 * SECOND, "orders", 5e6, 0.5, environment=ELSEWHERE) for n in range(60)),
)
"""Two instances of orders, of 60 MB at first and a MB more every ten seconds on average, at 0.3 cores."""
UsedFactory = Callable[[pytest.FixtureRequest, Sequence[Used]], Make[MetricSource]]


@asynccontextmanager
async def embedded_logs(request: pytest.FixtureRequest, places: Sequence[Place]) -> AsyncGenerator[LogSource]:
    async with a_telemetry_town(_address(request)) as town:
        for environment in {place for _, place in places}:
            await town.lines(*(line for line, place in places if place == environment), environment=environment)
        yield town.stored


@asynccontextmanager
async def embedded_traces(request: pytest.FixtureRequest, spans: Sequence[Span]) -> AsyncGenerator[TraceSource]:
    async with a_telemetry_town(_address(request)) as town:
        await town.spans(*spans)
        yield town.stored


@asynccontextmanager
async def embedded_metrics(request: pytest.FixtureRequest, served: Sequence[Served]) -> AsyncGenerator[MetricSource]:
    """Counted from the spans of requests."""
    async with a_telemetry_town(_address(request)) as town:
        await town.spans(*map(_as_span, served, count(1)))
        yield town.stored


@asynccontextmanager
async def embedded_resources(request: pytest.FixtureRequest, used: Sequence[Used]) -> AsyncGenerator[MetricSource]:
    """Told as OpenTelemetry's libraries do: memory as a gauge, CPU time by its mode and from a beginning on."""
    async with a_telemetry_town(_address(request)) as town:
        for each in used:
            told = [
                gauge("process.memory.usage", "By", each.at, {"": each.memory}),
                counter("process.cpu.time", "s", each.at, {"user": each.cpu * 0.75, "system": each.cpu * 0.25}, START),
            ]
            await town.metrics(each.service, *told, environment=each.environment, instance=each.instance)
        yield town.stored


def _as_span(each: Served, number: int) -> Span:
    return Span(
        f"{number:032x}",
        f"{number:016x}",
        "",
        each.service,
        "GET",
        "server",
        each.at - each.took,
        each.took,
        failed=each.failed,
        environment=each.environment,
    )


def _address(request: pytest.FixtureRequest) -> str:
    factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
    folder: Path = factory.mktemp("telemetry")
    return f"sqlite+aiosqlite:///{folder}/telemetry.db"


LOG_SOURCES: dict[str, LogFactory] = {
    "embedded": embedded_logs,
    "datadog": vendors.datadog_logs,
    "loki": vendors.loki_logs,
}
TRACE_SOURCES: dict[str, TraceFactory] = {
    "embedded": embedded_traces,
    "datadog": vendors.datadog_traces,
    "tempo": vendors.tempo_traces,
}
METRIC_SOURCES: dict[str, MetricFactory] = {
    "embedded": embedded_metrics,
    "datadog": vendors.datadog_metrics,
    "prometheus": vendors.prometheus_metrics,
}
RESOURCE_SOURCES: dict[str, UsedFactory] = {
    "embedded": embedded_resources,
    "datadog": vendors.datadog_resources,
    "prometheus": vendors.prometheus_resources,
}
