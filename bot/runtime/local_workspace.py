"""The workspace on this machine that plays Slack when nobody gave a token: its people come from the catalog."""

from __future__ import annotations

import json
import re
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.catalog import Catalog, Person
from bot.runtime.child import Child
from bot.runtime.resident import HOST, NO_TLS, Resident, address, key_of, port_for

TEAM = {"id": "T0LOCAL", "name": "Signalbox", "domain": "signalbox"}
BOT_USER = "U0SIGNALBOX"
ANSWER_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a Slack app is given; made up once per data folder."""

    bot_token: str
    app_token: str
    signing_secret: str


@dataclass(frozen=True, slots=True)
class SlackApp:
    """What the manifest asks of a workspace. commands: name, description and usage of each. shortcuts: callback id and
    name of each that stands in the menu of messages.
    """

    commands: tuple[tuple[str, str, str], ...]
    scopes: tuple[str, ...]
    events: tuple[str, ...]
    shortcuts: tuple[tuple[str, str], ...] = ()


def credentials(folder: Path) -> Credentials:
    """Those of `folder`, made on first use and readable by this user alone."""
    path = tokens_file(folder)
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        random = {name: secrets.token_hex(16) for name in ("bot_token", "app_token", "signing_secret")}
        made = {
            **random,
            "bot_token": f"xoxb-local-{random['bot_token']}",
            "app_token": f"xapp-local-{random['app_token']}",
        }
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(made), "utf-8")
        fresh.replace(path)
    return Credentials(**json.loads(path.read_text("utf-8")))


def tokens_file(folder: Path) -> Path:
    return folder / "credentials.json"


def seed(catalog: Catalog, keys: Credentials, app: SlackApp) -> dict[str, Any]:
    """The document the workspace starts with. The same catalog gives the same ids."""
    channels = dict.fromkeys(["general", *(name.removeprefix("#") for name in _announced(catalog))])
    return {
        "team": TEAM,
        "users": [_user(person) for person in catalog.people.values() or _stand_ins(catalog)],
        "channels": [_channel(name) for name in channels if name],
        "usergroups": [_group(catalog, name) for name, team in catalog.teams.items() if team.slack],
        "app": {
            "id": "A0SIGNALBOX",
            "name": "Signalbox",
            "bot_user_id": BOT_USER,
            "bot_id": "B0SIGNALBOX",
            "bot_token": keys.bot_token,
            "app_token": keys.app_token,
            "signing_secret": keys.signing_secret,
            "commands": [
                {"command": name, "description": description, "usage_hint": usage}
                for name, description, usage in app.commands
            ],
            "shortcuts": [{"callback_id": id, "name": name, "type": "message_action"} for id, name in app.shortcuts],
            "bot_scopes": list(app.scopes),
            "events": list(app.events),
        },
        "welcome": _welcome(catalog, *(name for name, _, _ in app.commands[:3])),
    }


class LocalWorkspace:
    """The server as a child of ours; one that survived an earlier parent in the same folder is adopted."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder, self._port = folder, port
        self._resident = Resident(
            Child(
                name="the local workspace",
                command=self._command(),
                output=folder / "workspace.log",
                ready=lambda: serves(self.url, key_of(folder / "state")),
                lock=folder / "workspace.lock",
            )
        )

    @classmethod
    async def at(cls, folder: Path, port: int, *, chosen: bool) -> LocalWorkspace:
        """The one that serves `folder` already; else on `port`, or on any free one unless it was chosen.

        Raises Unavailable when the chosen port is taken by something else.
        """

        async def ours(url: str) -> bool:
            return await serves(url, key_of(folder / "state"))

        return cls(folder, await port_for(folder, port, ours, chosen=chosen, variable="SIGNALBOX_WORKSPACE_PORT"))

    @property
    def url(self) -> str:
        return address(self._port)

    def write_seed(self, document: dict[str, Any]) -> None:
        """What the server reads when it starts."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._folder / "seed.new"
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(document, indent=1), "utf-8")
        fresh.replace(self._folder / "seed.json")

    async def start(self) -> None:
        """Raises Unavailable."""
        await self._resident.start()

    async def run(self) -> None:
        """Wait for its end, which raises; started again when called again: a loop for `supervise`."""
        await self._resident.run()

    async def stop(self) -> None:
        await self._resident.stop()

    def _command(self) -> tuple[str, ...]:
        paths = ("--data", str(self._folder / "state"), "--seed", str(self._folder / "seed.json"))
        return (sys.executable, "-m", "integrations.workspace", "--host", HOST, "--port", str(self._port), *paths)


async def serves(url: str, key: str) -> bool:
    """Does a workspace answer at `url`, and is it the one whose state folder has this `key`?"""
    try:
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS, verify=NO_TLS) as client:
            health = (await client.get(f"{url}/_control/health")).json()
    except (httpx.HTTPError, ValueError):
        return False
    return bool(health.get("data") == key)


def _announced(catalog: Catalog) -> list[str]:
    return [catalog.announce, *(env.announce for env in catalog.environments.values())]


def _stand_ins(catalog: Catalog) -> list[Person]:
    """Somebody to act as, when the catalog lists nobody: it need not, since Slack knows its people itself."""
    named = (("ana", "Ana Kovač"), ("ben", "Ben Okafor"), ("cem", "Cem Aydın"))
    return [Person(name, f"U0{name.upper()}", full, hours=catalog.hours) for name, full in named]


def _user(person: Person) -> dict[str, Any]:
    name = re.sub(r"[^a-z0-9._-]", "", person.name.casefold())
    real = person.full_name or person.name
    return {"id": person.slack, "name": name, "real_name": real, "email": person.email, "tz": person.hours.zone_name}


def _channel(name: str) -> dict[str, Any]:
    topic = "Anything else" if name == "general" else "Who holds what, and what changed"
    return {"id": channel_id(name), "name": name, "topic": topic}


def channel_id(name: str) -> str:
    """`staging-2` and `staging2` must differ, so what cannot stand in an id is spelled as its code."""
    return "C0" + "".join(char if char.isalnum() and char.isascii() else f"{ord(char):X}" for char in name.upper())


def _group(catalog: Catalog, name: str) -> dict[str, Any]:
    team = catalog.teams[name]
    users = [person.slack for person in catalog.people_behind(team.members)]
    return {"id": team.slack, "handle": team.name, "name": team.name.capitalize(), "users": users}


def _welcome(catalog: Catalog, command: str, deploy: str = "", suite: str = "") -> dict[str, Any]:
    first = next(iter(catalog.environments.values()), None)
    environment = first.name if first else "integration"
    channel = (first.announce if first else "").removeprefix("#") or "general"
    tries = {
        "See who holds what": command,
        "Take an environment for two hours": f"{command} reserve {environment} 2h checkout fix",
        "Only test against it, beside others": f"{command} {environment} shared 1h regression run",
        "Hand it back": f"{command} release",
        "See what runs where": deploy,
        "Run tests, and see what broke": suite,
    }
    return {
        "title": "Welcome to your Signalbox workspace",
        "lines": [
            "This small Slack lives on your machine. The bot in it is the real one.",
            "Reserve an environment. Then act as somebody else and ask for the same one: you land in the queue.",
            "Release it as the first person, and the second is offered it by direct message.",
        ],
        "try": [
            {"label": label, "channel": channel_id(channel), "text": text} for label, text in tries.items() if text
        ],
    }
