"""Who and what the workspace starts with: a JSON file that `signalbox up` writes from the catalog."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

BOT_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:read",
    "reactions:read",
    "usergroups:read",
    "users:read",
    "users:read.email",
)
EVENTS = ("app_home_opened", "app_mention", "member_joined_channel", "message.channels", "message.im", "reaction_added")


class SeedError(ValueError):
    """The seed cannot be used; the message names the place and what to do."""


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class Person:
    """`tz` is an IANA name."""

    id: str
    name: str
    real_name: str = ""
    email: str = ""
    tz: str = "Etc/UTC"


@dataclass(frozen=True, slots=True)
class Channel:
    """No `members` means everybody. The app is a member of every channel of the seed."""

    id: str
    name: str
    topic: str = ""
    is_private: bool = False
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usergroup:
    id: str
    handle: str
    name: str
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SlashCommand:
    command: str
    description: str = ""
    usage_hint: str = ""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`type` is `shortcut` (global) or `message_action`."""

    callback_id: str
    name: str
    type: str = "shortcut"


@dataclass(frozen=True, slots=True)
class Delivery:
    """`mode` is `socket`, or `http` with the URLs of an app on this machine (the others fall back to request_url)."""

    mode: str = "socket"
    request_url: str = ""
    interactivity_url: str = ""
    commands_url: str = ""
    options_url: str = ""

    def url(self, kind: str, name: str) -> str:
        """Where a payload goes; `name` tells option lists from other interactions."""
        if name == "block_suggestion":
            return self.options_url or self.interactivity_url or self.request_url
        chosen = {"interactive": self.interactivity_url, "slash_commands": self.commands_url}.get(kind, "")
        return chosen or self.request_url


@dataclass(frozen=True, slots=True)
class App:
    id: str
    name: str
    bot_user_id: str
    bot_id: str
    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str = "local-verification-token"  # noqa: S105 - old apps compare it; nothing here trusts it
    bot_scopes: tuple[str, ...] = BOT_SCOPES
    events: tuple[str, ...] = EVENTS
    commands: tuple[SlashCommand, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    delivery: Delivery = field(default_factory=Delivery)


@dataclass(frozen=True, slots=True)
class Seed:
    """`welcome` is handed to the page as it is: title, lines, try."""

    team: Team
    users: tuple[Person, ...]
    channels: tuple[Channel, ...]
    app: App
    usergroups: tuple[Usergroup, ...] = ()
    welcome: dict[str, Any] = field(default_factory=dict)


def load_seed(path: Path) -> Seed:
    """Raises SeedError, which names the file and the place in it."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SeedError(f"{path}: cannot be read ({error.strerror}).") from error
    except json.JSONDecodeError as error:
        raise SeedError(f"{path}:{error.lineno}: not JSON ({error.msg}).") from error
    try:
        return parse_seed(document)
    except SeedError as error:
        raise SeedError(f"{path}: {error}") from error


def parse_seed(document: dict[str, Any]) -> Seed:
    """The seed as typed values. Raises SeedError."""
    if not isinstance(document, dict):
        raise SeedError("The seed must be a JSON object.")
    _only(document, "", {"team", "users", "channels", "usergroups", "app", "welcome"})
    seed = Seed(
        team=_one(Team, document.get("team"), "team"),
        users=_many(Person, document.get("users"), "users"),
        channels=_many(Channel, document.get("channels"), "channels"),
        usergroups=_many(Usergroup, document.get("usergroups", []), "usergroups"),
        app=_app(document.get("app")),
        welcome=document.get("welcome") or {},
    )
    _refuse_repeats(seed)
    _refuse_zones(seed)
    return seed


def default_document(**app: Any) -> dict[str, Any]:
    """A small workspace to try and test with: three people, two channels, one app, of which `app` replaces fields."""
    return {
        "team": {"id": "T0LOCAL", "name": "Local", "domain": "local"},
        "users": [
            {"id": "U0ANA", "name": "ana", "real_name": "Ana Costa", "email": "ana@example.com", "tz": "Europe/Lisbon"},
            {"id": "U0BEN", "name": "ben", "real_name": "Ben Okafor", "email": "ben@example.com", "tz": "Africa/Lagos"},
            {
                "id": "U0CEM",
                "name": "cem",
                "real_name": "Cem Aydin",
                "email": "cem@example.com",
                "tz": "Europe/Istanbul",
            },
        ],
        "channels": [
            {"id": "C0GENERAL", "name": "general", "topic": "Everything"},
            {"id": "C0ENVS", "name": "environments", "topic": "Who holds what"},
        ],
        "usergroups": [{"id": "S0PAY", "handle": "payments", "name": "Payments", "users": ["U0ANA", "U0BEN"]}],
        "app": {
            "id": "A0SIGNALBOX",
            "name": "Signalbox",
            "bot_user_id": "U0SIGNALBOX",
            "bot_id": "B0SIGNALBOX",
            "bot_token": "xoxb-local-bot",
            "app_token": "xapp-local-app",
            "signing_secret": "local-signing-secret",
            "commands": [
                {"command": "/env", "description": "Reserve an environment", "usage_hint": "[reserve] [name]"}
            ],
            **app,
        },
        "welcome": {"title": "Welcome", "lines": ["Type /env"], "try": []},
    }


def _app(value: Any) -> App:
    if not isinstance(value, dict):
        raise SeedError("app: an object is missing.")
    value = dict(value)
    commands = _many(SlashCommand, value.pop("commands", []), "app.commands")
    shortcuts = _many(Shortcut, value.pop("shortcuts", []), "app.shortcuts")
    delivery = _one(Delivery, value.pop("delivery", {}), "app.delivery")
    if delivery.mode not in ("socket", "http"):
        raise SeedError(f"app.delivery.mode: {delivery.mode!r} is neither socket nor http.")
    if delivery.mode == "http" and not delivery.request_url:
        raise SeedError("app.delivery.request_url: mode http needs the URL of the app.")
    return _one(App, {**value, "commands": commands, "shortcuts": shortcuts, "delivery": delivery}, "app")


def _many(kind: type, values: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(values, list):
        raise SeedError(f"{where}: a list is missing.")
    return tuple(_one(kind, value, f"{where}[{index}]") for index, value in enumerate(values))


def _one(kind: type, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise SeedError(f"{where}: an object is missing.")
    _only(value, where, set(kind.__dataclass_fields__))
    values = {name: tuple(each) if isinstance(each, list) else each for name, each in value.items()}
    try:
        return kind(**values)
    except TypeError as error:
        missing = str(error).partition(": ")[2] or str(error)
        raise SeedError(f"{where}: missing {missing}.") from error


def _only(value: dict[str, Any], where: str, known: set[str]) -> None:
    unknown = sorted(set(value) - known)
    if unknown:
        raise SeedError(f"{where or 'seed'}: unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}.")


def _refuse_repeats(seed: Seed) -> None:
    ids = [each.id for each in (*seed.users, *seed.channels, *seed.usergroups)] + [seed.app.bot_user_id]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise SeedError(f"{twice[0]} is used for two things; ids must differ.")


def _refuse_zones(seed: Seed) -> None:
    for index, person in enumerate(seed.users):
        try:
            ZoneInfo(person.tz)
        except (ValueError, ZoneInfoNotFoundError) as error:
            raise SeedError(f"users[{index}].tz: {person.tz!r} is no time zone.") from error
