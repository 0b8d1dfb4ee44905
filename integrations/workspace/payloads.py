"""Slash command and interaction payloads (docs.slack.dev: Interaction payloads). Pure but for the ids it is given."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from integrations.workspace.directory import Directory

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Payloads:
    directory: Directory

    def command(
        self, person: str, channel: str, *, command: str, text: str, response_url: str, trigger_id: str
    ) -> Payload:
        seed = self.directory.seed
        return {
            "token": seed.app.verification_token,
            "team_id": seed.team.id,
            "team_domain": seed.team.domain,
            "channel_id": channel,
            "channel_name": self.channel_name(channel),
            "user_id": person,
            "user_name": self.directory.name_of(person),
            "command": command,
            "text": text,
            "api_app_id": seed.app.id,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": trigger_id,
        }

    def interaction(self, kind: str, person: str, **more: Any) -> Payload:
        """What every interaction payload has, and `more`."""
        seed = self.directory.seed
        name = self.directory.name_of(person)
        return {
            "type": kind,
            "user": {"id": person, "username": name, "name": name, "team_id": seed.team.id},
            "api_app_id": seed.app.id,
            "token": seed.app.verification_token,
            "team": {"id": seed.team.id, "domain": seed.team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
            **more,
        }

    def channel(self, id: str) -> Payload:
        return {"id": id, "name": self.channel_name(id)}

    def channel_name(self, id: str) -> str:
        """Slack calls every direct conversation `directmessage`, and every private channel `privategroup`."""
        record = self.directory.channel(id) or {}
        if "pair" in record:
            return "directmessage"
        return "privategroup" if record.get("is_private", True) else record["name"]


def message_container(channel: str, message: dict[str, Any]) -> Payload:
    ephemeral = bool(message.get("ephemeral"))
    thread = {"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}
    base = {"type": "message", "message_ts": message["ts"], "channel_id": channel}
    return {**base, "is_ephemeral": ephemeral, **thread}


def action(element: dict[str, Any], block_id: str, given: dict[str, Any]) -> Payload:
    """One entry of `actions`: what the person chose in `element`. `given` holds value, selected_option and so on."""
    chosen = {name: value for name, value in given.items() if name not in ("type", "block_id", "action_id")}
    kept = {name: element[name] for name in ("text", "value", "style", "placeholder", "confirm") if name in element}
    own = kept if element["type"] == "button" else {n: kept[n] for n in ("placeholder", "confirm") if n in kept}
    if element["type"] == "button":
        own.pop("confirm", None)
        chosen = {}
    facts = {"action_id": element["action_id"], "block_id": block_id, **own, **chosen}
    return {**facts, "type": element["type"], "action_ts": f"{time.time():.6f}"}


def without_private(message: dict[str, Any]) -> dict[str, Any]:
    """The message as interaction payloads carry it."""
    return {name: value for name, value in message.items() if name not in ("ephemeral", "only_for")}
