"""What is particular to Tempo."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio

from bot.ports.telemetry import Span, SpanQuery, Window
from integrations.tempo.traces import AT_ONCE, TempoTraces
from tests.support.telemetry_sources import ALL, PLACE, SECOND, SPANS, START, TRACE
from tests.support.vendors.sources import tempo_traces
from tests.support.vendors.towns import client

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERYTHING = SpanQuery(ALL)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def source(request):
    async with tempo_traces(request, SPANS) as made:
        yield made


@pytest.mark.parametrize(
    "text", ['orders" || name != "', 'x" } || { true', "orders\\", '\\"', "a\nb", "`orders`", "|| )"]
)
async def test_whatever_is_asked_for_stays_one_value(source, text):
    for asked in ({"services": (text,)}, {"environment": text}, {"name": text}):
        assert (await source.spans(replace(EVERYTHING, **asked))).items == ()


async def test_a_found_span_says_what_it_is_part_of(source):
    (found,) = (await source.spans(replace(EVERYTHING, services=("payments",)))).items
    sent = SPANS[2]
    same = ("trace_id", "span_id", "parent_id", "service", "name", "kind", "failed", "status", "environment", "version")
    assert [getattr(found, name) for name in same] == [getattr(sent, name) for name in same]
    assert found.duration == sent.duration


async def test_ids_are_whole_though_searches_leave_out_their_zeros(request):
    span = Span("00000000000000000af7651916cd43dd", "0000000000000001", "", "orders", "GET", "server", START, SECOND)
    async with tempo_traces(request, [span]) as source:
        (found,) = (await source.spans(EVERYTHING)).items
        assert (found.trace_id, found.parent_id) == (span.trace_id, "")
        assert (await source.trace(found.trace_id, ALL))[0].span_id == span.span_id


async def test_more_spans_of_a_trace_than_a_search_gives_are_said(request):
    many = [replace(SPANS[0], span_id=f"{n:016x}", environment=PLACE) for n in range(1, 121)]
    async with tempo_traces(request, many) as source:
        found = await source.spans(EVERYTHING)
        assert (len(found.items), found.more) == (100, True)
        assert len(await source.trace(TRACE, ALL)) == 120


async def test_of_very_many_traces_some_are_read_at_once_and_the_next_by_what_is_before_them(request):
    count = AT_ONCE + 20
    many = [replace(SPANS[0], trace_id=f"{n:032x}", start=START + n * SECOND) for n in range(1, count + 1)]
    async with tempo_traces(request, many) as source:
        everything = replace(EVERYTHING, limit=5_000)
        assert len((await source.spans(everything)).items) == count
        first = await source.spans(replace(everything, bare=True))
        assert (len(first.items), first.more) == (AT_ONCE, True)
        earlier = Window(ALL.start, first.items[-1].start)
        rest = await source.spans(replace(everything, bare=True, window=earlier))
        assert (len(rest.items), rest.more) == (20, False)


async def test_a_link_leads_to_the_trace_at_its_time(source):
    asked = parse_qs(urlsplit(source.trace_link(TRACE, START)).query)
    assert TRACE in asked["panes"][0]
    assert str(round((START.timestamp() - 900) * 1000)) in asked["panes"][0]


async def test_without_a_grafana_there_is_no_link():
    async with client() as http:
        assert TempoTraces(http, base_url="http://tempo:3200").trace_link(TRACE, START) == ""
