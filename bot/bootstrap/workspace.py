"""The local workspace alone: a Slack to develop a bot against, on the folder that `up` uses."""

from __future__ import annotations

from bot.bootstrap.floor import Floor, Parts
from bot.bootstrap.rooms import open_catalog
from bot.bootstrap.slack import SlackKeys, local_keys
from bot.runtime import folder
from bot.runtime.clock import RedisClock
from bot.runtime.local_workspace import tokens_file
from bot.runtime.processes import Lifecycle
from bot.runtime.redis import Keys
from bot.settings import Settings


async def run_workspace(settings: Settings) -> None:
    """Run until SIGINT or SIGTERM; one that runs already is adopted. Raises SignalboxError when it cannot start."""
    data = folder.prepare(settings.data_dir)
    async with Lifecycle() as life:
        floor = Floor(settings, Parts(), data, life, Keys(settings.workspace_id), RedisClock())
        keys = await local_keys(floor, open_catalog(floor).current())
        print(greeting(keys, floor), flush=True)  # noqa: T201 - what whoever typed `workspace` waits for
        await life.until_stopped()


def greeting(keys: SlackKeys, floor: Floor) -> str:
    """Where it is, and what a bot needs to live in it."""
    lines = (
        f"The workspace runs: {keys.page}",
        "  A bot needs:",
        f"    SLACK_API_URL={keys.api_url}",
        "    SLACK_BOT_TOKEN, and SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP):",
        f"    they are in {tokens_file(floor.data / 'workspace')}",
        "  Stop it with Ctrl-C.",
    )
    return "\n".join(lines)
