"""What is particular to Datadog."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
import stamina

from bot.errors import IntegrationError
from bot.ports.marks import Mark, Moment
from bot.ports.pipelines import OutcomeUnknown
from bot.ports.telemetry import LogLine, LogQuery, RateQuery, SpanQuery, Window
from integrations.datadog.events import DatadogEvents, reach_intake
from integrations.datadog.logs import DatadogLogs, hex_id
from integrations.datadog.metrics import DatadogMetrics
from integrations.datadog.reach import pages_of
from integrations.datadog.traces import DatadogTraces
from tests.support.telemetry_sources import (
    ALL,
    ELSEWHERE,
    LINES,
    MINUTE,
    PLACE,
    SECOND,
    SERVED,
    SPANS,
    START,
    TRACE,
)
from tests.support.vendors.datadog import Server
from tests.support.vendors.sources import DATADOG_KEYS, DATADOG_PAGES, datadog_api
from tests.support.vendors.towns import client
from tests.support.vendors.world import Trouble

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERYTHING = LogQuery(ALL)
FIVE = RateQuery(Window(START, START + 5 * MINUTE), "orders", PLACE)
DEPLOYED = Mark(
    "D7AB", Moment.FINISHED, START, "payments", "Integration EU", "1.5.0", "1.4.0", "Ann", "https://s.example/d-7"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared():
    server = Server(LINES, SPANS, SERVED)
    async with datadog_api(server) as api:
        yield server, api


@pytest.fixture
def server(shared):
    server, _ = shared
    server.page, server.status = 1000, "done"
    server.asked.clear()
    server.events.clear()
    return server


@pytest.fixture
def logs(server, shared):
    return DatadogLogs(shared[1], pages=DATADOG_PAGES)


@pytest.fixture
def traces(server, shared):
    return DatadogTraces(shared[1], pages=DATADOG_PAGES)


@pytest.fixture
def metrics(server, shared):
    return DatadogMetrics(shared[1], pages=DATADOG_PAGES)


@pytest.fixture
def events(server, shared):
    return DatadogEvents(shared[1], shared[1])


async def test_pages_are_read_until_there_is_enough(logs, server):
    server.page = 2
    assert len((await logs.logs(EVERYTHING)).items) == 6
    assert len(server.asked) == 3
    some = await logs.logs(replace(EVERYTHING, limit=3))
    assert (len(some.items), some.more, len(server.asked)) == (3, True, 5)


async def test_not_more_pages_are_read_than_it_takes_to_say_that_there_are_more(logs, server):
    server.page = 1
    found = await logs.logs(EVERYTHING)
    assert (len(found.items), found.more, len(server.asked)) == (5, True, 5)


async def test_a_search_that_took_the_vendor_too_long_has_more(logs, server):
    server.status = "timeout"
    assert (await logs.logs(EVERYTHING)).more


@pytest.mark.parametrize(
    "name", ['orders" OR service:"payments', "orders) OR (payments", "*", "orders\\", '\\" OR *', "a\nb", "-orders"]
)
async def test_a_name_stays_one_name_in_every_search(logs, traces, name):
    assert (await logs.logs(replace(EVERYTHING, services=(name,)))).items == ()
    assert (await logs.logs(replace(EVERYTHING, environment=name))).items == ()
    spans = SpanQuery(ALL)
    assert (await traces.spans(replace(spans, services=(name,)))).items == ()
    assert (await traces.spans(replace(spans, name=name))).items == ()


@pytest.mark.parametrize(
    "text", ['" OR *', ") OR (service:payments", "service:orders", "-order", "*", "basket*items", "\\"]
)
async def test_a_text_asks_for_nothing_but_itself(logs, text):
    assert (await logs.logs(replace(EVERYTHING, text=text))).items == ()


@pytest.mark.parametrize(
    "name", ["orders} or sum:x{*", "orders,env:staging-2", "*", "!orders", "orders OR payments", "{}"]
)
async def test_a_name_stays_one_tag_of_a_metric(metrics, name):
    for query in (replace(FIVE, service=name), replace(FIVE, environment=name)):
        assert {point.requests for point in await metrics.rates(query)} == {0}


async def test_names_are_as_tags_keep_them(metrics):
    query = replace(FIVE, service="Orders", environment="INTEGRATION")
    assert sum(point.requests for point in await metrics.rates(query)) == 110


async def test_a_window_that_begins_between_two_intervals_counts_what_is_in_it(metrics, server):
    begin = START + MINUTE + 10 * SECOND
    points = await metrics.rates(replace(FIVE, window=Window(begin, begin + 3 * MINUTE)))
    assert [point.at for point in points] == [begin + n * MINUTE for n in range(3)]
    assert sum(point.requests for point in points) == sum(
        each.service == "orders" and each.environment == PLACE and begin <= each.at < begin + 3 * MINUTE
        for each in SERVED
    )
    assert server.asked[0]["from"] == round(begin.timestamp() * 1000)


async def test_times_that_do_not_fit_their_values_are_no_answer(metrics, server):
    body = {"data": {"attributes": {"series": [{"query_index": 0}], "times": [1, 2], "values": [[1.0]]}}}
    server.world.troubles.append(Trouble("status", "POST", status=200, body=body))
    with pytest.raises(IntegrationError, match="Datadog answered something unreadable about rates"):
        await metrics.rates(FIVE)


async def test_links_say_when_and_stay_there(logs, traces, metrics):
    ms = round(START.timestamp() * 1000)
    page, asked = _parts(logs.logs_link(replace(EVERYTHING, services=("orders",), environment=ELSEWHERE)))
    assert page == "https://app.datadoghq.com/logs"
    assert asked == {
        "query": 'service:("orders") env:"staging-2"',
        "from_ts": f"{ms}",
        "to_ts": f"{ms + 1_200_000}",
        "live": "false",
    }
    assert _parts(traces.trace_link(TRACE, START)) == (f"{DATADOG_PAGES}/apm/trace/{TRACE}", {"timeHint": f"{ms}"})
    page, asked = _parts(traces.spans_link(SpanQuery(ALL, ("orders",), PLACE, failed_only=True)))
    assert (page, asked["start"], asked["paused"]) == (f"{DATADOG_PAGES}/apm/traces", f"{ms}", "true")
    assert asked["query"] == 'service:("orders") env:"integration" status:error'
    page, asked = _parts(metrics.rates_link(FIVE))
    assert (page, asked["start"], asked["end"], asked["paused"]) == (
        f"{DATADOG_PAGES}/apm/traces", f"{ms}", f"{ms + 300_000}", "true"
    )  # fmt: skip
    assert asked["query"] == 'service:"orders" operation_name:"http.server.request" env:"integration"'


def _parts(link):
    split = urlsplit(link)
    return f"{split.scheme}://{split.netloc}{split.path}", {
        name: value for name, (value,) in parse_qs(split.query).items()
    }


@pytest.mark.parametrize(
    ("site", "pages"),
    [
        ("datadoghq.com", "https://app.datadoghq.com"),
        ("datadoghq.eu", "https://app.datadoghq.eu"),
        ("us3.datadoghq.com", "https://us3.datadoghq.com"),
        ("ap1.datadoghq.com", "https://ap1.datadoghq.com"),
    ],
)
async def test_each_site_has_its_pages(site, pages):
    assert pages_of(site) == pages


@pytest.mark.parametrize(
    ("told", "length", "hex"),
    [
        (TRACE, 32, TRACE),
        ("1234567890987654321", 32, f"{1234567890987654321:032x}"),
        ("1234567890987654321", 16, f"{1234567890987654321:016x}"),
        ("0", 16, ""),
        ("", 32, ""),
        ("00F067AA0BA902B7", 16, "00f067aa0ba902b7"),
    ],
)
async def test_ids_are_hex_whatever_wrote_them(told, length, hex):
    assert hex_id(told, length) == hex


async def test_a_deployment_is_marked_with_what_changed(events, server):
    await events.put(DEPLOYED)
    (event,) = server.events
    told = event["attributes"]
    assert (told["category"], told["title"], told["aggregation_key"]) == (
        "change",
        "payments 1.5.0 was deployed on Integration EU",
        "D7AB",
    )
    assert told["tags"] == [
        "service:payments", "env:integration_eu", "version:1.5.0", "signalbox_mark:d7ab.finished"
    ]  # fmt: skip
    change = told["attributes"]
    assert (change["prev_value"], change["new_value"]) == ({"version": "1.4.0"}, {"version": "1.5.0"})
    assert change["author"] == {"name": "Ann", "type": "user"}


async def test_a_mark_is_found_again_and_no_other_is_taken_for_it(events):
    assert not await events.has(DEPLOYED)
    await events.put(DEPLOYED)
    assert await events.has(DEPLOYED)
    assert not await events.has(replace(DEPLOYED, moment=Moment.RED))
    assert not await events.has(replace(DEPLOYED, id="D7ABC"))


async def test_a_mark_is_sent_once(events, server):
    server.world.seen.clear()
    server.world.troubles.append(Trouble("lost", "POST"))
    with stamina.set_testing(True), pytest.raises(OutcomeUnknown):
        await events.put(DEPLOYED)
    assert len(server.events) == len(server.world.seen) == 1


async def test_marks_go_to_a_host_of_their_own():
    async with client() as http:
        intake = reach_intake(http, DATADOG_KEYS, site="datadoghq.eu")
    assert str(intake._root) == "https://event-management-intake.datadoghq.eu"


async def test_a_span_without_a_list_of_events_has_its_error_as_one():
    span = replace(SPANS[2], events=(), attributes={"error.type": "ValueError", "error.message": "no such currency"})
    async with datadog_api(Server(spans=[span])) as api:
        (found,) = await DatadogTraces(api, pages="").trace(TRACE, ALL)
    assert [(each.name, dict(each.attributes)) for each in found.events] == [
        ("exception", {"exception.type": "ValueError", "exception.message": "no such currency"})
    ]


async def test_a_text_is_found_behind_many_lines_that_only_hold_its_words():
    noise = [
        (LogLine(START + n * timedelta(seconds=0.1), "orders", LINES[0][0].level, f"order {n} 0x9"), PLACE)
        for n in range(1500)
    ]
    async with datadog_api(
        Server(lines=[(replace(LINES[0][0], message="order 0x9 lost", at=START), PLACE), *noise])
    ) as api:
        found = await DatadogLogs(api, pages="").logs(replace(EVERYTHING, text="order 0x9", limit=5))
    assert [line.message for line in found.items] == ["order 0x9 lost"]
    assert not found.more
