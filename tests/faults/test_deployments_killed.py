"""kill -9 between the acknowledgement of a deployment and its effect: it goes on by itself, and its run begins once."""

import asyncio
import json

import pytest

from tests.support.crowd import CHANNEL
from tests.support.scene import a_scene, at_length, operations

ANA = "U0ANA"
GOES_ON_WITHIN = 150.0
"""Seconds: what the dead had in hand is taken up after half a minute, and what was lost with them after one more."""


def cards(said, version):
    return [message for message in said if f"*{version}*" in message["text"]]


async def deployed(scene, version):
    """Its card, once it says so: the one there is."""
    async with asyncio.timeout(GOES_ON_WITHIN):
        while "deployed, and" not in str(found := cards(await scene.workspace.messages(CHANNEL), version)):  # noqa: ASYNC110 - another process decides
            await asyncio.sleep(0.25)
    (card,) = found
    return card


@at_length
@pytest.mark.timeout(2400)
async def test_a_deployment_that_was_acknowledged_begins_once_whenever_the_bot_is_killed(tmp_path):
    began = tmp_path / "began"
    command = f"sh -c 'echo $SIGNALBOX_VERSION >> {began}'"
    local = {"SIGNALBOX_LOCAL_PIPELINES": json.dumps({"deploy": command})}
    versions = [f"1.{number}.0" for number in range(operations(0) // 20)]
    async with a_scene(tmp_path, environment=local) as scene:
        bot = await scene.bot()
        for version in versions:
            await scene.workspace.wait_connected()
            outcome = await scene.workspace.command(ANA, CHANNEL, f"/deploy payments@{version} to integration")
            assert outcome.ok, outcome
            await asyncio.sleep(scene.chance.uniform(0, 0.8))
            await scene.kill_and_start(bot)
            await deployed(scene, version)
        await scene.settle()
    assert began.read_text().split() == versions
