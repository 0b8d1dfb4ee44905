"""Which source of rates is chosen."""

import pytest
from pydantic import SecretStr

from bot.bootstrap.sources import chosen_metrics
from bot.ports.telemetry import RateQuery
from bot.settings import Settings
from integrations.datadog.metrics import DatadogMetrics
from integrations.prometheus import PrometheusMetrics
from tests.support.telemetry_sources import ALL
from tests.support.vendors.towns import client


class Stored:
    async def rates(self, query):
        return ()

    def rates_link(self, query):
        return "here"


@pytest.fixture
async def chosen():
    async with client() as http:
        yield lambda **given: chosen_metrics(Settings(**given), Stored(), http)


async def test_what_services_send_here_is_the_source_unless_another_is_set_up(chosen):
    assert (isinstance(chosen().source, Stored), chosen().names) == (True, "otel")


async def test_keys_of_datadog_make_it_the_source_with_its_own_names(chosen):
    key = SecretStr("k")
    made = chosen(datadog_api_key=key, datadog_app_key=key, datadog_site="us3.datadoghq.com")
    assert (isinstance(made.source, DatadogMetrics), made.names) == (True, "datadog")
    assert made.source.rates_link(RateQuery(ALL, "orders")).startswith("https://us3.datadoghq.com/apm/traces?")


async def test_prometheus_goes_first_and_has_the_names_of_opentelemetry(chosen):
    key = SecretStr("k")
    made = chosen(
        datadog_api_key=key,
        datadog_app_key=key,
        prometheus_url="http://prometheus:9090",
        prometheus_service_label="job",
        prometheus_environment_label="env",
    )
    assert (isinstance(made.source, PrometheusMetrics), made.names) == (True, "otel")
    link = made.source.rates_link(RateQuery(ALL, "orders", "blue"))
    assert link.startswith("http://prometheus:9090/graph?")
    assert "job%3D%22orders%22%2Cenv%3D%22blue%22" in link
