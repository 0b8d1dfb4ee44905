"""A button that rolls back undoes the deployment that it names, and no other; pressing it twice does it once."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.bootstrap.leases import LedgerLeases
from bot.catalog import parse
from bot.deployments.admission import Admission
from bot.deployments.values import Wish
from bot.errors import Conflict
from bot.grammar.words import why_taken
from handlers.kit import deploying
from tests.support.deploying import ANA, CATALOG, PAYMENTS, a_team, brought, by, leases


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


async def test_it_is_refused_when_something_came_between_and_done_once_when_pressed_twice(team):
    ids = []
    for ref in ("1.4.0", "1.5.0"):
        begun = await team.deployments.deploy(Wish(PAYMENTS, ref, reports=True), caller=by(ANA, ref))
        await team.deployments.report(begun.id, caller=by(ANA), succeeded=True)
        ids.append(begun.id)
    deps: Any = SimpleNamespace(
        deployments=team.deployments, catalog=lambda: parse(CATALOG, "signalbox.yaml", why_taken=why_taken)
    )
    with pytest.raises(Conflict, match="Something else was deployed there since"):
        await deploying.roll_back(PAYMENTS, ids[0], "", deps, by(ANA, "press-1"))
    for _ in range(2):
        said = await deploying.roll_back(PAYMENTS, ids[1], "", deps, by(ANA, "press-2"))
        assert "*payments* 1.5.0 → *1.4.0* in *integration* is being deployed" in said.text
    assert [each.undoes for each in await team.deployments.under_way()] == [ids[1]]


async def test_it_takes_a_lease_of_its_own_when_the_one_that_was_seen_is_given_back_at_that_moment(team):
    bad = await brought(team)
    seen = await team.deployments.check(PAYMENTS, "1.4.0", caller=by(ANA, "look"))
    assert seen.mine is not None
    assert seen.mine.lease_id == bad.held.lease_id
    await team.reservations.release(bad.held.lease_id, caller=by(ANA, "given back"))
    catalog = parse(CATALOG, "signalbox.yaml", why_taken=why_taken)
    ledger = LedgerLeases(team.reservations, lambda: catalog, team.clock)
    admission = Admission(team.store, ledger, lambda: catalog, team.clock)
    wish = Wish(PAYMENTS, "1.4.0", undoes=bad.id)
    held = (await admission.admit("DLATE", wish, seen, caller=by(ANA, "press"))).held
    assert held is not None
    assert (held.taken, held.pinned) == (True, True)
    assert list(await leases(team)) == [held.lease_id] != [bad.held.lease_id]
