"""What is particular to Prometheus, asked of a real one."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.ports.telemetry import RateQuery, ResourceQuery, Window
from integrations.prometheus import PrometheusMetrics
from tests.support.telemetry_sources import MINUTE, PLACE, SECOND, SERVED, START
from tests.support.vendors import prometheus
from tests.support.vendors.server import served
from tests.support.vendors.sources import prometheus_metrics
from tests.support.vendors.towns import client
from tests.support.vendors.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIVE = RateQuery(Window(START, START + 5 * MINUTE), "orders", PLACE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def source(request):
    async with prometheus_metrics(request, SERVED) as made:
        yield made


@pytest.mark.parametrize(
    "name", ['orders"} or vector(9) #', "orders\\", 'x", service_name=~".*', "a\nb", ".*", "ÄÖÜ🙂", "\ud800", "{}"]
)
async def test_a_name_stays_one_name(source, name):
    for query in (replace(FIVE, service=name), replace(FIVE, environment=name)):
        assert {point.requests for point in await source.rates(query)} == {0}


async def test_a_last_step_ends_with_the_window(source):
    points = await source.rates(replace(FIVE, window=Window(START, START + MINUTE + 20 * SECOND)))
    assert [(point.at, point.requests) for point in points] == [(START, 0), (START + MINUTE, 40)]


async def test_the_first_error_of_a_service_counts(source):
    points = await source.rates(replace(FIVE, window=Window(START + MINUTE, START + 2 * MINUTE), step=10 * SECOND))
    assert [point.errors for point in points] == [3, 0, 0, 0, 0, 0]


async def test_a_link_says_when_and_stays_there(source):
    asked = parse_qs(urlsplit(source.rates_link(replace(FIVE, service='o"x'))).query)
    end = START + timedelta(minutes=5)
    assert (asked["g0.end_input"], asked["g0.range_input"]) == ([f"{end:%Y-%m-%d %H:%M:%S}"], ["300s"])
    assert 'service_name="o\\"x"' in asked["g0.expr"][0]


async def test_a_window_that_is_shorter_than_a_step_is_one_step_and_an_empty_one_is_not_asked_about():
    world = World()
    query = ResourceQuery(Window(START, START + 4 * SECOND), "orders", PLACE, 10 * SECOND)
    async with served(prometheus.app(world)) as (url,), client() as http:
        asked = PrometheusMetrics(http, base_url=url, token=SecretStr(prometheus.TOKEN))
        assert await asked.resources(query) == ()  # and no refusal
        assert await asked.resources(replace(query, window=Window(START, START))) == ()
    assert len(world.seen) == 1
