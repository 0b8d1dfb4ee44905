"""What happens when a message appears, changes or goes: it is stored, shown, announced, and the app hears of it."""

from __future__ import annotations

import time
from typing import Any

from integrations.workspace.directory import Directory
from integrations.workspace.events import Events
from integrations.workspace.files import Files
from integrations.workspace.hub import Hub
from integrations.workspace.messages import Message, Messages
from integrations.workspace.notifications import Notifications


class Posts:
    def __init__(
        self,
        directory: Directory,
        messages: Messages,
        hub: Hub,
        events: Events,
        notifications: Notifications,
        *,
        files: Files,
    ) -> None:
        self._directory = directory
        self._messages = messages
        self._hub = hub
        self._events = events
        self._notifications = notifications
        self._files = files

    def post(self, channel: str, message: Message) -> Message:
        """A message that stays. `thread_ts`, when given, names the parent."""
        parent = self._parent(channel, message)
        if parent is not None:
            message = {**message, "thread_ts": parent["ts"], "parent_user_id": parent["user"]}
        stored = self._messages.add(channel, message)
        self._files.show_in(channel, stored)
        members = self._directory.members(channel)
        self._hub.push(members, {"type": "message", "message": shown(channel, stored)})
        if parent is not None:
            counted = self._messages.count_reply(channel, parent, stored)
            self._hub.push(members, {"type": "message_changed", "message": shown(channel, counted)})
        self._notifications.about(channel, stored, parent)
        self._push_unread(channel, stored["user"])
        self._events.message(channel, stored)
        return stored

    def _parent(self, channel: str, message: Message) -> Message | None:
        thread = message.get("thread_ts")
        named = self._messages.get(channel, thread) if thread else None
        if named and named.get("thread_ts", named["ts"]) != named["ts"]:
            return self._messages.get(channel, named["thread_ts"])
        return named

    def _push_unread(self, channel: str, author: str) -> None:
        for person in self._directory.members(channel):
            if person == author:
                self._messages.read(channel, person, self._messages.newest(channel))
            self.push_unread(channel, person)

    def push_unread(self, channel: str, person: str) -> None:
        unread, mentions = self._messages.unread(channel, person)
        counts = {"unread": unread, "mentions": unread if self._directory.is_direct(channel) else mentions}
        self._hub.push([person], {"type": "unread", "channel": channel, **counts})

    def whisper(self, channel: str, message: Message, person: str) -> Message:
        """A message that only `person` sees, and that the app cannot read back."""
        stored = self._messages.add(channel, message, only_for=person)
        self._files.show_to(person, stored)
        self._hub.push([person], {"type": "ephemeral", "message": shown(channel, stored)})
        return stored

    def update(self, channel: str, message: Message) -> None:
        """`message` takes the place of the one with its ts. Nobody is notified of an edit."""
        self._messages.put(channel, message)
        if person := message.get("only_for"):
            self._files.show_to(person, message)
            push = {
                "type": "ephemeral_replaced",
                "channel": channel,
                "ts": message["ts"],
                "message": shown(channel, message),
            }
            self._hub.push([person], push)
            return
        self._files.show_in(channel, message)
        self._hub.push(
            self._directory.members(channel), {"type": "message_changed", "message": shown(channel, message)}
        )
        changed = {"type": "message", "subtype": "message_changed", "hidden": True, "message": message}
        self._events.message(channel, {**changed, "ts": f"{time.time():.6f}"})

    def show_reactions(self, channel: str, message: Message) -> None:
        """A reaction changes how the message looks, and is no edit."""
        self._hub.push(
            self._directory.members(channel), {"type": "message_changed", "message": shown(channel, message)}
        )

    def delete(self, channel: str, message: Message) -> None:
        self._messages.delete(channel, message["ts"])
        if person := message.get("only_for"):
            push = {"type": "ephemeral_replaced", "channel": channel, "ts": message["ts"], "message": None}
            self._hub.push([person], push)
            return
        members = self._directory.members(channel)
        self._hub.push(members, {"type": "message_deleted", "channel": channel, "ts": message["ts"]})
        for person in members:
            self.push_unread(channel, person)
        gone = {"type": "message", "subtype": "message_deleted", "hidden": True, "deleted_ts": message["ts"]}
        self._events.message(channel, {**gone, "previous_message": message, "ts": f"{time.time():.6f}"})


def shown(channel: str, message: Message) -> dict[str, Any]:
    """The message as the page gets it: with its channel, without metadata."""
    return {**{name: value for name, value in message.items() if name != "metadata"}, "channel": channel}
