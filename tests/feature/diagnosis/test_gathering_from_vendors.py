"""Evidence from vendors, each before a server of its protocol, and what becomes of it when one is slow or unwell."""

import asyncio
import time
from contextlib import asynccontextmanager
from statistics import median

import pytest
import stamina
from pydantic import SecretStr

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.ranking import rank
from bot.diagnosis.sources.gathering import Gathering
from bot.errors import IntegrationError
from integrations.datadog.logs import DatadogLogs
from integrations.datadog.metrics import DatadogMetrics
from integrations.datadog.reach import reach
from integrations.datadog.traces import DatadogTraces
from integrations.loki import LokiLogs
from integrations.tempo.traces import TempoTraces
from tests.support.gathering import PLACE, an_incident, catalog, question, sources
from tests.support.incidents import CALLS, Fault
from tests.support.telemetry_sources import METRIC_SOURCES, Served
from tests.support.vendors import datadog, loki, tempo
from tests.support.vendors.server import served
from tests.support.vendors.sources import DATADOG_KEYS, DATADOG_PAGES, EXPLORE
from tests.support.vendors.towns import client
from tests.support.vendors.world import Trouble

FAULT = Fault("payment", fails=True, says="no such currency")
INCIDENT = an_incident(FAULT)
PLACES = [(line, PLACE) for line in INCIDENT.lines]
REQUESTS = [
    Served(span.start + span.duration, span.service, span.duration, failed=span.failed, environment=PLACE)
    for span in INCIDENT.spans
    if span.kind == "server"
]


@pytest.fixture(autouse=True)
def _no_pauses():
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


class Grafana:
    """Loki and Tempo, and what asks them."""

    def __init__(self, lines=PLACES, spans=INCIDENT.spans):
        self.loki, self.tempo = loki.Server(lines), tempo.Server(spans)

    @asynccontextmanager
    async def running(self):
        async with served(self.loki.app(), self.tempo.app()) as (logs, traces), client() as http:
            yield (
                LokiLogs(http, base_url=logs, token=SecretStr(loki.TOKEN), explore=EXPLORE),
                TempoTraces(http, base_url=traces, token=SecretStr(tempo.TOKEN), explore=EXPLORE),
            )


@asynccontextmanager
async def a_datadog(server):
    async with served(datadog.app(server)) as (url,), client() as http:
        api = reach(http, DATADOG_KEYS, base_url=url)
        logs, traces = DatadogLogs(api, pages=DATADOG_PAGES), DatadogTraces(api, pages=DATADOG_PAGES)
        metrics = DatadogMetrics(api, pages=DATADOG_PAGES)
        yield sources([("Datadog", logs)], [("Datadog", traces)], [("Datadog", metrics)], names="datadog")


async def test_datadog_alone_leads_to_the_one_at_fault():
    async with a_datadog(datadog.Server(lines=PLACES, spans=INCIDENT.spans, served=REQUESTS)) as asked:
        found = await Gathering(asked, catalog)(question())
    assert found.evidence.faulty.sources == ("traces", "logs", "metrics")
    assert rank(found.evidence).answer == "payment"
    assert not [each.trouble for each in found.asked if each.trouble]


async def test_loki_and_tempo_lead_to_the_one_at_fault():
    async with Grafana().running() as (logs, traces):
        found = await Gathering(sources([("Loki", logs)], [("Tempo", traces)]), catalog)(question())
    assert rank(found.evidence).answer == "payment"
    assert (len(found.evidence.faulty.spans), len(found.evidence.faulty.lines)) == (
        len(INCIDENT.faulty.spans),
        len(INCIDENT.faulty.lines),
    )


@pytest.mark.parametrize("kind", ["logs", "traces"])
async def test_one_source_alone_is_enough_where_it_tells_of_it(kind):
    async with Grafana().running() as (logs, traces):
        only = sources([("Loki", logs)]) if kind == "logs" else sources((), [("Tempo", traces)])
        found = await Gathering(only, catalog)(question())
    ranking = rank(found.evidence)
    assert ranking.answer == "payment"
    other = "traces" if kind == "logs" else "logs"
    assert f"no {other} and no metrics at all" in ranking.remarks


async def test_what_two_sources_have_counts_once(telemetry):
    await telemetry.spans(*INCIDENT.spans)
    await telemetry.lines(*INCIDENT.lines, environment=PLACE)
    here = ("Signalbox", telemetry.stored)
    async with Grafana().running() as (logs, traces):
        both = sources([("Loki", logs), here], [("Tempo", traces), here], [here])
        found = await Gathering(both, catalog)(question())
    assert len(found.evidence.faulty.spans) == len(INCIDENT.faulty.spans)
    assert (len(found.evidence.faulty.lines), found.evidence.faulty.lines_seen) == (len(INCIDENT.faulty.lines),) * 2
    assert all(line.link.startswith("https://grafana.example/") for line in found.evidence.faulty.lines)


async def test_what_the_first_source_lacks_comes_from_the_next(telemetry):
    await telemetry.lines(*(line for line in INCIDENT.lines if line.service == "payment"), environment=PLACE)
    others = [(line, place) for line, place in PLACES if line.service != "payment"]
    async with Grafana(lines=others).running() as (logs, traces):
        asked = sources([("Loki", logs), ("Signalbox", telemetry.stored)], [("Tempo", traces)])
        found = await Gathering(asked, catalog)(question())
    assert {line.service for line in found.evidence.faulty.lines} == set(CALLS)


async def test_one_that_answers_with_an_error_is_named_and_the_others_answer():
    grafana = Grafana()
    async with grafana.running() as (logs, traces):
        well = rank((await Gathering(sources([("Loki", logs)], [("Tempo", traces)]), catalog)(question())).evidence)
        grafana.loki.world.troubles.append(Trouble("status", "GET", times=99, status=500))
        found = await Gathering(sources([("Loki", logs)], [("Tempo", traces)]), catalog)(question())
    ranking = rank(found.evidence)
    assert ranking.answer == "payment"
    assert (well.confidence, ranking.confidence) == (Confidence.HIGH, Confidence.MEDIUM)
    assert found.evidence.away == ("Loki",)
    (said,) = [remark for remark in ranking.remarks if "Loki" in remark]
    assert said.startswith("Loki, asked for logs: ")
    assert [each.name for each in found.asked if each.trouble] == ["Loki"]


async def test_one_that_hangs_is_called_off_at_the_deadline_and_named(telemetry):
    await telemetry.spans(*INCIDENT.spans)
    grafana = Grafana()
    async with grafana.running() as (logs, _):
        grafana.loki.world.troubles.append(Trouble("silent", "GET", times=99))
        asked = sources([("Loki", logs)], [("Signalbox", telemetry.stored)])
        began = time.monotonic()
        found = await Gathering(asked, catalog, deadline=0.6)(question())
        took = time.monotonic() - began
    assert took < 1.6
    assert rank(found.evidence).answer == "payment"
    (late,) = [each for each in found.asked if each.trouble]
    assert (late.name, late.trouble) == ("Loki", "it had not told everything after 0.6 seconds")
    assert found.evidence.away == ("Loki",)


async def test_what_came_before_the_deadline_is_kept():
    async with Grafana().running() as (logs, traces):
        asked = sources([("Loki", logs)], [("Tempo", Slowly(traces, after=6))])
        found = await Gathering(asked, catalog, deadline=2)(question())
    (late,) = [each for each in found.asked if each.trouble]
    assert (late.name, late.items > 0) == ("Tempo", True)
    assert found.evidence.faulty.spans


class Slowly:
    """A source of traces that answers so many times, and then no more."""

    def __init__(self, source, after):
        self._source, self._left = source, after

    async def trace(self, trace_id, around):
        return await self._source.trace(trace_id, around)

    def trace_link(self, trace_id, at):
        return self._source.trace_link(trace_id, at)

    def spans_link(self, query):
        return self._source.spans_link(query)

    async def spans(self, query):
        self._left -= 1
        if self._left < 0:
            await asyncio.sleep(3600)
        return await self._source.spans(query)


async def test_a_source_that_breaks_is_no_reason_to_say_nothing(telemetry):
    class Broken:
        async def logs(self, query):
            raise ValueError(query)

        def logs_link(self, query):
            return ""

    await telemetry.spans(*INCIDENT.spans)
    asked = sources([("Broken", Broken())], [("Signalbox", telemetry.stored)])
    found = await Gathering(asked, catalog)(question())
    assert rank(found.evidence).answer == "payment"
    assert [(each.name, bool(each.trouble)) for each in found.asked] == [("Signalbox", False), ("Broken", True)]


@pytest.mark.parametrize("vendor", ["prometheus", "datadog"])
async def test_rates_of_a_vendor_tell_who_fails_and_how_long_it_takes(request, vendor):
    async with METRIC_SOURCES[vendor](request, REQUESTS) as metrics:
        found = await Gathering(sources((), (), [(vendor, metrics)], names=vendor), catalog)(question())
    told = {(one.service, one.metric): one for one in found.evidence.faulty.series}
    assert {service for service, _ in told} == set(CALLS)
    assert {metric for _, metric in told} == {
        "requests_per_second",
        "success_rate",
        "latency_p50_ms",
        "latency_p95_ms",
    }
    assert max(told["payment", "success_rate"].values) < 0.2
    assert min(told["stock", "success_rate"].values) == 1
    (healthy,) = found.evidence.references
    assert {min(one.values) for one in healthy.series if one.metric == "success_rate"} == {1}
    assert 2 < median(told["cart", "latency_p50_ms"].values) < 20


class Refusing:
    """A source of rates that refuses whoever asks what services use up. asked: in which order it was."""

    def __init__(self, source):
        self._source, self.asked = source, []

    async def rates(self, query):
        self.asked.append("rates")
        return await self._source.rates(query)

    def rates_link(self, query):
        return self._source.rates_link(query)

    async def resources(self, query):
        self.asked.append("resources")
        raise IntegrationError("too many at once", vendor="Mimir", status=429)


async def test_who_does_not_say_what_is_used_up_is_named_and_has_told_all_rates_nevertheless(telemetry):
    await telemetry.spans(*INCIDENT.spans)
    stored = telemetry.stored
    well = await Gathering(sources((), [("Signalbox", stored)], [("Mimir", stored)]), catalog)(question())
    metrics = Refusing(stored)
    found = await Gathering(sources((), [("Signalbox", stored)], [("Mimir", metrics)]), catalog)(question())
    assert [(each.name, each.kind) for each in found.asked if each.trouble] == [("Mimir", "resources")]
    assert set(found.evidence.faulty.series) == set(well.evidence.faulty.series)
    assert "resources" not in metrics.asked[: metrics.asked.count("rates")]
    assert (found.evidence.away, rank(found.evidence).confidence) == ((), Confidence.HIGH)


async def test_who_refuses_rates_and_what_is_used_up_for_the_same_reason_is_named_once(telemetry):
    class Away(Refusing):
        rates = Refusing.resources

    asked = sources((), [("Signalbox", telemetry.stored)], [("Mimir", Away(telemetry.stored))])
    found = await Gathering(asked, catalog)(question())
    assert [(each.name, each.kind) for each in found.asked if each.trouble] == [("Mimir", "metrics")]
