"""Each change of a service's health is written down once, when it was seen, and kept for a month."""

from datetime import timedelta

import pytest

from bot.deployments.queries import health
from bot.ports.health import Probe
from tests.support.deploying import a_team

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HEALTH = "http://payments.test/health"
WELL = Probe(well=True, version="1.4.0")
ILL, WORSE = (Probe(well=False, version="1.4.0", detail=detail) for detail in ("it answers 503", "it does not answer"))


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


async def looks(team, *probes):
    """One a minute."""
    for probe in probes:
        team.clock.advance(MINUTE)
        team.health.said[HEALTH] = probe
        await team.sightings.look({})


async def written(team, since):
    async with team.database.read() as session:
        found = await session.run_sync(lambda _: health(session.sync_session, "T1", "integration", since))
    return [((each.at - since) / MINUTE, each.service, each.health, each.detail) for each in found]


async def test_only_what_changes_is_written_down_and_when_it_was_seen(team):
    began = team.clock.now()
    await looks(team, WELL, WELL, ILL, ILL, WORSE, WELL, WELL, ILL)
    assert await written(team, began) == [
        (3, "payments", "down", "it answers 503"),
        (6, "payments", "up", ""),
        (8, "payments", "down", "it answers 503"),
    ]
    assert await written(team, began + 7 * MINUTE) == [(1, "payments", "down", "it answers 503")]


async def test_what_is_older_than_a_month_is_forgotten_with_the_next_change(team):
    began = team.clock.now()
    await looks(team, WELL, ILL)
    team.clock.advance(31 * DAY)
    await looks(team, ILL)
    assert [health for _at, _service, health, _detail in await written(team, began)] == ["down"]
    await looks(team, WELL)
    assert [health for _at, _service, health, _detail in await written(team, began)] == ["up"]
