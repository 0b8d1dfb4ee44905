"""Slack, or the local workspace in its place, and who we are there."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import structlog

from bot import manifest
from bot.bootstrap.floor import Floor
from bot.catalog import Catalog
from bot.errors import IntegrationError, Unavailable
from bot.ports.chat import Identity, OutcomeUnknown, RateLimited
from bot.runtime.local_workspace import LocalWorkspace, SlackApp, credentials, seed
from bot.settings import Settings
from integrations.slack import SlackChat, outbox_client

log = structlog.get_logger(__name__)

SLACK_PATIENCE = 60.0
"""Seconds to wait for Slack at the start before giving up."""


@dataclass(frozen=True, slots=True)
class SlackKeys:
    """How to reach Slack, or the local workspace in its place. page: the workspace's page for people."""

    api_url: str
    bot_token: str
    app_token: str
    signing_secret: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class Slack:
    keys: SlackKeys
    chat: SlackChat
    identity: Identity


async def reach_slack(floor: Floor, catalog: Catalog) -> Slack:
    """With the keys from the settings; without any, in a local workspace, started here unless it runs."""
    keys = await local_keys(floor, catalog) if floor.settings.local_workspace else _given_keys(floor.settings)
    chat = SlackChat(outbox_client(keys.bot_token, keys.api_url))
    return Slack(keys, chat, await wait_for_slack(chat))


def _given_keys(settings: Settings) -> SlackKeys:
    tokens = (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    return SlackKeys(settings.slack_api_url, *(token.get_secret_value() if token else "" for token in tokens))


async def local_keys(floor: Floor, catalog: Catalog) -> SlackKeys:
    """Those of the workspace in the data folder, which is started here if this process may, unless it runs."""
    place, settings = floor.data / "workspace", floor.settings
    made = credentials(place)
    local = await LocalWorkspace.at(place, settings.workspace_port, chosen=settings.chose("workspace_port"))
    if floor.parts.workspace:
        local.write_seed(
            seed(catalog, made, slack_app(settings.command_env, settings.command_deploy, settings.command_suite))
        )
        await local.start()
        floor.life.on_stop("workspace", local.stop)
        floor.life.run("workspace", local.run)
    return SlackKeys(f"{local.url}/api/", made.bot_token, made.app_token, made.signing_secret, page=local.url)


async def wait_for_slack(chat: SlackChat) -> Identity:
    """Who we are there. Slack may be away for a while at the start; a token it refuses is an error at once."""
    deadline = time.monotonic() + SLACK_PATIENCE
    while True:
        try:
            return await chat.identity()
        except (OutcomeUnknown, RateLimited, IntegrationError) as error:
            final = isinstance(error, IntegrationError) and error.status != 0
            if final or time.monotonic() > deadline:
                raise Unavailable(f"Slack does not let us in: {error}. `signalbox doctor` says more.") from error
            log.warning("waiting for Slack", reason=str(error))
            await asyncio.sleep(2)


def slack_app(command_env: str, command_deploy: str, command_suite: str) -> SlackApp:
    """The core manifest, so that the local workspace grants no more than a real one would."""
    named = manifest.commands(command_env, command_deploy, command_suite)
    commands = tuple((each.name, each.description, each.usage) for each in named)
    scopes = tuple(scope.name for scope in manifest.CORE)
    shortcuts = tuple((each.callback_id, each.name) for each in manifest.SHORTCUTS)
    return SlackApp(commands, scopes, tuple(event.name for event in manifest.EVENTS), shortcuts)
