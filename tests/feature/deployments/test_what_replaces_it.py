"""Only what came in place ends the watch of another version; what is cancelled when it is in place was deployed."""

from datetime import timedelta

import pytest

from bot.deployments.values import Stage, Watch, Wish
from bot.notices.model import CancelledTooLate, DeploymentReplaced
from bot.ports.health import Probe
from bot.ports.pipelines import RunState
from tests.support.deploying import ANA, BEN, PAYMENTS, a_team, begun, brought, by


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


async def test_what_was_begun_replaces_it_though_a_third_stands_in_line(team):
    deployment = await brought(team)
    second = await begun(team, "1.6.0", BEN, request="r2")
    await begun(team, "1.4.0", person="pipeline:nightly", request="r3", wait=True)
    team.vendor.advance(second.run, RunState.SUCCEEDED)
    await team.work(until=timedelta(minutes=1))
    assert (await team.deployments.of(deployment.id)).watch is Watch.REPLACED
    told = (await team.told(ANA))[-1]
    assert isinstance(told, DeploymentReplaced)
    assert (told.by, told.version) == (BEN, "1.6.0")


async def test_what_was_cancelled_before_it_came_replaces_nothing(team):
    deployment = await brought(team)
    second = await begun(team, "1.6.0", request="r2")
    await team.work(until=timedelta(minutes=3))
    assert (await team.deployments.of(deployment.id)).watch is Watch.WATCHING
    await team.deployments.cancel(second.id, caller=by(ANA, "stop"))
    await team.work(until=timedelta(minutes=1))
    assert (await team.deployments.of(deployment.id)).watch is Watch.GOOD


async def test_what_is_only_said_to_be_deployed_replaces_nothing_that_is_seen_to_run(team):
    deployment = await brought(team)
    team.health.said["http://payments.test/health"] = Probe(well=True, version="1.5.0")
    second = await team.deployments.deploy(Wish(PAYMENTS, "1.6.0", reports=True), caller=by(ANA, "r2"))
    await team.deployments.report(second.id, caller=by(ANA), succeeded=True)
    await team.work(until=timedelta(minutes=4))
    assert (await team.deployments.of(deployment.id)).watch is Watch.GOOD


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=10)])
async def test_what_is_in_place_when_it_is_cancelled_or_soon_after_was_deployed_and_is_watched(team, late):
    deployment = await begun(team)
    in_place = Probe(well=True, version="1.5.0")
    team.health.said["http://payments.test/health"] = Probe(well=True, version="1.4.0") if late else in_place
    answer = await team.deployments.cancel(deployment.id, caller=by(BEN, "stop"))
    assert answer.stage is (Stage.CANCELLED if late else Stage.SUCCEEDED)
    await team.work(until=late)
    team.health.said["http://payments.test/health"] = in_place
    await team.work(until=timedelta(minutes=1))
    found = await team.deployments.of(deployment.id)
    assert (found.stage, found.ended_by, found.watch) == (Stage.SUCCEEDED, BEN, Watch.WATCHING)
    assert [type(each) for each in await team.told(BEN)] == ([CancelledTooLate] if late else [])
