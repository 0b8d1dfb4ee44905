"""What services tell of themselves in telemetry goes before what was announced, and after a health address."""

from datetime import timedelta

import pytest

from bot.deployments.values import Target
from bot.errors import Unavailable
from bot.notices.model import BypassQuestion
from bot.ports.health import Probe
from bot.telemetry.queries import Heard
from tests.support.deploying import ANA, PAYMENTS, a_team, brought

ORDERS = Target("integration", "orders")
ADDRESS = "http://payments.test/health"
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


def hears(team, version, service="orders", environment="integration", *, since=timedelta(0)):
    now = team.clock.now()
    team.heard.voices = [Heard(service, environment, version, now - since, now)]


async def seen(team, target=ORDERS):
    await team.sightings.look({})
    running = await team.deployments.running(target)
    return (running.version, running.source, str(running.health)) if running else None


async def test_a_service_without_a_health_address_runs_what_it_tells_in_telemetry(team):
    hears(team, "2.1.0", since=5 * MINUTE)
    assert await seen(team) == ("2.1.0", "telemetry", "unknown")
    assert (await team.deployments.running(ORDERS)).since == team.clock.now() - 5 * MINUTE


async def test_a_health_address_that_tells_no_version_leaves_it_to_telemetry(team):
    hears(team, "1.4.0", "payments")
    assert await seen(team, PAYMENTS) == ("1.4.0", "telemetry", "up")
    team.health.said[ADDRESS] = Probe(well=False, detail="no answer")
    assert await seen(team, PAYMENTS) == ("1.4.0", "telemetry", "down")


async def test_a_health_address_that_tells_a_version_knows_better(team):
    team.health.said[ADDRESS] = Probe(well=True, version="1.4.0")
    hears(team, "1.3.0", "payments")
    assert await seen(team, PAYMENTS) == ("1.4.0", "health", "up")
    team.clock.advance(10 * MINUTE)
    hears(team, "1.3.0", "payments")
    team.health.said[ADDRESS] = Probe(well=False, detail="no answer")
    assert await seen(team, PAYMENTS) == ("1.4.0", "health", "down")


async def test_what_was_announced_holds_until_the_version_before_is_heard_no_more_or_still_after_a_while(team):
    await brought(team)
    hears(team, "1.4.0", "payments", since=60 * MINUTE)
    assert await seen(team, PAYMENTS) == ("1.5.0", "announced", "up")
    team.clock.advance(3 * MINUTE)
    hears(team, "1.4.0", "payments", since=60 * MINUTE)
    assert await seen(team, PAYMENTS) == ("1.4.0", "telemetry", "up")


async def test_what_was_announced_and_is_heard_is_known_to_run(team):
    await brought(team)
    hears(team, "1.5.0", "payments")
    assert await seen(team, PAYMENTS) == ("1.5.0", "telemetry", "up")
    assert (await team.deployments.running(PAYMENTS)).by == ANA


async def test_a_version_that_came_around_the_gate_is_asked_about_once_where_only_telemetry_tells_it(team):
    hears(team, "1.4.0")
    await seen(team)
    team.clock.advance(30 * MINUTE)
    hears(team, "1.5.0")
    assert await seen(team) == ("1.5.0", "telemetry", "unknown")
    await seen(team)
    [question] = await team.told(ANA)
    assert isinstance(question, BypassQuestion)
    assert (question.service, question.before, question.version) == ("orders", "1.4.0", "1.5.0")


@pytest.mark.parametrize(
    ("service", "environment", "known"),
    [("ORDERS", "Integration", True), ("orders", "", True), ("orders", "staging", False), ("ordrs", "", False)],
)
async def test_names_are_those_of_the_catalog_and_a_place_may_be_left_out_where_there_is_one(
    team, service, environment, known
):
    hears(team, "2.1.0", service, environment)
    assert (await seen(team) is not None) is known


async def test_of_two_versions_beside_each_other_the_one_that_came_last_counts(team):
    now = team.clock.now()
    both = [("2.1.0", 60 * MINUTE), ("2.2.0", MINUTE)]
    team.heard.voices = [Heard("orders", "integration", version, now - since, now) for version, since in both]
    assert await seen(team) == ("2.2.0", "telemetry", "unknown")


async def test_health_addresses_are_looked_at_while_the_store_of_telemetry_is_away(team):
    async def away():
        raise Unavailable("The database is locked.")

    team.heard.running_versions = away
    team.health.said[ADDRESS] = Probe(well=True, version="1.4.0")
    assert await seen(team, PAYMENTS) == ("1.4.0", "health", "up")
