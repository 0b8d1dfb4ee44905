"""The vendors' sources of telemetry, each before a server of its protocol that holds what there is to find."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.ports.telemetry import LogQuery, RateQuery, Span, SpanQuery, Window
from integrations.datadog.logs import DatadogLogs
from integrations.datadog.metrics import DatadogMetrics
from integrations.datadog.reach import Keys, reach
from integrations.datadog.traces import DatadogTraces
from integrations.kit.grafana import Explore
from integrations.kit.source import Source
from integrations.loki import LokiLogs
from integrations.prometheus import PrometheusMetrics
from integrations.tempo.traces import TempoTraces
from tests.support.vendors import datadog, loki, prometheus, tempo
from tests.support.vendors.server import served
from tests.support.vendors.towns import client
from tests.support.vendors.world import World

EXPLORE = Explore("https://grafana.example", "uid-1")
DATADOG_PAGES = "https://app.datadoghq.com"
DATADOG_KEYS = Keys(SecretStr(datadog.API_KEY), SecretStr(datadog.APP_KEY))


@asynccontextmanager
async def datadog_api(server: datadog.Server) -> AsyncGenerator[Source]:
    async with served(datadog.app(server)) as (url,), client() as http:
        yield reach(http, DATADOG_KEYS, base_url=url)


@asynccontextmanager
async def datadog_logs(_: pytest.FixtureRequest, places: Sequence[Any]) -> AsyncGenerator[DatadogLogs]:
    async with datadog_api(datadog.Server(lines=places)) as api:
        yield DatadogLogs(api, pages=DATADOG_PAGES)


@asynccontextmanager
async def datadog_traces(_: pytest.FixtureRequest, spans: Sequence[Span]) -> AsyncGenerator[DatadogTraces]:
    async with datadog_api(datadog.Server(spans=spans)) as api:
        yield DatadogTraces(api, pages=DATADOG_PAGES)


@asynccontextmanager
async def datadog_metrics(_: pytest.FixtureRequest, requests: Sequence[Any]) -> AsyncGenerator[DatadogMetrics]:
    async with datadog_api(datadog.Server(served=requests)) as api:
        yield DatadogMetrics(api, pages=DATADOG_PAGES)


@asynccontextmanager
async def prometheus_metrics(
    request: pytest.FixtureRequest, requests: Sequence[Any]
) -> AsyncGenerator[PrometheusMetrics]:
    if not prometheus.is_here():
        pytest.skip(prometheus.MISSING)
    folder = request.getfixturevalue("tmp_path_factory").mktemp("prometheus")
    until = max(each.at for each in requests) + timedelta(minutes=5)
    async with prometheus.prometheus(folder, prometheus.requested(requests, until)) as url, client() as http:
        yield PrometheusMetrics(http, base_url=url)


@asynccontextmanager
async def datadog_resources(_: pytest.FixtureRequest, used: Sequence[Any]) -> AsyncGenerator[DatadogMetrics]:
    async with datadog_api(datadog.Server(used=used)) as api:
        yield DatadogMetrics(api, pages=DATADOG_PAGES)


@asynccontextmanager
async def prometheus_resources(
    request: pytest.FixtureRequest, used: Sequence[Any]
) -> AsyncGenerator[PrometheusMetrics]:
    if not prometheus.is_here():
        pytest.skip(prometheus.MISSING)
    folder = request.getfixturevalue("tmp_path_factory").mktemp("prometheus")
    async with prometheus.prometheus(folder, prometheus.used_up(used)) as url, client() as http:
        yield PrometheusMetrics(http, base_url=url)


@asynccontextmanager
async def loki_logs(_: pytest.FixtureRequest, places: Sequence[Any]) -> AsyncGenerator[LokiLogs]:
    async with served(loki.Server(places).app()) as (url,), client() as http:
        yield LokiLogs(http, base_url=url, token=SecretStr(loki.TOKEN), explore=EXPLORE)


@asynccontextmanager
async def tempo_traces(_: pytest.FixtureRequest, spans: Sequence[Span]) -> AsyncGenerator[TempoTraces]:
    async with served(tempo.Server(spans).app()) as (url,), client() as http:
        yield TempoTraces(http, base_url=url, token=SecretStr(tempo.TOKEN), explore=EXPLORE)


@dataclass(frozen=True)
class Vendor:
    """A vendor's server, and what asks it something. settings: that an error about credentials or addresses names."""

    name: str
    world: World
    settings: str
    ask: Callable[[], Awaitable[Any]]
    ask_with: Callable[[str], Awaitable[Any]]
    """With this key."""
    ask_nobody: Callable[[], Awaitable[Any]]
    """At an address where nobody is."""


NOBODY = "http://127.0.0.1:9"
NOW = datetime.now(UTC)
LATELY = Window(NOW - timedelta(minutes=10), NOW)


@asynccontextmanager
async def a_datadog() -> AsyncGenerator[Vendor]:
    server = datadog.Server()
    async with served(datadog.app(server)) as (url,), client() as http:

        async def ask(keys: Keys = DATADOG_KEYS, base_url: str = url) -> object:
            return await DatadogLogs(reach(http, keys, base_url=base_url), pages="").logs(LogQuery(LATELY))

        async def ask_with(key: str) -> object:
            return await ask(Keys(SecretStr(key), SecretStr(key)))

        yield Vendor("Datadog", server.world, "DATADOG_API_KEY", ask, ask_with, lambda: ask(base_url=NOBODY))


@asynccontextmanager
async def a_prometheus() -> AsyncGenerator[Vendor]:
    world = World()
    async with served(prometheus.app(world)) as (url,), client() as http:

        async def ask(token: str = prometheus.TOKEN, base_url: str = url) -> object:
            source = PrometheusMetrics(http, base_url=base_url, token=SecretStr(token))
            return await source.rates(RateQuery(LATELY, "orders"))

        yield Vendor("Prometheus", world, "SIGNALBOX_PROMETHEUS_TOKEN", ask, ask, lambda: ask(base_url=NOBODY))


@asynccontextmanager
async def a_loki() -> AsyncGenerator[Vendor]:
    server = loki.Server()
    async with served(server.app()) as (url,), client() as http:

        async def ask(token: str = loki.TOKEN, base_url: str = url) -> object:
            return await LokiLogs(http, base_url=base_url, token=SecretStr(token)).logs(LogQuery(LATELY))

        yield Vendor("Loki", server.world, "SIGNALBOX_LOKI_TOKEN", ask, ask, lambda: ask(base_url=NOBODY))


@asynccontextmanager
async def a_tempo() -> AsyncGenerator[Vendor]:
    server = tempo.Server()
    async with served(server.app()) as (url,), client() as http:

        async def ask(token: str = tempo.TOKEN, base_url: str = url) -> object:
            return await TempoTraces(http, base_url=base_url, token=SecretStr(token)).spans(SpanQuery(LATELY))

        yield Vendor("Tempo", server.world, "SIGNALBOX_TEMPO_TOKEN", ask, ask, lambda: ask(base_url=NOBODY))


VENDORS = {"datadog": a_datadog, "prometheus": a_prometheus, "loki": a_loki, "tempo": a_tempo}
