"""Who is notified of a message: direct messages, mentions, and replies in threads one takes part in."""

from __future__ import annotations

import json
import re
from typing import Any

from integrations.workspace.directory import Directory
from integrations.workspace.hub import Hub
from integrations.workspace.messages import Message
from integrations.workspace.storage import Storage

_REFERENCE = re.compile(r"<([@#!])([^>|]+)(?:\|([^>]*))?>")
_BODY = 140


class Notifications:
    def __init__(self, directory: Directory, storage: Storage, hub: Hub) -> None:
        self._directory = directory
        self._storage = storage
        self._hub = hub

    def about(self, channel: str, message: Message, parent: Message | None) -> None:
        members = [member for member in self._directory.members(channel) if self._directory.is_person(member)]
        content = json.dumps([message.get("text"), message.get("blocks")])
        for person in members:
            if person != message["user"] and self._concerns(channel, content, parent, person):
                self._tell(person, channel, message)

    def of(self, person: str, *, after: int = 0) -> list[dict[str, Any]]:
        rows = self._storage.rows("select * from notification where person = ? and id > ? order by id", (person, after))
        return [dict(row) for row in rows]

    def _concerns(self, channel: str, content: str, parent: Message | None, person: str) -> bool:
        if self._directory.is_direct(channel):
            return True
        groups = (id for id, group in self._directory.usergroups.items() if person in group["users"])
        named = (
            f"<@{person}>",
            f"<@{person}|",
            "<!here>",
            "<!channel>",
            "<!everyone>",
            *(f"<!subteam^{id}" for id in groups),
        )
        if any(name in content for name in named) or f'"user_id": "{person}"' in content:
            return True
        return parent is not None and person in (parent["user"], *parent.get("reply_users", []))

    def _tell(self, person: str, channel: str, message: Message) -> None:
        author = self._directory.name_of(message["user"])
        record = self._directory.channel(channel) or {}
        title = author if self._directory.is_direct(channel) else f"{author} in #{record['name']}"
        text = message.get("text", "")
        body = self._plain(text)[:_BODY]
        values = (person, channel, message["ts"], title, body)
        self._storage.run("insert into notification (person, channel, ts, title, body) values (?, ?, ?, ?, ?)", values)
        push = {"type": "notification", "channel": channel, "title": title, "body": body, "ts": values[2]}
        self._hub.push([person], {**push, "user": message["user"], "text": text})

    def _plain(self, text: str) -> str:
        text = _REFERENCE.sub(self._name, text)
        return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    def _name(self, found: re.Match[str]) -> str:
        sign, id, label = found.groups()
        if sign == "@":
            return "@" + (self._directory.name_of(id) if self._known(id) else label or id)
        if sign == "#":
            return "#" + (label or (self._directory.channel(id) or {}).get("name", id))
        return label or "@" + id

    def _known(self, id: str) -> bool:
        return id == self._directory.bot or self._directory.is_person(id)
