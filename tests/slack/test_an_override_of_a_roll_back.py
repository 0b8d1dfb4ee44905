"""A roll back that the gate says no to, and that whoever may sets it aside for."""

import pytest

from bot.deployments.values import Wish
from bot.values import Caller
from tests.support.deploy_scene import ELI, PAYMENTS, a_scene
from tests.support.signalbox import INTEGRATION, words_of


@pytest.fixture
async def scene(valkey, tmp_path):
    async with a_scene(valkey.url, tmp_path) as made:
        yield made


async def deployed(scene, version):
    """By Eli, who does not own it."""
    room = scene.signalbox.started.deployment.deployments
    wish = Wish(PAYMENTS, version, reports=True, override="nobody else is awake")
    opened = await room.deploy(wish, caller=Caller(ELI, f"deploy {version}"))
    await room.report(opened.id, caller=Caller(ELI, f"end {version}"), succeeded=True)
    return opened


async def test_it_is_a_roll_back_all_the_same(scene):
    signalbox = scene.signalbox
    await deployed(scene, "1.4.2")
    newest = await deployed(scene, "1.5.0")
    await signalbox.type(ELI, "/env freeze integration 2h release week")
    assert "it is frozen" in await signalbox.type(ELI, "/deploy rollback payments to integration")
    assert (await signalbox.workspace.press(ELI, "deploy.override", channel=INTEGRATION)).ok
    await signalbox.workspace.wait_for_view(ELI, "deploy.overridden")
    assert (await signalbox.workspace.submit(ELI, {"why": "francs are wrong"})).ok
    card = words_of(await signalbox.announced("francs are wrong"))
    assert ":leftwards_arrow_with_hook: a roll back" in card
    back = (await scene.deployments())[0]
    assert (back.ref, back.undoes, back.overridden.reason) == ("1.4.2", newest.id, "francs are wrong")
