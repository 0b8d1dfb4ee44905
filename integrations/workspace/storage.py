"""The workspace on disk: one SQLite file, so that it outlives a kill -9 of the server and of the app.

Statements run on the event loop: each takes microseconds, and a change is whole before anything else happens.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_SCHEMA = """
create table if not exists record (kind text, id text, body text not null, primary key (kind, id)) without rowid;
create table if not exists message (
  channel text, ts text, thread_ts text, only_for text, deleted integer not null default 0, body text not null,
  primary key (channel, ts)) without rowid;
create index if not exists message_thread on message (channel, thread_ts, ts);
create table if not exists last_read (person text, channel text, ts text not null, primary key (person, channel));
create table if not exists traffic (
  id integer primary key autoincrement, at real not null, kind text not null, body text not null);
create table if not exists notification (
  id integer primary key autoincrement, person text not null, channel text not null, ts text not null,
  title text not null, body text not null);
create table if not exists response_url (
  id text primary key, expires real not null, uses integer not null, body text not null);
"""


class Storage:
    """One connection. Rows come back as sqlite3.Row; bodies are JSON text."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(folder / "workspace.db", isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("pragma journal_mode = wal")
        # NORMAL keeps every change through a kill of the process; only a power cut may lose the last ones.
        self._connection.execute("pragma synchronous = normal")
        self._connection.executescript(_SCHEMA)

    def run(self, statement: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(statement, tuple(values))

    def rows(self, statement: str, values: Iterable[Any] = ()) -> list[sqlite3.Row]:
        return self.run(statement, values).fetchall()

    def row(self, statement: str, values: Iterable[Any] = ()) -> sqlite3.Row | None:
        return self.run(statement, values).fetchone()

    def keep(self, kind: str, id: str, body: Any) -> None:
        """Store a document under (kind, id); the newest wins."""
        self.run("insert or replace into record values (?, ?, ?)", (kind, id, json.dumps(body)))

    def document(self, kind: str, id: str) -> Any:
        """The document, or None."""
        row = self.row("select body from record where kind = ? and id = ?", (kind, id))
        return None if row is None else json.loads(row["body"])

    def documents(self, kind: str) -> dict[str, Any]:
        rows = self.rows("select id, body from record where kind = ? order by id", (kind,))
        return {row["id"]: json.loads(row["body"]) for row in rows}

    def drop(self, kind: str, id: str) -> None:
        self.run("delete from record where kind = ? and id = ?", (kind, id))

    def clear(self, *tables: str) -> None:
        """Empty these tables of the schema above."""
        for table in tables:
            self.run(f"delete from {table}")  # noqa: S608 - callers pass names of the schema

    def close(self) -> None:
        self._connection.close()
