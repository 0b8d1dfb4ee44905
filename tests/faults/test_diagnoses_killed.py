"""kill -9 while the sources of a diagnosis are asked: it is asked again by itself, and told once."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from tests.support.crowd import CHANNEL
from tests.support.scene import a_scene, at_length

ANA = "U0ANA"
GOES_ON_WITHIN = 150.0
"""Seconds: what the dead had in hand is taken up after half a minute."""

EMPTY = json.dumps({"status": "success", "data": {"resultType": "streams", "result": []}}).encode()


class Logs:
    """A source of logs that answers nothing, or nobody while it hangs. asked: how often it was."""

    def __init__(self):
        self.asked, self.answers = 0, asyncio.Event()

    async def __call__(self, reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        await self.answers.wait()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(EMPTY)}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + EMPTY)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def logs_here():
    logs = Logs()
    server = await asyncio.start_server(logs, "127.0.0.1", 0)
    try:
        yield logs, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        logs.answers.set()
        server.close()


async def told(scene, contains):
    """Ana's direct messages that are about a diagnosis, once one of them says that."""
    async with asyncio.timeout(GOES_ON_WITHIN):
        while True:
            said = [each for each in await scene.workspace.direct_messages(ANA) if "About payments" in str(each)]
            if any(contains in str(each) for each in said):
                return said
            await asyncio.sleep(0.25)


@at_length
@pytest.mark.timeout(600)
async def test_a_diagnosis_that_was_being_asked_is_told_once_though_the_bot_was_killed(tmp_path):
    async with logs_here() as (logs, address), a_scene(tmp_path, environment={"SIGNALBOX_LOKI_URL": address}) as scene:
        bot = await scene.bot()
        await scene.workspace.wait_connected()
        assert (await scene.workspace.command(ANA, CHANNEL, "/suite diagnose payments on integration")).ok
        await told(scene, "Asking logs, traces and rates")
        async with asyncio.timeout(60):
            while not logs.asked:  # noqa: ASYNC110 - another process decides
                await asyncio.sleep(0.05)
        asked = logs.asked
        await scene.kill_and_start(bot)
        logs.answers.set()
        (card,) = await told(scene, "Cannot tell")
        assert "Asking" not in str(card)
        assert logs.asked > asked
