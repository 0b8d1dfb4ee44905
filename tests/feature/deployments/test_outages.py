"""Whoever holds a service that dies hears of it once, or else its owners; and that it is well again."""

from datetime import timedelta

import pytest

from bot.deployments.values import Health, bypass_id
from bot.notices.model import ServicesDown, ServicesUp
from bot.ports.health import Probe
from tests.support.deploying import ANA, BEN, CEM, PAYMENTS, a_team, brought, by, holds

ADDRESS = "http://payments.test/health"
WELL, DEAD = Probe(well=True, version="1.4.0"), Probe(well=False, detail="it answers 503: down")


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


async def looks(team, probe, times=1):
    team.health.said[ADDRESS] = probe
    for _ in range(times):
        team.clock.advance(timedelta(seconds=15))
        await team.sightings.look({})
        await team.outages.look()


async def outages_told(team, person):
    return [each for each in await team.told(person) if isinstance(each, ServicesDown | ServicesUp)]


async def test_whoever_holds_it_is_told_once_that_it_is_down_and_once_that_it_is_well_again(team):
    await holds(team, CEM)
    await looks(team, WELL)
    await looks(team, DEAD, times=4)
    [down] = await outages_told(team, CEM)
    assert isinstance(down, ServicesDown)
    [found] = down.found
    assert (found.service, found.version, found.detail, down.holds) == ("payments", "1.4.0", DEAD.detail, True)
    await looks(team, WELL, times=3)
    assert [type(each) for each in await outages_told(team, CEM)] == [ServicesDown, ServicesUp]
    assert await outages_told(team, ANA) == []
    assert (await team.deployments.running(PAYMENTS)).down_since is None


async def test_where_nobody_holds_it_its_owners_are_told(team):
    await looks(team, WELL)
    await looks(team, DEAD, times=3)
    assert [len(await outages_told(team, person)) for person in (ANA, BEN, CEM)] == [1, 1, 0]


async def test_a_look_or_two_that_fail_are_no_news(team):
    await looks(team, WELL)
    await looks(team, DEAD, times=2)
    await looks(team, WELL, times=2)
    assert await outages_told(team, ANA) == []


async def test_while_a_deployment_is_watched_its_watch_says_so(team):
    await brought(team)
    await looks(team, DEAD, times=4)
    assert await outages_told(team, BEN) == []


async def test_what_falls_and_rises_again_and_again_is_told_once_in_a_while(team):
    for _ in range(3):
        await looks(team, WELL)
        await looks(team, DEAD, times=3)
    assert [type(each) for each in await outages_told(team, ANA)] == [ServicesDown, ServicesUp]
    team.clock.advance(timedelta(minutes=15))
    await looks(team, DEAD)
    await looks(team, WELL)
    assert [type(each) for each in await outages_told(team, ANA)] == [ServicesDown, ServicesUp] * 2


async def test_what_is_written_down_while_an_address_is_asked_is_not_lost(team):
    await looks(team, WELL)
    await looks(team, Probe(well=True, version="1.5.0"))
    seen = await team.deployments.running(PAYMENTS)
    asked = team.health.look

    async def look(url):
        """The answer takes its time; Ben owns up meanwhile."""
        await team.sightings.answer(bypass_id(seen), mine=True, caller=by(BEN))
        return await asked(url)

    team.health.look = look
    await looks(team, DEAD)
    assert (await team.deployments.running(PAYMENTS)).by == BEN
    team.health.look = asked
    await looks(team, DEAD)
    found = await team.deployments.running(PAYMENTS)
    assert (found.by, found.health) == (BEN, Health.DOWN)
