"""Versions that were found red, or are still watched, are no good ones: not in the last good set, nor to go back to."""

from datetime import timedelta

import pytest

from bot.deployments.preflight import OpenCase
from bot.deployments.refusals import MovedOn, NothingBefore
from bot.deployments.standing import way_back
from bot.deployments.values import Deployment, Running, Stage, Target, Watch, Wish
from bot.notices.model import DeploymentRed
from bot.ports.health import Probe
from bot.ports.pipelines import RunState
from tests.support.deploying import ANA, BEN, PAYMENTS, a_team, brought, by
from tests.support.ledgers import NINE

ENDS = timedelta(minutes=4)
ORDERS = Target("integration", "orders")
HEALTH = "http://payments.test/health"
DOWN = Probe(well=False, detail="it answers 503")


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


async def settled(team, ref, *, well=True):
    team.health.said[HEALTH] = Probe(well=True) if well else DOWN
    deployment = await brought(team, ref, request=f"{ref}@{team.clock.now()}")
    await team.work(until=ENDS)
    found = await team.deployments.of(deployment.id)
    assert found.watch is (Watch.GOOD if well else Watch.RED)
    return found


async def runs_beside(team, watch):
    """Orders 2.1.0, of which that was found."""
    now = team.clock.now()
    deployment = Deployment("DBESIDE", ORDERS, "2.1.0", ANA, now, Stage.SUCCEEDED, finished_at=now, watch=watch)

    def write(session):
        team.store.insert(session, deployment, None)
        team.store.put_running(session, Running(ORDERS, "2.1.0", now, "announced"))

    await team.database.transact(write)


@pytest.mark.parametrize(
    ("watch", "beside", "said"),
    [
        (Watch.RED, {}, "it ran beside orders 2.1.0, which is not well"),
        (Watch.WATCHING, {}, ""),
        (Watch.REPLACED, {"orders": "2.1.0"}, ""),
        (Watch.GOOD, {"orders": "2.1.0"}, ""),
    ],
)
async def test_what_is_red_or_still_watched_is_not_good_together_with_what_is_well(team, watch, beside, said):
    await runs_beside(team, watch)
    found = await settled(team, "1.5.0")
    assert found.beside == beside
    assert await team.deployments.last_good("integration") == {**beside, "payments": "1.5.0"}
    assert ("".join(line for line in found.seen if "beside" in line)) == said


async def test_a_version_that_turned_red_later_is_in_the_good_set_no_more(team):
    await settled(team, "1.5.0")
    assert await team.deployments.last_good("integration") == {"payments": "1.5.0"}
    await settled(team, "1.5.0", well=False)
    assert await team.deployments.last_good("integration") == {}


async def test_a_roll_back_passes_over_what_was_not_well(team):
    await settled(team, "1.4.0")
    bad = await settled(team, "1.5.0", well=False)
    latest = await settled(team, "1.6.0")
    way = await team.deployments.before(PAYMENTS)
    assert (way.latest.id, way.to) == (latest.id, "1.4.0")
    assert [(each.version, each.at) for each in way.skipped] == [("1.5.0", bad.settled_at)]


async def test_a_roll_back_that_turns_red_does_not_offer_the_red_version_that_it_undid(team):
    await settled(team, "1.4.0")
    await settled(team, "1.5.0", well=False)
    found = await settled(team, "1.4.0", well=False)
    red = [notice for notice in await team.told(ANA) if isinstance(notice, DeploymentRed)][-1]
    assert (red.deployment.deployment_id, red.back_to) == (found.id, "")
    with pytest.raises(NothingBefore, match=r"can go back: 1\.5\.0 was not well at \d\d:\d\d UTC"):
        await team.deployments.before(PAYMENTS)


async def test_no_roll_back_goes_to_what_was_rolled_back_or_is_blamed_by_an_open_case(team):
    """Its watch has not seen it: the roll back came first."""
    await settled(team, "1.4.0")
    bad = await brought(team, "1.5.0", request="bad")
    back = await team.deployments.roll_back(PAYMENTS, bad.id, caller=by(BEN, "back"))
    await team.work()
    team.vendor.advance((await team.deployments.of(back.id)).run, RunState.SUCCEEDED)
    await team.work(until=timedelta(minutes=5))
    assert (await team.deployments.of(bad.id)).watch is Watch.REPLACED
    with pytest.raises(NothingBefore, match=r"can go back: 1\.5\.0 was rolled back at \d\d:\d\d UTC\."):
        await team.deployments.before(PAYMENTS)
    latest = await settled(team, "1.6.0")
    assert (await team.deployments.before(PAYMENTS)).to == "1.4.0"
    team.cases.open = [OpenCase("C1", "payments: KeyError", blamed=frozenset({("payments", "1.4.0")}))]
    assert (await team.deployments.of(latest.id)).watch is Watch.GOOD
    with pytest.raises(
        NothingBefore, match=r"1\.5\.0 was rolled back at \d\d:\d\d UTC, 1\.4\.0 is blamed by an open case"
    ):
        await team.deployments.roll_back(PAYMENTS, latest.id, caller=by(BEN, "pipeline"))


async def test_where_no_version_is_free_of_doubt_the_least_doubtful_is_offered_with_what_speaks_against_it(team):
    """Whoever is told so may go there; what asks for no version in particular is refused."""
    for ref, well in (("1.4.0", True), ("1.5.0", False), ("1.6.0", False)):
        latest = await settled(team, ref, well=well)
    assert latest.back_to == "1.4.0"
    team.cases.open = [OpenCase("C1", "payments: KeyError", blamed=frozenset({("payments", "1.4.0")}))]
    way = await team.deployments.before(PAYMENTS)
    assert (way.to, way.sure, way.doubtful.why) == ("1.4.0", "", "is blamed by an open case")
    assert [each.version for each in way.skipped] == ["1.5.0"]
    with pytest.raises(NothingBefore):
        await team.deployments.roll_back(PAYMENTS, latest.id, caller=by(BEN, "api"))
    with pytest.raises(MovedOn, match=r"leads to 1\.4\.0 by now"):
        await team.deployments.roll_back(PAYMENTS, latest.id, caller=by(BEN, "old"), how=Wish(PAYMENTS, "1.5.0"))
    back = await team.deployments.roll_back(PAYMENTS, latest.id, caller=by(BEN, "pressed"), how=Wish(PAYMENTS, "1.4.0"))
    assert (back.ref, back.undoes) == ("1.4.0", latest.id)


def test_a_roll_back_that_came_to_nothing_speaks_against_no_version():
    at = [NINE + timedelta(minutes=minute) for minute in range(3)]
    good = Deployment("D14", PAYMENTS, "1.4.0", ANA, at[0], Stage.SUCCEEDED, before="1.3.0")
    failed = Deployment("DBACK", PAYMENTS, "1.3.0", BEN, at[1], Stage.FAILED, undoes=good.id)
    latest = Deployment("D15", PAYMENTS, "1.5.0", ANA, at[2], Stage.SUCCEEDED, before="1.4.0")
    assert way_back(latest, [latest, failed, good]).to == "1.4.0"


async def test_a_service_that_is_not_well_is_in_the_good_set_with_the_version_that_was(team):
    earlier = Deployment("DEARLIER", ORDERS, "2.0.0", ANA, team.clock.now(), Stage.SUCCEEDED)
    await team.database.transact(
        lambda session: team.store.put_good(session, "integration", {"orders": "2.0.0", "gone": "1.0.0"}, earlier)
    )
    await runs_beside(team, Watch.RED)
    await settled(team, "1.5.0")
    assert await team.deployments.last_good("integration") == {"orders": "2.0.0", "payments": "1.5.0"}


async def test_what_was_rolled_back_says_to_what_and_by_whom(team):
    await settled(team, "1.4.0")
    red = await settled(team, "1.5.0", well=False)
    team.health.said[HEALTH] = Probe(well=True)
    back = await team.deployments.roll_back(PAYMENTS, red.id, caller=by(BEN, "back"))
    await team.work()
    team.vendor.advance((await team.deployments.of(back.id)).run, RunState.SUCCEEDED)
    await team.work(until=timedelta(minutes=1))
    undone = await team.deployments.of(red.id)
    assert (undone.watch, undone.replaced_with, undone.replaced_by) == (Watch.RED, "1.4.0", BEN)
    cards = [each.deployment for each in await team.told("#integration")]
    assert [each.replaced_with for each in cards if each.deployment_id == red.id][-1] == "1.4.0"
