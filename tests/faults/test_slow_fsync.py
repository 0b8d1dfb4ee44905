"""A disk that takes 100 ms for every write it promises: slower answers, and nothing lost, not even by a kill -9."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.crowd import CHANNEL
from tests.support.scene import a_scene, often, operations

SOURCE = Path(__file__).parents[1] / "support" / "slow_disk.c"
SLOW_MS = 100


@pytest.fixture
def slow_disk(tmp_path):
    """Environment of a process whose disk is slow while the file SLOW_DISK exists, and of its children."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("a slow disk is made with a C compiler, on Linux; there is none here")
    library = tmp_path / "slow_disk.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library), "SLOW_DISK": str(tmp_path / "slow")}


@pytest.mark.timeout(900)
async def test_on_a_slow_disk_answers_take_longer_and_a_killed_bot_and_valkey_keep_every_promise(tmp_path, slow_disk):
    async with a_scene(tmp_path, environment=slow_disk) as scene:
        bot = await scene.bot()
        await scene.workspace.wait_connected()
        quick = min(
            await ms_to_an_answer(scene, "/env staging-2/payments 1h", "payments* is yours"),  # a bot's first is slow
            await ms_to_an_answer(scene, "/env release staging-2", "Released"),
        )
        await asyncio.to_thread(Path(slow_disk["SLOW_DISK"]).touch)
        slow = await ms_to_an_answer(scene, "/env staging-2/orders 1h", "orders* is yours")
        print(f"ms to an answer: {quick} on a quick disk, {slow} on a slow one")
        assert slow > quick + 3 * SLOW_MS, "the inbox, the log and the database each wait for the disk"

        async def kill():
            if scene.kills % 2:
                await scene.kill_valkey()
            else:
                await scene.kill_and_start(bot)

        await scene.while_people_work(operations(12), often(1), kill)
        # Whoever is answered while Valkey is away is perhaps answered twice: that is better than not at all.
        await scene.audit(once=False)


async def ms_to_an_answer(scene, line, words):
    """From the delivery to the answer, by the workspace's clock."""
    before = await scene.workspace.traffic()
    await scene.workspace.command("U0ELI", CHANNEL, line)
    await scene.workspace.wait_for(CHANNEL, words, as_user="U0ELI")
    since = await scene.workspace.traffic(after=before[-1]["id"])
    asked = next(entry["at"] for entry in since if entry["kind"] == "delivery")
    return round(1000 * (next(entry["at"] for entry in since if entry["kind"] == "response_url") - asked))
