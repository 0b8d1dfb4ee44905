"""Events API payloads (docs.slack.dev: The Events API), sent when the app subscribes to them and has the scope."""

from __future__ import annotations

import time
from typing import Any

from integrations.workspace.delivery import Delivery, Envelope
from integrations.workspace.directory import Directory
from integrations.workspace.ids import new_id

_SCOPES = {
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "member_joined_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
}

Event = dict[str, Any]


class Events:
    def __init__(self, directory: Directory, delivery: Delivery) -> None:
        self._directory = directory
        self._delivery = delivery

    def message(self, channel: str, message: dict[str, Any]) -> None:
        """A message event where the app is a member, and app_mention where a person names it."""
        if self._directory.bot not in self._directory.members(channel):
            return
        kind = self._kind(channel)
        event = {**_bare(message), "channel": channel, "event_ts": message["ts"], "channel_type": kind}
        self._send({"channel": "message.channels", "group": "message.groups"}.get(kind, f"message.{kind}"), event)
        mentions = f"<@{self._directory.bot}>" in message.get("text", "")
        if mentions and kind != "im" and message.get("user") != self._directory.bot:
            self._send("app_mention", {**_without(event, "channel_type"), "type": "app_mention"})

    def reaction(self, channel: str, message: dict[str, Any], name: str, user: str, *, removed: bool, at: str) -> None:
        """`at` is the event's own ts."""
        kind = "reaction_removed" if removed else "reaction_added"
        item = {"type": "message", "channel": channel, "ts": message["ts"]}
        event = {
            "type": kind,
            "user": user,
            "reaction": name,
            "item_user": message.get("user", ""),
            "item": item,
            "event_ts": at,
        }
        self._send(kind, event)

    def joined(self, channel: str, user: str, *, at: str) -> None:
        team = self._directory.seed.team.id
        event = {"user": user, "channel": channel, "channel_type": "C", "team": team, "inviter": user, "event_ts": at}
        self._send("member_joined_channel", {"type": "member_joined_channel", **event})

    def home_opened(self, user: str, channel: str, view: dict[str, Any] | None, *, at: str) -> None:
        event = {"type": "app_home_opened", "user": user, "channel": channel, "tab": "home", "event_ts": at}
        self._send("app_home_opened", {**event, "view": view} if view else event)

    def _kind(self, channel: str) -> str:
        record = self._directory.channel(channel) or {}
        if "pair" in record:
            return "im"
        if record.get("mpim"):
            return "mpim"
        return "group" if record.get("is_private") else "channel"

    def _send(self, subscription: str, event: Event) -> None:
        app = self._directory.seed.app
        scope = _SCOPES[subscription]
        if subscription in app.events and (not scope or scope in app.bot_scopes):
            self._delivery.send_event(Envelope("events_api", event["type"], self._callback(event)))

    def _callback(self, event: Event) -> dict[str, Any]:
        app, team = self._directory.seed.app, self._directory.seed.team.id
        authorization = {"enterprise_id": None, "team_id": team, "user_id": app.bot_user_id}
        return {
            "token": app.verification_token,
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": None,
            "api_app_id": app.id,
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": int(time.time()),
            "authorizations": [{**authorization, "is_bot": True, "is_enterprise_install": False}],
            "is_ext_shared_channel": False,
            "event_context": new_id("4-"),
        }


def _bare(message: dict[str, Any]) -> dict[str, Any]:
    return _without(message, "metadata", "reactions")


def _without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}
