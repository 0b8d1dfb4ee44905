"""Messages, reactions and what has been read, as they stand on disk."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from integrations.workspace.ids import Timestamps
from integrations.workspace.storage import Storage

Message = dict[str, Any]
BEFORE_ALL, AFTER_ALL = "0", "9"
"""Bounds that every message timestamp lies between, as text."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which messages to give: timestamps between `oldest` and `latest`; the newest `limit` of them."""

    oldest: str = BEFORE_ALL
    latest: str = AFTER_ALL
    inclusive: bool = False
    limit: int = 100

    @property
    def condition(self) -> str:
        return "ts >= ? and ts <= ?" if self.inclusive else "ts > ? and ts < ?"


class Messages:
    """Bodies are Slack message objects. An ephemeral one carries `ephemeral` and `only_for`."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        newest = storage.row("select max(ts) as ts from message")
        self._timestamps = Timestamps((newest["ts"] if newest else None) or "0.0")

    def add(self, channel: str, message: Message, *, only_for: str | None = None) -> Message:
        """Give the message its ts and store it; a reply also counts in its parent."""
        message = {"type": "message", **message, "ts": self._timestamps.next()}
        if only_for is not None:
            message |= {"ephemeral": True, "only_for": only_for}
        self._storage.run(
            "insert into message values (?, ?, ?, ?, 0, ?)",
            (channel, message["ts"], message.get("thread_ts"), only_for, json.dumps(message)),
        )
        return message

    def get(self, channel: str, ts: str, *, only_for: str | None = None) -> Message | None:
        """The message, unless it was deleted. An ephemeral one is found only by the person it is for."""
        row = self._storage.row(
            "select body from message where channel = ? and ts = ? and deleted = 0 and only_for is ?",
            (channel, ts, only_for),
        )
        return None if row is None else json.loads(row["body"])

    def put(self, channel: str, message: Message) -> None:
        """Store the message in place of the one with its ts."""
        self._storage.run(
            "update message set body = ? where channel = ? and ts = ?", (json.dumps(message), channel, message["ts"])
        )

    def delete(self, channel: str, ts: str) -> None:
        self._storage.run("update message set deleted = 1 where channel = ? and ts = ?", (channel, ts))

    def history(self, channel: str, window: Window, *, seen_by: str | None = None) -> tuple[list[Message], bool]:
        """Oldest first, and whether there are more before them. `seen_by` adds what only that person sees."""
        rows = self._storage.rows(
            f"select body from message where channel = ? and {window.condition} and deleted = 0 "  # noqa: S608 - constant text
            "and (thread_ts is null or json_extract(body, '$.subtype') = 'thread_broadcast' or thread_ts = ts "
            "or only_for is not null) and (only_for is null or only_for = ?) order by ts desc limit ?",
            (channel, window.oldest, window.latest, seen_by, window.limit + 1),
        )
        return _bodies(reversed(rows[: window.limit])), len(rows) > window.limit

    def replies(self, channel: str, thread: str, window: Window) -> tuple[list[Message], bool]:
        """The parent and its replies, oldest first, and whether there are more after them."""
        rows = self._storage.rows(
            f"select body from message where channel = ? and (ts = ? or (thread_ts = ? and {window.condition})) "  # noqa: S608 - constant text
            "and deleted = 0 and only_for is null order by ts limit ?",
            (channel, thread, thread, window.oldest, window.latest, window.limit + 1),
        )
        return _bodies(rows[: window.limit]), len(rows) > window.limit

    def count_reply(self, channel: str, parent: Message, reply: Message) -> Message:
        """The parent with its reply counted, stored."""
        users = list(dict.fromkeys([*parent.get("reply_users", []), reply["user"]]))
        parent |= {
            "thread_ts": parent["ts"],
            "reply_count": parent.get("reply_count", 0) + 1,
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": reply["ts"],
        }
        self.put(channel, parent)
        return parent

    def all_of(self, channel: str) -> list[Message]:
        """Everything in the channel that stays, replies included, oldest first."""
        rows = self._storage.rows(
            "select body from message where channel = ? and deleted = 0 and only_for is null order by ts", (channel,)
        )
        return _bodies(rows)

    def ephemerals(self, channel: str, person: str) -> list[Message]:
        rows = self._storage.rows(
            "select body from message where channel = ? and only_for = ? and deleted = 0 order by ts", (channel, person)
        )
        return _bodies(rows)

    def all_ephemerals(self) -> list[Message]:
        """What somebody alone sees, in whichever channel."""
        return _bodies(
            self._storage.rows("select body from message where only_for is not null and deleted = 0 order by ts", ())
        )

    def react(self, channel: str, message: Message, name: str, user: str, *, remove: bool = False) -> Message:
        """The message with the reaction added or taken away, stored."""
        users = {each["name"]: list(each["users"]) for each in message.get("reactions", [])}
        others = [each for each in users.get(name, []) if each != user]
        users[name] = others if remove else [*others, user]
        message["reactions"] = [{"name": n, "users": who, "count": len(who)} for n, who in users.items() if who]
        self.put(channel, message)
        return message

    def newest(self, channel: str) -> str:
        row = self._storage.row("select max(ts) as ts from message where channel = ? and deleted = 0", (channel,))
        return (row["ts"] if row else None) or "0"

    def last_read(self, channel: str, person: str) -> str:
        row = self._storage.row("select ts from last_read where person = ? and channel = ?", (person, channel))
        return row["ts"] if row else "0"

    def read(self, channel: str, person: str, ts: str) -> None:
        self._storage.run("insert or replace into last_read values (?, ?, ?)", (person, channel, ts))

    def unread(self, channel: str, person: str) -> tuple[int, int]:
        """How many messages of others `person` has not read there, and how many of them mention the person."""
        named = " or ".join(["instr(body, ?) > 0"] * 3)
        row = self._storage.row(
            f"select count(*) as unread, coalesce(sum({named}), 0) as mentions from message "  # noqa: S608 - constant text
            "where channel = ? and ts > ? and deleted = 0 and only_for is null "
            "and (thread_ts is null or thread_ts = ts) and json_extract(body, '$.user') <> ?",
            (f"<@{person}", "<!here>", "<!channel>", channel, self.last_read(channel, person), person),
        )
        return (row["unread"], row["mentions"]) if row else (0, 0)


def _bodies(rows: Iterable[sqlite3.Row]) -> list[Message]:
    return [json.loads(row["body"]) for row in rows]
