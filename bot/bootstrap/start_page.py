"""What the start page shows whoever runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import version

from bot.bootstrap.floor import Floor
from bot.bootstrap.slack import SlackKeys
from bot.runtime.metrics import exposition
from bot.settings import Settings
from handlers.http import ops


def about(floor: Floor, keys: SlackKeys, checks: dict[str, ops.Check], notes: Callable[[], Iterable[str]]) -> ops.Ops:
    command, deploy_command = floor.settings.command_env, floor.settings.command_deploy
    links = [
        *(
            [ops.Link("Workspace", keys.page, "A small Slack on this machine: act as anybody, try the bot")]
            if keys.page
            else []
        ),
        ops.Link("Services", "/telemetry/services", "Rates, traces and logs that they send"),
        ops.Link("API", "/docs", "For pipelines: reserve, wait, release"),
        ops.Link("Metrics", "/metrics", "For Prometheus"),
        ops.Link("Readiness", "/readyz", "What is reachable"),
    ]
    facts = {
        "Slack": "the local workspace" if keys.page else keys.api_url,
        "Data": stores_of(floor.settings),
    }
    examples = [
        command,
        f"{command} integration 2h checkout fix",
        f"{command} release",
        deploy_command,
        floor.settings.command_suite,
        f"{command} help",
    ]
    return ops.Ops(checks, exposition, version("signalbox"), facts, links, examples, notes)


def stores_of(settings: Settings) -> str:
    """Whose Redis and whose SQL it is, for whoever runs it."""
    redis, sql = ("embedded" if url is None else "external" for url in (settings.redis_url, settings.database_url))
    return f"Redis is {redis}, SQL is {sql}"
