"""Where rates of requests are read from: the embedded store, unless another source was set up."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from bot.bootstrap.floor import Floor
from bot.ports.telemetry import MetricSource
from bot.settings import Settings
from integrations.datadog.metrics import DatadogMetrics
from integrations.datadog.reach import Keys, pages_of, reach
from integrations.kit.vendor import http_client
from integrations.prometheus import PrometheusMetrics

OTEL = "otel"


@dataclass(frozen=True, slots=True)
class Metrics:
    """names: whose names of services it uses, as the catalog's aliases call it."""

    source: MetricSource
    names: str


def open_metrics(floor: Floor, stored: MetricSource) -> Metrics:
    http = http_client()
    floor.life.on_stop("source of rates", http.aclose)
    return chosen_metrics(floor.settings, stored, http)


def chosen_metrics(settings: Settings, stored: MetricSource, http: httpx.AsyncClient) -> Metrics:
    """Prometheus has services as OpenTelemetry names them."""
    if settings.prometheus_url:
        return Metrics(_prometheus(settings, http, settings.prometheus_url), OTEL)
    if settings.datadog_api_key and settings.datadog_app_key:
        return Metrics(_datadog(settings, http, Keys(settings.datadog_api_key, settings.datadog_app_key)), "datadog")
    return Metrics(stored, OTEL)


def _prometheus(settings: Settings, http: httpx.AsyncClient, base_url: str) -> MetricSource:
    return PrometheusMetrics(
        http,
        base_url=base_url,
        token=settings.prometheus_token,
        service_label=settings.prometheus_service_label,
        environment_label=settings.prometheus_environment_label,
    )


def _datadog(settings: Settings, http: httpx.AsyncClient, keys: Keys) -> MetricSource:
    site = settings.datadog_site
    return DatadogMetrics(reach(http, keys, site=site), pages=pages_of(site), operation=settings.datadog_operation)
