"""Where logs, traces and rates are read from: the sources that were set up, and then the embedded store."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from bot.bootstrap.floor import Floor
from bot.deployments.marking import Marked
from bot.ports.telemetry import Known, LogSource, MetricSource, Sources, TraceSource
from bot.settings import Settings
from bot.telemetry.queries import StoredTelemetry
from integrations.datadog.events import DatadogEvents, reach_intake
from integrations.datadog.logs import DatadogLogs
from integrations.datadog.metrics import DatadogMetrics
from integrations.datadog.reach import Keys, pages_of, reach
from integrations.datadog.traces import DatadogTraces
from integrations.kit.grafana import Explore
from integrations.kit.source import Source
from integrations.kit.vendor import http_client
from integrations.loki import LokiLogs
from integrations.prometheus import PrometheusMetrics
from integrations.tempo.traces import TempoTraces

OTEL = "otel"
DATADOG = "Datadog", "datadog"
"""Its name, and that of its aliases in the catalog."""
HERE = "Signalbox"
"""What services send to this one."""


def open_sources(floor: Floor, stored: StoredTelemetry) -> tuple[Sources, Marked | None]:
    """Whom to ask, and where deployments are marked."""
    http = http_client()
    floor.life.on_stop("sources of telemetry", http.aclose)
    here = Known(HERE, OTEL, stored)
    return chosen_sources(floor.settings, http, here), chosen_marks(floor.settings, http)


def chosen_sources(settings: Settings, http: httpx.AsyncClient, *here: Known[StoredTelemetry]) -> Sources:
    """What was set up, before `here`. Prometheus, Loki and Tempo have services as OpenTelemetry names them."""
    logs, traces, metrics = list[Known[LogSource]](), list[Known[TraceSource]](), list[Known[MetricSource]]()
    if settings.loki_url:
        logs.append(Known("Loki", OTEL, _loki(settings, http, settings.loki_url)))
    if settings.tempo_url:
        traces.append(Known("Tempo", OTEL, _tempo(settings, http, settings.tempo_url)))
    if settings.prometheus_url:
        metrics.append(Known("Prometheus", OTEL, _prometheus(settings, http, settings.prometheus_url)))
    if (datadog := datadog_of(settings, http)) is not None:
        about = {"pages": datadog.pages, "environment_tag": settings.datadog_environment_tag}
        logs.append(Known(*DATADOG, DatadogLogs(datadog.api, **about)))
        traces.append(Known(*DATADOG, DatadogTraces(datadog.api, **about)))
        metrics.append(Known(*DATADOG, DatadogMetrics(datadog.api, operation=settings.datadog_operation, **about)))
    return Sources((*logs, *here), (*traces, *here), (*metrics, *here))


@dataclass(frozen=True, slots=True)
class Datadog:
    """pages: where people look at it."""

    keys: Keys
    api: Source
    pages: str


def datadog_of(settings: Settings, http: httpx.AsyncClient) -> Datadog | None:
    """None when its keys are not set."""
    if settings.datadog_api_key is None or settings.datadog_app_key is None:
        return None
    keys, site = Keys(settings.datadog_api_key, settings.datadog_app_key), settings.datadog_site
    api = reach(http, keys, site=site, base_url=settings.datadog_api_url or "")
    return Datadog(keys, api, settings.datadog_pages_url or pages_of(site))


def chosen_marks(settings: Settings, http: httpx.AsyncClient) -> Marked | None:
    """None when nobody wants marks."""
    datadog = datadog_of(settings, http)
    if datadog is None or not settings.datadog_events:
        return None
    intake = reach_intake(http, datadog.keys, site=settings.datadog_site, base_url=settings.datadog_api_url or "")
    _, names = DATADOG
    return Marked(DatadogEvents(intake, datadog.api, environment_tag=settings.datadog_environment_tag), names)


def _prometheus(settings: Settings, http: httpx.AsyncClient, base_url: str) -> MetricSource:
    return PrometheusMetrics(
        http,
        base_url=base_url,
        token=settings.prometheus_token,
        service_label=settings.prometheus_service_label,
        environment_label=settings.prometheus_environment_label,
    )


def _loki(settings: Settings, http: httpx.AsyncClient, base_url: str) -> LogSource:
    return LokiLogs(
        http,
        base_url=base_url,
        user=settings.loki_user,
        token=settings.loki_token,
        tenant=settings.loki_tenant,
        explore=Explore(settings.grafana_url, settings.grafana_loki) if settings.grafana_url else None,
        service_label=settings.loki_service_label,
        environment_label=settings.loki_environment_label,
    )


def _tempo(settings: Settings, http: httpx.AsyncClient, base_url: str) -> TraceSource:
    return TempoTraces(
        http,
        base_url=base_url,
        user=settings.tempo_user,
        token=settings.tempo_token,
        tenant=settings.tempo_tenant,
        explore=Explore(settings.grafana_url, settings.grafana_tempo) if settings.grafana_url else None,
        environment=settings.tempo_environment_attribute,
    )
