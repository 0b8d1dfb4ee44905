"""One SQL database, SQLite or PostgreSQL, with the same promises on both.

`transact()` is one transaction that nobody else's write comes between; `read()` sees one moment and cannot write.
On SQLite both must be said: a deferred transaction that reads and then writes loses updates silently, and begins again
from an old page; so writers begin IMMEDIATE, one at a time, and readers are `query_only`. What a transaction does is a
plain function: SQLite's runs on a thread of its own, one hop there and back (deploy/docs/adr/0009).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from contextvars import copy_context
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy import exc as sql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.errors import Unavailable

BUSY_MS = 5_000
"""How long a SQLite connection waits for another process' write."""

OUR_FAULT = (sql.IntegrityError, sql.ProgrammingError, sql.DataError, sql.NotSupportedError)
"""What the database refuses because of what we sent it: never an outage."""

OUTAGE = (sql.DBAPIError, sql.TimeoutError, OSError)

AT_THE_END = "at the end"
"""Under which a session keeps what is still to be done in its transaction, and with what, by name."""

T = TypeVar("T")


class Writer(Protocol):
    async def transact(self, work: Callable[[Session], T]) -> T: ...

    async def close(self) -> None: ...


class Database:
    """One per process."""

    def __init__(self, url: URL, *, writer: Writer, reader: AsyncEngine) -> None:
        self.url = url
        self._writer = writer
        self._reader = reader

    def read(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session that sees one moment of the database and cannot write. Raises Unavailable."""
        return self._reading()

    async def transact(self, work: Callable[[Session], T]) -> T:
        """A transaction: what `work` gives, once it is committed; rolled back when `work` raises.

        `work` runs on another thread, where it may do nothing but SQL and arithmetic; whoever is cancelled while it
        runs does not know what came of it.
        Raises Unavailable, with `recorded=None` when the connection was lost while committing.
        """
        return await self._writer.transact(work)

    async def close(self) -> None:
        await self._writer.close()
        await self._reader.dispose()

    @asynccontextmanager
    async def _reading(self) -> AsyncGenerator[AsyncSession]:
        with _translated(recorded=False):
            async with AsyncSession(self._reader, expire_on_commit=False) as session:
                yield session


class _Thread:
    """SQLite's writer: one connection, and a thread on which one transaction after another is carried out."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, "sql writer")

    async def transact(self, work: Callable[[Session], T]) -> T:
        context = copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: context.run(self._carry_out, work))

    async def close(self) -> None:
        await asyncio.to_thread(self._thread.shutdown)
        self._engine.dispose()

    def _carry_out(self, work: Callable[[Session], T]) -> T:
        with Session(self._engine, expire_on_commit=False) as session:
            with _translated(recorded=False):
                session.connection()  # begins: from here on nobody else writes
                result = _all_of(work, session)
            with _translated(recorded=None):
                session.commit()
        return result


class _Pool:
    """PostgreSQL's writers: several at a time, each waiting for the server in the loop."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def transact(self, work: Callable[[Session], T]) -> T:
        async with AsyncSession(self._engine, expire_on_commit=False) as session:
            with _translated(recorded=False):
                result = await session.run_sync(lambda _: _all_of(work, session.sync_session))
            with _translated(recorded=None):
                await session.commit()
        return result

    async def close(self) -> None:
        await self._engine.dispose()


def at_the_end(session: Session, name: str, items: Iterable[T], work: Callable[[Session, Sequence[T]], None]) -> None:
    """Carry `work` out in this transaction when all else of it is done: what takes locks in an order of its own.

    Once for each name, by the first who gives any, with the items of all.
    """
    session.info.setdefault(AT_THE_END, {}).setdefault(name, (work, []))[1].extend(items)


@contextmanager
def ending_with(session: Session) -> Generator[None]:
    """What is put off within is carried out as this ends, and belongs to it: it is forgotten where this raises."""
    outside = session.info.pop(AT_THE_END, {})
    try:
        yield
        while later := session.info.pop(AT_THE_END, {}):
            for work, items in later.values():
                work(session, items)
    finally:
        session.info[AT_THE_END] = outside


def _all_of(work: Callable[[Session], T], session: Session) -> T:
    with ending_with(session):
        return work(session)


async def open_database(url: str, *, durable: bool = True) -> Database:
    """Open `sqlite+aiosqlite:///path` or `postgresql+asyncpg://user@host/name`. Raises Unavailable.

    durable: on SQLite, a commit outlives a power cut. Without it the last commits may be lost then, and none else.
    """
    parsed = make_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    database = _sqlite(parsed, durable=durable) if sqlite else _postgresql(parsed)
    with _translated(recorded=False):
        await database.transact(Session.connection)
    return database


def _sqlite(url: URL, *, durable: bool) -> Database:
    settings = {"isolation_level": None, "timeout": BUSY_MS / 1000}
    writer = create_engine(url.set(drivername="sqlite"), connect_args=settings, pool_size=1, max_overflow=0)
    reader = create_async_engine(url, connect_args=settings, pool_size=4)
    event.listen(writer, "connect", partial(_prepare_writer, synchronous="FULL" if durable else "NORMAL"))
    event.listen(reader.sync_engine, "connect", _prepare_reader)
    event.listen(writer, "begin", _begin_immediate)
    event.listen(reader.sync_engine, "begin", _begin_deferred)
    return Database(url, writer=_Thread(writer), reader=reader)


def _postgresql(url: URL) -> Database:
    writer = create_async_engine(url, pool_pre_ping=True)
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database(url, writer=_Pool(writer), reader=reader)


def _prepare_writer(connection: DBAPIConnection, _entry: ConnectionPoolEntry, *, synchronous: str) -> None:
    _pragmas(connection, "journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", f"busy_timeout={BUSY_MS}")


def _prepare_reader(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    _pragmas(connection, f"busy_timeout={BUSY_MS}", "query_only=ON")


def _pragmas(connection: DBAPIConnection, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def is_outage(error: Exception) -> bool:
    """Whether the database is away or too busy; not what it refuses because of what we sent it."""
    return isinstance(error, OUTAGE) and not _our_fault(error)


@contextmanager
def _translated(*, recorded: bool | None) -> Generator[None]:
    try:
        yield
    except OUTAGE as error:
        if not is_outage(error):
            raise
        raise Unavailable(_sentence(recorded=recorded), recorded=recorded) from error


def _our_fault(error: Exception) -> bool:
    """SQLite calls a missing table an operational error, with the code it has for bad SQL."""
    cause = getattr(error, "orig", None)
    return isinstance(error, OUR_FAULT) or getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR


def _sentence(*, recorded: bool | None) -> str:
    if recorded is None:
        return "The database went away while it was writing. Look whether it was recorded before you try again."
    return "The database does not answer. Nothing was changed; try again in a minute."
