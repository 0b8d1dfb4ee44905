"""What every source must do that tells what services use up. By which names it knows it is its own affair."""

from dataclasses import replace

import pytest
import pytest_asyncio

from bot.ports.telemetry import ResourceQuery, Window
from tests.support.telemetry_sources import ELSEWHERE, MINUTE, PLACE, RESOURCE_SOURCES, START, USED

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOUR = ResourceQuery(Window(START + MINUTE, START + 5 * MINUTE), "orders", PLACE)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=RESOURCE_SOURCES)
async def source(request):
    async with RESOURCE_SOURCES[request.param](request, USED) as made:
        yield made


async def test_memory_is_in_bytes_by_the_step_and_the_mean_of_the_instances(source):
    (memory,) = (each for each in await source.resources(FOUR) if each.unit == "By")
    assert [each.at for each in memory.amounts] == [START + n * MINUTE for n in range(1, 5)]
    assert [each.value for each in memory.amounts] == pytest.approx([69e6, 75e6, 81e6, 87e6], abs=4e6)
    assert memory.step == FOUR.step


async def test_what_counts_from_a_beginning_on_is_told_by_the_second(source):
    (cpu,) = (each for each in await source.resources(FOUR) if each.unit == "s/s")
    assert [each.value for each in cpu.amounts] == pytest.approx([0.3] * 4, abs=0.02)


async def test_environments_are_told_apart(source):
    (memory,) = (each for each in await source.resources(replace(FOUR, environment=ELSEWHERE)) if each.unit == "By")
    assert {each.value for each in memory.amounts} == {5e6}


async def test_a_service_that_nobody_knows_uses_nothing(source):
    assert await source.resources(replace(FOUR, service="nobody")) == ()


async def test_no_more_series_than_are_asked_for(source):
    assert len(await source.resources(replace(FOUR, most=1))) == 1


async def test_each_leads_to_an_address(source):
    links = {each.link for each in await source.resources(FOUR)}
    assert all(link.startswith(("http://", "https://")) and " " not in link for link in links)
