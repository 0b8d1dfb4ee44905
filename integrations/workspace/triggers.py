"""trigger_ids and response_urls: what lets an app answer a person's action, for a while."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from integrations.workspace.errors import ApiError
from integrations.workspace.limits import Limits
from integrations.workspace.storage import Storage


@dataclass(slots=True)
class Trigger:
    """`view_id` is the modal the person acted in, if any."""

    person: str
    expires: float
    view_id: str | None = None
    used: bool = False


class Triggers:
    def __init__(self, limits: Limits) -> None:
        self._lifetime = limits.trigger
        self._known: dict[str, Trigger] = {}

    def new(self, person: str, view_id: str | None = None) -> str:
        id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._known[id] = Trigger(person, time.monotonic() + self._lifetime, view_id)
        return id

    def spend(self, id: str) -> Trigger:
        """Raises ApiError: invalid_trigger_id, exchanged_trigger_id or expired_trigger_id."""
        trigger = self._known.get(id)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if time.monotonic() > trigger.expires:
            raise ApiError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a response_url answers to. `message_ts` is the message the action came from; None for a command."""

    person: str
    channel: str
    message_ts: str | None = None
    ephemeral: bool = False


class ResponseUrls:
    def __init__(self, storage: Storage, limits: Limits, base_url: str) -> None:
        self._storage = storage
        self._limits = limits
        self._base_url = base_url

    def new(self, origin: Origin, *, kind: str) -> str:
        """Kind is `commands` or `actions`, as in Slack's own addresses."""
        id = secrets.token_urlsafe(18)
        body = json.dumps([origin.person, origin.channel, origin.message_ts, origin.ephemeral])
        expires = time.time() + self._limits.response_url
        self._storage.run("insert into response_url values (?, ?, 0, ?)", (id, expires, body))
        return f"{self._base_url}/_response/{kind}/{id}"

    def spend(self, id: str) -> Origin:
        """Raises ApiError (404): not_found, expired_url, used_url."""
        row = self._storage.row("select * from response_url where id = ?", (id,))
        if row is None:
            raise ApiError("not_found", status=404)
        if time.time() > row["expires"]:
            raise ApiError("expired_url", status=404)
        if row["uses"] >= self._limits.response_url_uses:
            raise ApiError("used_url", status=404)
        self._storage.run("update response_url set uses = uses + 1 where id = ?", (id,))
        values: list[Any] = json.loads(row["body"])
        return Origin(*values)
