"""The composition root: the one place that knows every concrete class, and in which order they start.

Stop order: web, Slack, workers (drained), workspace, SQL, Redis, Valkey; each registers its stop as it starts.
"""

from __future__ import annotations

from contextlib import nullcontext

from bot.bootstrap.edge import build_bot, register, start_web, start_work
from bot.bootstrap.floor import Floor, Parts
from bot.bootstrap.rooms import open_catalog, start_rooms
from bot.bootstrap.slack import reach_slack
from bot.bootstrap.stores import open_stores
from bot.runtime import folder
from bot.runtime.clock import RedisClock
from bot.runtime.processes import Lifecycle
from bot.runtime.redis import Keys
from bot.settings import Settings

__all__ = ["Parts", "register", "run"]


async def run(settings: Settings, parts: Parts | None = None) -> int:
    """Run until SIGINT or SIGTERM; the exit code. Raises SignalboxError when it cannot start."""
    parts, data = parts or Parts(), folder.prepare(settings.data_dir)
    with folder.claimed(data) if parts.embedded else nullcontext():
        async with Lifecycle() as life:
            floor = Floor(settings, parts, data, life, Keys(settings.workspace_id), RedisClock())
            print(await start(floor), flush=True)  # noqa: T201 - the address that whoever typed `up` opens
            await life.until_stopped()
    return 0


async def start(floor: Floor) -> str:
    """Start every layer; what to tell whoever started it."""
    stores = await open_stores(floor)
    source = open_catalog(floor)
    slack = await reach_slack(floor, source.current())
    rooms = await start_rooms(floor, stores, source, slack.chat)
    bot = build_bot(floor, stores, rooms, source, slack)
    if floor.parts.worker:
        await start_work(floor, stores, rooms, bot)
    address = await start_web(floor, stores, slack.keys, bot) if floor.parts.web else ""
    lines = [
        "Signalbox runs.",
        slack.keys.page and f"  Open the workspace:  {slack.keys.page}",
        address and f"  Start page:          {address}",
    ]
    return "\n".join(line for line in (*lines, "  Stop it with Ctrl-C.") if line)
