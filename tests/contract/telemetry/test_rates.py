"""What every source of rates must do. How exactly it knows latencies is its own affair, within its buckets."""

from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.ports.telemetry import RateQuery, Window
from tests.support.telemetry_sources import ELSEWHERE, METRIC_SOURCES, MINUTE, PLACE, SECOND, SERVED, START

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIVE = RateQuery(Window(START, START + 5 * MINUTE), "orders", PLACE)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=METRIC_SOURCES)
async def source(request):
    async with METRIC_SOURCES[request.param](request, SERVED) as made:
        yield made


async def test_there_is_one_point_per_step_oldest_first(source):
    points = await source.rates(FIVE)
    assert [point.at for point in points] == [START + n * MINUTE for n in range(5)]


async def test_requests_and_errors_are_counted_in_the_step_in_which_they_were_served(source):
    points = await source.rates(FIVE)
    assert [point.requests for point in points] == pytest.approx([0, 60, 0, 50, 0], abs=1)
    assert [point.errors for point in points] == pytest.approx([0, 3, 0, 0, 0], abs=1)


async def test_a_step_without_requests_has_no_latency(source):
    points = await source.rates(FIVE)
    assert [point.p50 is None for point in points] == [True, False, True, False, True]
    assert (points[0].p95, points[0].p99) == (None, None)


async def test_latencies_are_those_of_the_requests(source):
    _, even, _, mixed, _ = await source.rates(FIVE)
    assert SECOND / 20 <= even.p50 <= even.p95 <= even.p99 <= SECOND / 4
    assert mixed.p50 <= SECOND / 20
    assert SECOND <= mixed.p99 <= 4 * SECOND
    assert mixed.p50 <= mixed.p95 <= mixed.p99


async def test_a_step_may_be_longer(source):
    points = await source.rates(replace(FIVE, step=timedelta(minutes=5)))
    assert [round(point.requests, -1) for point in points] == [110]


async def test_services_and_environments_are_told_apart(source):
    payments = await source.rates(replace(FIVE, service="payments"))
    elsewhere = await source.rates(replace(FIVE, environment=ELSEWHERE))
    assert [(point.requests, point.errors) for point in (payments[1], elsewhere[1])] == [(10, 10), (7, 7)]


async def test_a_service_that_nobody_knows_has_served_nothing(source):
    points = await source.rates(replace(FIVE, service="nobody"))
    assert [(point.requests, point.errors, point.p50) for point in points] == [(0, 0, None)] * 5


async def test_a_link_is_empty_or_an_address(source):
    link = source.rates_link(replace(FIVE, service="a/b c"))
    assert link == "" or link.startswith(("http://", "https://"))
    assert " " not in link
