"""What a vendor's webhook makes Signalbox look at, and what it passes over."""

from datetime import timedelta

import pytest

from bot.deployments.values import Stage
from bot.ports.pipelines import RunState
from bot.ports.webhooks import Hint
from bot.runtime.metrics import HINTS
from tests.support.deploying import a_team, begun

HEAD = "acb5820ced9479c074f688cc328bf03f341a511d"


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        team.vendor.refs["shop/payments"]["main"] = HEAD
        yield team


async def ended(team):
    """A deployment that is looked at in half a minute, and whose run has ended by now."""
    deployment = await begun(team)
    await team.work(until=timedelta(minutes=5))
    team.vendor.advance(deployment.run, RunState.SUCCEEDED)
    return deployment


def hint(**changed):
    told = {"provider": "local", "delivery": "d-1", "event": "status", "repository": "shop/payments"}
    return Hint(**{**told, **changed})


def counted(outcome):
    return HINTS.labels("local", outcome)._value.get()


@pytest.mark.parametrize(
    "named",
    [
        {"commit": HEAD},
        {"commit": HEAD[:8]},
        {"run": "run-1"},
        {"run": "1"},
        {"repository": "Shop/Payments", "commit": HEAD},
    ],
)
async def test_a_deployment_is_looked_at_at_once_by_its_run_or_by_its_commit(team, named):
    deployment = await ended(team)
    matched = counted("matched")
    await team.hints.take(hint(**named))
    await team.work()
    assert (await team.deployments.of(deployment.id)).stage is Stage.SUCCEEDED
    assert counted("matched") == matched + 1


@pytest.mark.parametrize(
    ("named", "outcome"),
    [
        ({"commit": "f" * 40}, "runs"),
        ({"commit": "ac"}, "runs"),
        ({"commit": ""}, "runs"),
        ({"run": "run-2", "commit": HEAD}, "runs"),
        ({"commit": HEAD, "repository": "shop/orders"}, "runs"),
        ({"commit": HEAD, "repository": "shop/unknown"}, "unmatched"),
        ({"commit": HEAD, "provider": "github"}, "unmatched"),
    ],
)
async def test_what_is_about_something_else_is_passed_over_and_counted(team, named, outcome):
    """Where something is deployed from, its runs are looked at: one of them may have asked no gate."""
    deployment = await ended(team)
    told = hint(**named)
    before = HINTS.labels(told.provider, outcome)._value.get()
    await team.hints.take(told)
    await team.work()
    assert (await team.deployments.of(deployment.id)).stage is Stage.RUNNING
    assert HINTS.labels(told.provider, outcome)._value.get() == before + 1
