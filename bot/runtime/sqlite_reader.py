"""SQLite for readers in an event loop: a statement is one hop to the connection's thread and back.

aiosqlite takes a hop for each step of it (cursor, execute, fetch, close), which cost nine hops for one row that was
looked up; here it is two, since BEGIN goes with the first statement.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

import aiosqlite

FETCHED = 64
"""Rows; aiosqlite asks for it, and nobody iterates here."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """What a statement gave, as PEP 249 has it: description is None where it gives no rows."""

    description: Any = None
    rowcount: int = -1
    rows: list[Any] = field(default_factory=list[Any])


class Reader(aiosqlite.Connection):
    """What SQLAlchemy's dialect needs of aiosqlite. Reads only: of a statement all rows are fetched at once."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, FETCHED)
        self._thread.daemon = True  # as SQLAlchemy has it: a connection that nobody closed does not keep a process
        self._begins = self._began = False

    def begin(self) -> None:
        """The next statement begins a transaction: a deferred one, which sees the moment of its first statement."""
        self._begins = True

    def cursor(self) -> Any:
        return _Cursor(self.rows_of)

    async def rows_of(self, statement: str, parameters: Any) -> _Rows:
        begins, self._begins = self._begins, False
        self._began = self._began or begins
        sent = self._execute(self._read, statement, parameters, begins)  # pyright: ignore[reportUnknownMemberType] - it is untyped
        return await sent

    async def rollback(self) -> None:
        """Follows what was sent since `begin`, also if nobody waited for that; nothing, if nothing was sent."""
        self._begins = False
        if self._began:
            self._began = False
            await super().rollback()

    def _read(self, statement: str, parameters: Any, begins: bool) -> _Rows:  # noqa: FBT001 - passed on by position
        if begins:
            self._conn.execute("BEGIN")
        cursor = self._conn.execute(statement, parameters)
        try:
            return _Rows(cursor.description, cursor.rowcount, cursor.fetchall())
        finally:
            cursor.close()


class _Cursor:
    """What SQLAlchemy's adapter asks a cursor for."""

    arraysize = 1
    lastrowid = None

    def __init__(self, rows_of: Callable[[str, Any], Awaitable[_Rows]]) -> None:
        self._rows_of, self._result = rows_of, _Rows()

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        return self._result.description

    @property
    def rowcount(self) -> int:
        return self._result.rowcount

    async def execute(self, operation: str, parameters: Any = ()) -> Self:
        self._result = await self._rows_of(operation, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        return self._result.rows

    async def close(self) -> None:
        """Its thread has closed it."""
