"""SQLite, with a span for each statement."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from opentelemetry.trace import SpanKind

from shop.telemetry import tracer

BUSY_SECONDS = 5.0
KEPT_ROWS = 20_000
"""As much as a table of events remembers: a shop that runs for weeks must not fill the disk."""

Row = sqlite3.Row


class Connection:
    """Every statement is a transaction of its own, unless it stands within `transaction`."""

    def __init__(self, path: Path) -> None:
        self._name = path.stem
        self._db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")

    def all(self, sql: str, *values: Any) -> list[Row]:
        with tracer.start_as_current_span(
            sql.split(maxsplit=1)[0],
            kind=SpanKind.CLIENT,
            attributes={"db.system.name": "sqlite", "db.namespace": self._name, "db.query.text": sql},
        ):
            return self._db.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> Row | None:
        return next(iter(self.all(sql, *values)), None)

    def define(self, script: str) -> None:
        self._db.executescript(script)

    def fill(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run `sql` for each of `rows`, all or none."""
        with self.transaction():
            self._db.executemany(sql, rows)

    def forget_old(self, table: str) -> None:
        """Keep the newest rows of a table that only grows."""
        self._db.execute(
            f"DELETE FROM {table} WHERE rowid <= (SELECT max(rowid) FROM {table}) - ?",  # noqa: S608 - a name of ours
            (KEPT_ROWS,),
        )

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All or none; nobody else writes meanwhile."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()


class Database:
    """A file and its schema (SQL that may be run again)."""

    def __init__(self, path: Path, schema: str) -> None:
        self._path = path
        with self.connection() as db:
            db.define(schema)

    def open(self) -> Connection:
        """To be closed by the caller."""
        return Connection(self._path)

    @contextmanager
    def connection(self) -> Generator[Connection]:
        """A new one, closed at the end."""
        connection = self.open()
        try:
            yield connection
        finally:
            connection.close()
