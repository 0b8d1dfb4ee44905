"""What Signalbox asks of a Slack workspace, each scope with its reason. Pure.

Read by `signalbox manifest`, by `doctor`, by the local workspace's seed, and by the test that compares it with the
listeners. Format: docs.slack.dev, "App manifest reference" (version 2 of the schema).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Scope:
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    description: str
    usage: str


@dataclass(frozen=True, slots=True)
class Event:
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Shortcut:
    """In the menu of every message."""

    callback_id: str
    name: str
    description: str


CORE = (
    Scope("channels:history", "find a notice already posted before it is sent again after a crash"),
    Scope("channels:read", "find the channel that a notice belongs to by its name"),
    Scope("chat:write", "post notices and keep the board's message up to date"),
    Scope("commands", "be called with a slash command"),
    Scope("files:write", "show charts of how environments were used"),
    Scope("groups:history", "the same look-up in private channels that the bot was invited to"),
    Scope("groups:read", "the same by name for private channels that the bot was invited to"),
    Scope("im:history", "the same look-up in its own direct messages"),
    Scope("im:write", "open a direct message to whoever is offered an environment"),
    Scope("users:read", "show names and read the time zone that times are written in"),
)
"""Enough for everything that is built."""

LATER = (
    Scope("chat:write.public", "announce in public channels that nobody has invited it to"),
    Scope("usergroups:read", "know who belongs to a team by its user group; today the catalog lists its members"),
    Scope("users:read.email", "recognise the person behind a build or a commit by e-mail address"),
)
"""Asked for by the full manifest as well, so that a workspace approves the app once."""

EVENTS = (Event("app_home_opened", "draw the Home tab when somebody opens it"),)


SHORTCUTS = (
    Shortcut("diagnosis.this", "Diagnose this", "Whose service it is, by logs, traces and rates of that time"),
)


@dataclass(frozen=True, slots=True)
class App:
    """The app as one workspace sees it. `url` is where Slack reaches us over HTTP; without it, Socket Mode."""

    commands: Sequence[Command]
    full: bool = False
    url: str = ""

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return tuple(sorted((*CORE, *(LATER if self.full else ())), key=lambda scope: scope.name))


def commands(env: str, deploy: str = "/deploy", suite: str = "/suite") -> tuple[Command, ...]:
    """The slash commands, under the names that this workspace gives them."""
    return (
        Command(env, "Shared environments: who holds what, and who is next", "[reserve integration 2h why] | help"),
        Command(
            deploy, "Deployments: is it safe, what runs where, roll back", "[payments@1.5.0 to integration] | help"
        ),
        Command(
            suite, "Test suites: run, retry what failed, see how far it is", "[checkout-api on integration] | help"
        ),
    )


def document(app: App) -> dict[str, Any]:
    """The manifest as Slack reads it."""
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Signalbox",
            "description": "Who holds the shared environment, and who is next",
            "background_color": "#1f2a44",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Signalbox", "always_online": True},
            "shortcuts": [
                {"name": each.name, "type": "message", "callback_id": each.callback_id, "description": each.description}
                for each in SHORTCUTS
            ],
            "slash_commands": [_command(command, app.url) for command in app.commands],
        },
        "oauth_config": {"scopes": {"bot": [scope.name for scope in app.scopes]}},
        "settings": {
            "event_subscriptions": _at(app.url, "/slack/events") | {"bot_events": [event.name for event in EVENTS]},
            "interactivity": {"is_enabled": True} | _at(app.url, "/slack/interactivity"),
            "org_deploy_enabled": False,
            "socket_mode_enabled": not app.url,
            "token_rotation_enabled": False,
        },
    }


def reasons(app: App) -> dict[str, str]:
    """Why each scope and each event is asked for, by its name."""
    return {each.name: each.why for each in (*app.scopes, *EVENTS)}


def _command(command: Command, url: str) -> dict[str, Any]:
    about = {"command": command.name, "description": command.description, "usage_hint": command.usage}
    return about | ({"url": f"{url.rstrip('/')}/slack/commands"} if url else {}) | {"should_escape": True}


def _at(url: str, path: str) -> dict[str, str]:
    return {"request_url": f"{url.rstrip('/')}{path}"} if url else {}
