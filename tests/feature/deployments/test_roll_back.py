"""A button that rolls back undoes the deployment that it names, and no other; pressing it twice does it once."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.catalog import parse
from bot.deployments.values import Wish
from bot.errors import Conflict
from handlers.kit import deploying
from tests.support.deploying import ANA, CATALOG, PAYMENTS, a_team, by


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


async def test_it_is_refused_when_something_came_between_and_done_once_when_pressed_twice(team):
    ids = []
    for ref in ("1.4.0", "1.5.0"):
        begun = await team.deployments.deploy(Wish(PAYMENTS, ref), caller=by(ANA, ref))
        await team.deployments.report(begun.id, caller=by(ANA), succeeded=True)
        ids.append(begun.id)
    deps: Any = SimpleNamespace(
        deployments=team.deployments, catalog=lambda: parse(CATALOG, "signalbox.yaml", why_taken=lambda _: None)
    )
    with pytest.raises(Conflict, match="Something else was deployed there since"):
        await deploying.roll_back(PAYMENTS, ids[0], "", deps, by(ANA, "press-1"))
    for _ in range(2):
        said = await deploying.roll_back(PAYMENTS, ids[1], "", deps, by(ANA, "press-2"))
        assert "*payments* 1.5.0 → *1.4.0* in *integration* is being deployed" in said.text
    assert [each.undoes for each in await team.deployments.under_way()] == [ids[1]]
