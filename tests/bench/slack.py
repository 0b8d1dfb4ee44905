"""What a person sees: the whole system as its own processes, Slack's part played by the local workspace."""

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from integrations.workspace.control import Workspace
from tests.bench.figures import ROUNDS, Figure, at_most
from tests.support.bot_process import BotProcess
from tests.support.crowd import CHANNEL, Crowd
from tests.support.signalbox import ANA, BEN, CEM, DANA, SAMPLE, document
from tests.support.workspace import LOOSE, start_workspace

PLACE = "staging-2/orders"
TURNS = ROUNDS * 5


async def measure() -> list[Figure]:
    with TemporaryDirectory(prefix="bench") as folder:
        server = start_workspace(Path(folder) / "workspace", document=document(), limits=LOOSE)
        bot = BotProcess(Path(folder) / "bot", {**server.environment, "SIGNALBOX_CATALOG": str(SAMPLE)})
        try:
            await bot.start().until_ready()
            async with Workspace(server.url) as workspace:
                await workspace.wait_connected()
                return [*await offered(workspace), *await acked(workspace)]
        finally:
            bot.kill()
            server.stop()


async def offered(workspace: Workspace) -> list[Figure]:
    """From the line that releases to the offer in the next one's direct messages. Four people, so that Slack's limit
    of a message a second to each is not what is measured.
    """
    people = [ANA, BEN, CEM, DANA]
    took = []
    await _type(workspace, ANA, f"/env {PLACE} 2h")
    for turn in range(TURNS):
        holder, following = people[turn % 4], people[(turn + 1) % 4]
        await _type(workspace, following, f"/env {PLACE} 2h")
        await asyncio.sleep(0.3)
        took.append(await _released(workspace, holder, following))
        assert (await workspace.press(following, "env.accept")).ok
        await asyncio.sleep(0.2)
    name = "release to the offer in the next one's messages"
    return [Figure(f"{name}, p50", took, "ms", at_most(300)), _p99(f"{name}, p99", took, 1_000)]


async def _released(workspace: Workspace, holder: str, following: str) -> float:
    seen = await workspace.direct_messages(following)
    since = seen[-1]["ts"] if seen else "0"
    visible = asyncio.create_task(workspace.wait_for(following, "Accept", since=since))
    await asyncio.sleep(0.05)
    began = time.perf_counter()
    released = asyncio.create_task(_type(workspace, holder, f"/env release {PLACE}"))
    await visible
    took = (time.perf_counter() - began) * 1000
    await released
    return took


async def acked(workspace: Workspace) -> list[Figure]:
    """As the workspace measures it, from sending a command to its acknowledgement."""
    idle = [await _type(workspace, ANA, "/env") for _ in range(100)]
    crowd = Crowd(workspace, 7, pause=0.05)
    working = asyncio.create_task(crowd.work(10_000))
    busy = [await _type(workspace, ANA, "/env") for _ in range(100)]
    working.cancel()
    await asyncio.wait({working})
    figures: list[Figure] = []
    for name, took in (("idle", idle), ("five people at it", busy)):
        figures += [
            Figure(f"slash command to ack, {name}, p50", took),
            Figure(f"slash command to ack, {name}, p99", took, quantile=0.99),
        ]
    return figures


def _p99(name: str, took: list[float], limit: float) -> Figure:
    return Figure(name, took, "ms", at_most(limit), quantile=0.99)


async def _type(workspace: Workspace, person: str, line: str) -> float:
    outcome = await workspace.command(person, CHANNEL, line)
    assert outcome.ok, outcome
    return outcome.ms
