"""What every source of traces must do."""

from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.ports.telemetry import SpanQuery
from tests.support.telemetry_sources import (
    ALL,
    ELSEWHERE,
    MINUTE,
    OTHER_TRACE,
    PLACE,
    SECOND,
    SPANS,
    START,
    TRACE,
    TRACE_SOURCES,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

MS = timedelta(milliseconds=1)
EVERYTHING = SpanQuery(ALL)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=TRACE_SOURCES)
async def source(request):
    async with TRACE_SOURCES[request.param](request, SPANS) as made:
        yield made


async def ids(source, **asked):
    return [span.span_id for span in (await source.spans(replace(EVERYTHING, **asked))).items]


async def test_a_trace_has_every_span_by_its_start(source):
    found = await source.trace(TRACE, ALL)
    assert [span.span_id for span in found] == ["00f067aa0ba902b7", "53995c3f42cd8ad8", "b7ad6b7169203331"]
    assert [span.parent_id for span in found] == ["", "00f067aa0ba902b7", "53995c3f42cd8ad8"]


async def test_a_span_comes_as_it_was_sent(source):
    found, sent = (await source.trace(TRACE, ALL))[2], SPANS[2]
    same = ("trace_id", "span_id", "parent_id", "service", "name", "kind", "failed", "status", "environment", "version")
    assert [getattr(found, name) for name in same] == [getattr(sent, name) for name in same]
    assert abs(found.start - sent.start) < MS
    assert abs(found.duration - sent.duration) < MS
    (event,) = found.events
    assert (event.name, event.attributes["exception.type"]) == ("exception", "ValueError")
    assert abs(event.at - sent.events[0].at) < MS


async def test_attributes_come_along(source):
    assert (await source.trace(TRACE, ALL))[1].attributes["server.address"] == "payments"


@pytest.mark.parametrize("unknown", ["f" * 32, "", "not hex at all"])
async def test_a_trace_that_is_not_there_is_empty(source, unknown):
    assert await source.trace(unknown, ALL) == ()


async def test_the_newest_span_comes_first(source):
    assert await ids(source) == [span.span_id for span in sorted(SPANS, key=lambda span: span.start, reverse=True)]


async def test_spans_are_those_of_the_services_and_the_environment(source):
    assert await ids(source, services=("payments",)) == ["b7ad6b7169203331"]
    assert await ids(source, services=("orders",), environment=ELSEWHERE) == ["aaaaaaaaaaaaaaa1"]
    assert len(await ids(source, environment=PLACE)) == 4
    assert await ids(source, services=("nobody",)) == []


async def test_a_name_is_the_whole_name(source):
    assert await ids(source, name="POST") == ["53995c3f42cd8ad8"]


async def test_only_what_failed(source):
    assert await ids(source, failed_only=True) == ["b7ad6b7169203331", "00f067aa0ba902b7"]


async def test_only_what_requests_begin_with(source):
    assert await ids(source, roots_only=True) == ["aaaaaaaaaaaaaaa1", "1f2e3d4c5b6a7988", "00f067aa0ba902b7"]


async def test_only_what_was_served(source):
    served = [span.span_id for span in SPANS if span.kind == "server"]
    assert sorted(await ids(source, served_only=True)) == sorted(served)
    assert len(served) < len(SPANS)


async def test_only_what_took_as_long_or_longer(source):
    assert await ids(source, slower_than=SECOND) == ["b7ad6b7169203331", "53995c3f42cd8ad8", "00f067aa0ba902b7"]


async def test_all_conditions_hold_at_once(source):
    asked = {"services": ("orders",), "failed_only": True, "roots_only": True, "slower_than": SECOND}
    assert await ids(source, **asked) == ["00f067aa0ba902b7"]


async def test_a_window_begins_with_its_start_and_ends_before_its_end(source):
    window = replace(ALL, start=START + 2 * MINUTE, end=START + 3 * MINUTE)
    assert [span.trace_id for span in (await source.spans(SpanQuery(window))).items] == [OTHER_TRACE]


async def test_it_says_when_there_is_more_than_was_asked_for(source):
    some, everything = [await source.spans(replace(EVERYTHING, limit=limit)) for limit in (2, 5)]
    assert (len(some.items), some.more) == (2, True)
    assert (len(everything.items), everything.more) == (5, False)


async def test_a_link_is_empty_or_an_address(source):
    link = source.trace_link(TRACE, START)
    assert link == "" or (link.startswith(("http://", "https://")) and TRACE in link)


async def test_a_bare_span_tells_the_same_but_for_attributes_and_events(source):
    def told(found):
        return [replace(span, attributes={}, events=()) for span in found.items]

    assert told(await source.spans(replace(EVERYTHING, bare=True))) == told(await source.spans(EVERYTHING))
