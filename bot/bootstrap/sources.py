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


@dataclass(frozen=True, slots=True)
class Metrics:
    """names: whose names of services it uses, as the catalog's aliases call it."""

    source: MetricSource
    names: str


def open_metrics(floor: Floor, stored: MetricSource) -> Metrics:
    if floor.settings.datadog_api_key is None:
        return Metrics(stored, "otel")
    http = http_client()
    floor.life.on_stop("source of rates", http.aclose)
    return chosen_metrics(floor.settings, stored, http)


def chosen_metrics(settings: Settings, stored: MetricSource, http: httpx.AsyncClient) -> Metrics:
    if settings.datadog_api_key and settings.datadog_app_key:
        keys, site = Keys(settings.datadog_api_key, settings.datadog_app_key), settings.datadog_site
        api = reach(http, keys, site=site)
        return Metrics(DatadogMetrics(api, pages=pages_of(site), operation=settings.datadog_operation), "datadog")
    return Metrics(stored, "otel")
