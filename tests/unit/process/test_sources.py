"""Which sources of logs, traces and rates are chosen, in which order, and where deployments are marked."""

from typing import Any

import pytest
from pydantic import SecretStr

from bot.bootstrap.sources import HERE, OTEL, chosen_marks, chosen_sources
from bot.ports.telemetry import Known, LogQuery, RateQuery, SpanQuery
from bot.settings import Settings
from bot.telemetry.queries import StoredTelemetry
from tests.support.telemetry_sources import ALL
from tests.support.vendors.towns import client

KEY = SecretStr("k")
DATADOG: dict[str, Any] = {"datadog_api_key": KEY, "datadog_app_key": KEY}


@pytest.fixture
async def chosen():
    database: Any = None  # nobody is asked
    here = Known(HERE, OTEL, StoredTelemetry(database, "http://signalbox.test"))
    async with client() as http:
        yield lambda **given: chosen_sources(Settings(**given), http, here)


def names(sources):
    return [[(known.name, known.names) for known in some] for some in (sources.logs, sources.traces, sources.metrics)]


async def test_what_services_send_here_is_the_source_unless_another_is_set_up(chosen):
    assert names(chosen()) == [[("Signalbox", "otel")]] * 3


async def test_keys_of_datadog_make_it_a_source_of_everything_with_its_own_names(chosen):
    made = chosen(**DATADOG, datadog_site="us3.datadoghq.com", datadog_environment_tag="stage")
    assert names(made) == [[("Datadog", "datadog"), ("Signalbox", "otel")]] * 3
    assert (
        made.metrics[0].source.rates_link(RateQuery(ALL, "orders")).startswith("https://us3.datadoghq.com/apm/traces?")
    )
    assert "stage%3A%22blue%22" in made.logs[0].source.logs_link(LogQuery(ALL, environment="blue"))


async def test_an_organization_looks_at_its_own_address_of_datadog(chosen):
    made = chosen(**DATADOG, datadog_pages_url="https://acme.datadoghq.com")
    assert made.traces[0].source.trace_link("ab", ALL.start).startswith("https://acme.datadoghq.com/apm/trace/ab?")


async def test_prometheus_goes_first_and_has_the_names_of_opentelemetry(chosen):
    made = chosen(
        **DATADOG,
        prometheus_url="http://prometheus:9090",
        prometheus_service_label="job",
        prometheus_environment_label="env",
    )
    assert [known.name for known in made.metrics] == ["Prometheus", "Datadog", "Signalbox"]
    link = made.metrics[0].source.rates_link(RateQuery(ALL, "orders", "blue"))
    assert link.startswith("http://prometheus:9090/graph?")
    assert "job%3D%22orders%22%2Cenv%3D%22blue%22" in link


async def test_loki_and_tempo_go_first_and_their_links_lead_into_grafana(chosen):
    made = chosen(
        **DATADOG,
        loki_url="http://loki:3100",
        loki_service_label="app",
        tempo_url="http://tempo:3200",
        tempo_environment_attribute="deployment.environment",
        grafana_url="https://grafana.test",
        grafana_loki="uid-l",
        grafana_tempo="uid-t",
    )
    assert [known.name for known in made.logs] == ["Loki", "Datadog", "Signalbox"]
    assert [known.name for known in made.traces] == ["Tempo", "Datadog", "Signalbox"]
    lines = made.logs[0].source.logs_link(LogQuery(ALL, ("orders",)))
    spans = made.traces[0].source.spans_link(SpanQuery(ALL, ("orders",), "blue"))
    for link, uid, asked in ((lines, "uid-l", "app%3D~"), (spans, "uid-t", "resource.deployment.environment+%3D")):
        assert link.startswith("https://grafana.test/explore?")
        assert uid in link
        assert asked in link


async def test_without_grafana_they_have_no_pages(chosen):
    made = chosen(loki_url="http://loki:3100", tempo_url="http://tempo:3200")
    assert made.logs[0].source.logs_link(LogQuery(ALL)) == ""
    assert made.traces[0].source.spans_link(SpanQuery(ALL)) == made.traces[0].source.trace_link("ab", ALL.start) == ""


async def test_deployments_are_marked_in_datadog_where_it_is_set_up_and_that_was_not_switched_off():
    async with client() as http:
        assert chosen_marks(Settings(), http) is None
        assert chosen_marks(Settings(**DATADOG, datadog_events=False), http) is None
        marked = chosen_marks(Settings(**DATADOG), http)
        assert marked is not None
        assert marked.names == "datadog"


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({"loki_token": KEY}, "SIGNALBOX_LOKI_URL is not set"),
        ({"tempo_token": KEY}, "SIGNALBOX_TEMPO_URL is not set"),
        ({"datadog_app_key": KEY}, "DATADOG_API_KEY is not set"),
    ],
)
def test_what_was_set_up_by_half_is_said(given, lacking):
    (problem,) = Settings(**given).missing_for_sources()
    assert problem.startswith(lacking)
