"""What every group stands on: a Valkey that syncs every append, ledgers on it, and a stopwatch."""

import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.reservations.ledger import Ledger
from bot.runtime.clock import RedisClock
from bot.runtime.redis import open_redis
from tests.support.ledgers import Town, a_town, release, reserve
from tests.support.valkey import SAFE, ValkeyServer

NAMES = count(1)


@contextmanager
def a_valkey() -> Iterator[ValkeyServer]:
    with TemporaryDirectory(prefix="bench") as folder:
        server = ValkeyServer(folder, SAFE).start()
        try:
            yield server
        finally:
            server.stop()


@asynccontextmanager
async def a_place(server: ValkeyServer) -> AsyncIterator[Town]:
    """A workspace with nothing in it, on SQLite."""
    with server.client as client:
        client.flushall()
    with TemporaryDirectory(prefix="bench") as folder:
        async with a_town(server.url, f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}", RedisClock()) as town:
            yield town


@asynccontextmanager
async def a_client(server: ValkeyServer) -> AsyncIterator[Any]:
    """The client that the ledger uses too."""
    redis = await open_redis(server.url)
    try:
        yield redis
    finally:
        await redis.aclose()


class Unwritten:
    """An archive that takes everything at once and keeps nothing: what is left is deciding and appending."""

    async def commit(self, _after: object, _steps: Sequence[object]) -> bool:
        return True


def without_sql(ledger: Ledger) -> Ledger:
    ledger._committer._archive = Unwritten()  # pyright: ignore[reportAttributeAccessIssue] - to leave SQL out of it
    return ledger


async def timed(work: Awaitable[Any]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    await work
    return (time.perf_counter() - began) * 1000


async def pair(ledger: Ledger) -> None:
    """A reservation that nobody else wants, and its end."""
    id = f"L{next(NAMES)}"
    await ledger.submit(reserve(id, id, services=id), request_id=f"take {id}", by=id)
    await ledger.submit(release(id, id), request_id=f"free {id}", by=id)
