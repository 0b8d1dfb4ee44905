"""The witness: every call of the Web API, every delivery and its acknowledgement, in order."""

from __future__ import annotations

import json
import time
from typing import Any

from integrations.workspace.hub import Hub
from integrations.workspace.storage import Storage

_SECRETS = frozenset({"token", "client_secret"})


class Traffic:
    def __init__(self, storage: Storage, hub: Hub) -> None:
        self._storage = storage
        self._hub = hub

    def note(self, kind: str, **facts: Any) -> None:
        """`kind` is api, delivery, ack, response_url or fault."""
        self._storage.run(
            "insert into traffic (at, kind, body) values (?, ?, ?)", (time.time(), kind, json.dumps(facts, default=str))
        )
        self._hub.touch()

    def count(self, name: str, *, after: int = 0) -> int:
        """How many calls of the method, deliveries and acknowledgements of that name, or entries of that kind."""
        row = self._storage.row(
            "select count(*) as count from traffic where id > ? and "
            "? in (kind, json_extract(body, '$.method'), json_extract(body, '$.name'))",
            (after, name),
        )
        return row["count"] if row else 0

    def entries(self, *, after: int = 0, kind: str | None = None, limit: int = 10_000) -> list[dict[str, Any]]:
        rows = self._storage.rows(
            "select * from traffic where id > ? and (? is null or kind = ?) order by id limit ?",
            (after, kind, kind, limit),
        )
        return [{"id": row["id"], "at": row["at"], "kind": row["kind"], **json.loads(row["body"])} for row in rows]


def without_secrets(args: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in args.items() if name not in _SECRETS}
