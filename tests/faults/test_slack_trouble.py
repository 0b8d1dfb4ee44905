"""Slack stumbles: it dies and comes back, says 429 and 500, drops answers, repeats itself, and hangs up."""

import asyncio

import pytest

from tests.support.scene import a_scene, often, operations

FAULTS = (
    {"kind": "429", "method": "chat.postMessage", "times": 2, "seconds": 1},
    {"kind": "500", "method": "chat.postMessage", "times": 2},
    {"kind": "dropped", "method": "chat.postMessage", "times": 2},
    {"kind": "500", "method": "chat.update", "times": 1},
    {"kind": "dropped", "method": "chat.update", "times": 1},
    {"kind": "429", "method": "conversations.history", "times": 1, "seconds": 1},
    {"kind": "duplicate", "method": "slash_commands", "times": 4},
    {"kind": "duplicate", "method": "interactive", "times": 4},
    {"kind": "slow", "method": "chat.postMessage", "times": 2, "seconds": 2},
)


@pytest.mark.timeout(900)
async def test_whatever_slack_does_and_even_when_it_dies_every_message_arrives_once(tmp_path):
    async with a_scene(tmp_path) as scene:
        await scene.bot()

        async def stumble():
            for fault in scene.chance.sample(FAULTS, 6):
                await scene.workspace.fault(**fault)
            await scene.workspace.disconnect(scene.chance.choice(("refresh_requested", "cut")))

        async def die():
            scene.server.kill()
            await asyncio.sleep(scene.chance.uniform(0, 1))
            await asyncio.to_thread(scene.server.start)

        await scene.while_people_work(operations(16), often(2), stumble, die)
        await scene.workspace.clear_faults()
        await scene.audit()
