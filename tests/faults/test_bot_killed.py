"""kill -9 of the bot, whatever it is at: the workspace, which outlives it, is the witness."""

import pytest

from tests.support.scene import a_scene, often, operations


@pytest.mark.timeout(900)
async def test_a_bot_killed_again_and_again_keeps_every_promise_and_tells_everybody_once(tmp_path):
    async with a_scene(tmp_path) as scene:
        bot = await scene.bot()

        async def kill():
            await scene.kill_and_start(bot)

        await scene.while_people_work(operations(14), often(2), kill)
        await scene.audit()
