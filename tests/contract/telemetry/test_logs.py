"""What every source of logs must do."""

from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.ports.telemetry import Level, LogQuery, Window
from tests.support.telemetry_sources import ALL, ELSEWHERE, LINES, LOG_SOURCES, MINUTE, PLACE, START, TRACE

pytestmark = pytest.mark.asyncio(loop_scope="module")

MS = timedelta(milliseconds=1)
EVERYTHING = LogQuery(ALL)
HERE = [line for line, place in LINES if place == PLACE]


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=LOG_SOURCES)
async def source(request):
    async with LOG_SOURCES[request.param](request, LINES) as made:
        yield made


async def messages(source, **asked):
    return [line.message for line in (await source.logs(replace(EVERYTHING, **asked))).items]


async def test_the_newest_line_comes_first_or_last_as_asked(source):
    newest = await messages(source)
    assert newest == [line.message for line, _ in reversed(LINES)]
    assert await messages(source, newest_first=False) == newest[::-1]


async def test_a_line_comes_as_it_was_written(source):
    (found,) = (await source.logs(replace(EVERYTHING, services=("inventory",)))).items
    written = LINES[-1][0]
    assert (found.service, found.level, found.message) == (written.service, written.level, written.message)
    assert abs(found.at - written.at) < MS
    assert (found.trace_id, found.span_id) == ("", "")
    assert written.attributes.items() <= found.attributes.items()


async def test_a_window_begins_with_its_start_and_ends_before_its_end(source):
    window = Window(START + 2 * MINUTE, START + 4 * MINUTE)
    assert await messages(source, window=window) == ["Currency ÄÖÜ not supported", "basket has 3 items"]


async def test_services_are_those_asked_for(source):
    found = (await source.logs(replace(EVERYTHING, services=("orders", "inventory")))).items
    assert [line.service for line in found] == ["inventory", "orders", "orders"]
    assert await messages(source, services=("nobody",)) == []


async def test_an_environment_keeps_others_out(source):
    assert await messages(source, environment=ELSEWHERE) == ["out of memory"]
    assert await messages(source, environment=PLACE) == [line.message for line in reversed(HERE)]


@pytest.mark.parametrize(
    ("level", "count"), [(Level.TRACE, 6), (Level.INFO, 5), (Level.WARN, 3), (Level.ERROR, 2), (Level.FATAL, 1)]
)
async def test_a_level_means_that_and_worse(source, level, count):
    assert len(await messages(source, level=level)) == count


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ORDER 4711", ["order 4711 was placed"]),
        ("rder 47", ["order 4711 was placed"]),
        ("äöü NOT", ["Currency ÄÖÜ not supported"]),
        ("100% of cards_x", ["retrying 100% of cards_x"]),
        ("1__% of", []),
        ("nothing like that", []),
        ('"; drop', []),
    ],
)
async def test_text_is_found_anywhere_whatever_the_letter_case_and_means_itself(source, text, found):
    assert await messages(source, text=text) == found


async def test_lines_of_a_trace(source):
    found = (await source.logs(replace(EVERYTHING, trace_id=TRACE))).items
    assert [(line.service, line.trace_id, line.span_id) for line in found] == [
        ("payments", TRACE, "b7ad6b7169203331"),
        ("orders", TRACE, "00f067aa0ba902b7"),
    ]
    assert await messages(source, trace_id="f" * 32) == []


async def test_all_conditions_hold_at_once(source):
    assert await messages(source, services=("payments",), level=Level.ERROR, text="memory", environment=ELSEWHERE) == [
        "out of memory"
    ]
    assert await messages(source, services=("payments",), level=Level.ERROR, text="memory", environment=PLACE) == []


async def test_it_says_when_there_is_more_than_was_asked_for(source):
    some = await source.logs(replace(EVERYTHING, limit=4))
    assert (len(some.items), some.more) == (4, True)
    everything = await source.logs(replace(EVERYTHING, limit=6))
    assert (len(everything.items), everything.more) == (6, False)


async def test_a_link_is_empty_or_an_address(source):
    link = source.logs_link(replace(EVERYTHING, services=("orders",), text='"<a>&'))
    assert link == "" or link.startswith(("http://", "https://"))
    assert not set(link) & set(' "<>')


async def test_a_bare_line_says_the_same(source):
    def said(found):
        return [replace(line, attributes={}) for line in found.items]

    assert said(await source.logs(replace(EVERYTHING, bare=True))) == said(await source.logs(EVERYTHING))
