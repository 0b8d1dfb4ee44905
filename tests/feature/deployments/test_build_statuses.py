"""What stands at a commit after it was deployed: how that went, once, however often the vendor had to be asked."""

from collections import deque
from datetime import timedelta

import pytest

from bot.deployments.values import Wish
from bot.errors import IntegrationError
from bot.ports.fake_pipelines import VENDOR, Trouble
from bot.ports.pipelines import NotSupported, OutcomeUnknown, RunState, VendorBusy
from bot.ports.telemetry import RatePoint
from tests.support.deploying import ANA, BEN, PAYMENTS, a_team, begun, brought, by
from tests.support.ledgers import NINE

KEY = "signalbox-integration/payments"
SETTLED = timedelta(minutes=3)


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


def mark(team, commit="1.5.0"):
    found = team.vendor.marks.get(("shop/payments", commit, KEY))
    return found and (found.state, found.description)


async def test_what_is_found_good_is_marked_so_once_with_a_link(team):
    await brought(team)
    assert mark(team) is None
    await team.work(until=SETTLED)
    assert mark(team) == (RunState.SUCCEEDED, "payments 1.5.0 works")
    assert team.vendor.marks["shop/payments", "1.5.0", KEY].url == "https://ci.example/runs/1"
    await team.work(until=SETTLED)
    assert team.vendor.calls.count("set_status") == 1


async def test_what_turns_out_red_is_marked_so_and_a_roll_back_says_to_what(team):
    await brought(team, "1.4.0", request="first")
    await team.work(until=SETTLED)
    team.metrics.points["payments"] = deque([(RatePoint(NINE, 100, 0),), (RatePoint(NINE, 40, 12),)])
    await brought(team, "1.5.0", request="second")
    assert mark(team) == (
        RunState.FAILED,
        "payments 1.5.0 is not well: payments fails 30.0% of 40 requests, 0.0% before",
    )
    await team.work(until=SETTLED)
    [red, *_] = await team.deployments.history("payments")
    back = await team.deployments.roll_back(PAYMENTS, red.id, caller=by(BEN, "back"))
    await team.work()
    team.vendor.advance((await team.deployments.of(back.id)).run, RunState.SUCCEEDED)
    await team.work(until=timedelta(seconds=30))
    assert mark(team) == (RunState.FAILED, "payments 1.5.0 was rolled back to 1.4.0")


async def test_what_fails_is_marked_so(team):
    deployment = await begun(team)
    team.vendor.advance(deployment.run, RunState.FAILED)
    await team.work(until=timedelta(minutes=1))
    assert mark(team) == (RunState.FAILED, "payments 1.5.0 was not deployed: its pipeline ended as failed")


async def test_a_job_that_comes_late_does_not_put_back_what_was_true_of_the_commit_before(team):
    failed = await begun(team, request="first")
    team.vendor.advance(failed.run, RunState.FAILED)
    await team.work(until=timedelta(minutes=1))
    await brought(team, request="second")
    await team.work(until=SETTLED)
    assert mark(team) == (RunState.SUCCEEDED, "payments 1.5.0 works")
    await team.marks.put({"id": failed.id})
    assert mark(team) == (RunState.SUCCEEDED, "payments 1.5.0 works")


async def test_what_is_cancelled_leaves_no_mark(team):
    deployment = await begun(team)
    await team.deployments.cancel(deployment.id, caller=by(ANA, "no"))
    await team.work(until=SETTLED)
    assert mark(team) is None


async def test_a_version_that_is_no_commit_is_not_marked(team):
    deployment = await team.deployments.deploy(Wish(PAYMENTS, "snapshot", reports=True), caller=by(ANA))
    await team.deployments.report(deployment.id, succeeded=False, why="no disk", caller=by(ANA))
    await team.work()
    assert team.vendor.marks == {}


@pytest.mark.parametrize(
    ("trouble", "tried_again"),
    [
        (VendorBusy("later", vendor=VENDOR, status=429, retry_after=1), True),
        (OutcomeUnknown("no answer", vendor=VENDOR, status=504), True),
        (NotSupported("no marks here", vendor=VENDOR, status=0), False),
        (IntegrationError("may not", vendor=VENDOR, status=403), False),
    ],
)
async def test_a_vendor_that_is_away_is_asked_again_and_one_that_says_no_is_not(team, trouble, tried_again):
    await brought(team)
    await team.work(until=timedelta(minutes=1, seconds=30))
    [settled] = await team.deployments.history("payments")
    await team.work(until=SETTLED)
    team.vendor.marks.clear()
    team.vendor.troubles.extend([None, Trouble(trouble)])
    if tried_again:
        with pytest.raises(type(trouble)):
            await team.marks.put({"id": settled.id})
        await team.marks.put({"id": settled.id})
    else:
        await team.marks.put({"id": settled.id})
    assert (mark(team) is not None) is tried_again
