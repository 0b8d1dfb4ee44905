"""The embedded Valkey dies alone, and comes back under the bot that started it; or it comes back with less than it had."""

import asyncio
import shutil
import time

import pytest

from tests.support.scene import a_scene, often, operations

NOTICED = 5.0
"""Seconds after a loss within which what was received and not handled may have gone with it."""


@pytest.mark.timeout(900)
async def test_a_valkey_killed_again_and_again_takes_nothing_along(tmp_path):
    async with a_scene(tmp_path) as scene:
        await scene.bot()
        await scene.while_people_work(operations(20), min(often(2), 6), scene.kill_valkey)
        await scene.audit()


class Losses:
    """Moments at which Valkey lost what it had. Received is not promised: what was not handled yet may go."""

    def __init__(self):
        self.at = []

    def now(self):
        self.at.append(time.time())

    def excuse(self, asked):
        return any(at - NOTICED <= asked.at <= at + 0.5 for at in self.at)


@pytest.mark.timeout(900)
async def test_a_valkey_rolled_back_to_older_files_or_wiped_at_work_takes_no_promise_back(tmp_path, own_valkey):
    older = tmp_path / "older"

    async with a_scene(tmp_path, redis_url=own_valkey.url) as scene:
        await scene.bot()
        await scene.crowd.work(operations(20) // 4)
        await asyncio.to_thread(own_valkey.stop)
        shutil.copytree(own_valkey.folder / "appendonlydir", older)
        await asyncio.to_thread(own_valkey.start)
        losses = Losses()

        async def roll_back():
            await asyncio.to_thread(own_valkey.kill)
            shutil.rmtree(own_valkey.folder / "appendonlydir")
            shutil.copytree(older, own_valkey.folder / "appendonlydir")
            losses.now()
            await asyncio.to_thread(own_valkey.start)

        async def wipe():
            with scene.redis as client:
                client.flushall()
            losses.now()

        await scene.while_people_work(operations(20), min(often(2), 5), roll_back, wipe)
        found = await scene.audit(excused=losses.excuse, once=False)
        assert found.epoch > 1
