"""Ledgers on a real Valkey and a real SQLite, as replicas of one workspace."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import pytest
from sqlalchemy import text

from bot.reservations.commands import Release, Reserve, Tick
from bot.reservations.ledger import Ledger, Patience
from bot.reservations.values import Mode, Scope, Wanted
from bot.runtime.database import open_database
from bot.runtime.redis import open_redis
from tests.support.migrated import bring_up_to_date
from tests.support.waiting import ended

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


class FakeClock:
    """Stands still until it is told to move."""

    def __init__(self, now=NINE):
        self._now = now

    def now(self):
        return self._now

    def learn(self, redis_ms, *, sent, received):
        """Redis' time is of no interest here."""

    def advance(self, by):
        self._now += by


def wanted(id, person="ana", services="", mode=Mode.EXCLUSIVE, hours=1.0):
    return Wanted(id, person, Scope("integration", frozenset(services.split())), mode, timedelta(hours=hours))


def reserve(id, person="ana", **more):
    return Reserve(wanted(id, person, **more))


def release(id, person="ana"):
    return Release(id, person)


def nothing(session, steps):
    """Nothing follows."""


class Town:
    """One workspace: opens replicas of its ledger, and closes them all."""

    def __init__(self, redis_url, database_url, clock):
        self.redis_url, self.database_url, self.clock = redis_url, database_url, clock
        self._stack = []

    async def replica(self, *, project=nothing, redis_url=None, run=True, patience=None, on_committed=lambda: None):
        redis = await open_redis(redis_url or self.redis_url)
        listener = await open_redis(redis_url or self.redis_url, blocking=True)
        database = await open_database(self.database_url)
        ledger = Ledger(
            "T1",
            redis=redis,
            listener=listener,
            database=database,
            clock=self.clock,
            project=project,
            on_committed=on_committed,
            patience=patience or Patience(),
        )
        await ledger.start()
        running = asyncio.create_task(ledger.run()) if run else None
        self._stack.append((running, redis, listener, database))
        if run:
            await ledger.submit(Tick(), request_id=token_hex(4), by="test")
        return ledger

    async def close(self):
        for running, *_ in self._stack:
            await _ended(running)
        for _, redis, listener, database in self._stack:
            await redis.aclose()
            await listener.aclose()
            await database.close()


@asynccontextmanager
async def running(ledger):
    """For a replica that was opened with run=False."""
    loops = asyncio.create_task(ledger.run())
    yield ledger
    await _ended(loops)


async def sql(town, statement):
    """Do something to the database behind everybody's back."""
    database = await open_database(town.database_url)
    await database.transact(lambda session: session.connection().execute(text(statement)))
    await database.close()


async def _ended(task):
    if task is not None:
        await ended(task)


@asynccontextmanager
async def a_town(redis_url, database_url, clock=None):
    await bring_up_to_date(database_url)
    town = Town(redis_url, database_url, clock or FakeClock())
    try:
        yield town
    finally:
        await town.close()


@pytest.fixture(params=["sqlite", "postgres"])
def ledger_database(request, tmp_path):
    """A database, once of each kind."""
    if request.param == "postgres":
        return request.getfixturevalue("postgres")
    return f"sqlite+aiosqlite:///{tmp_path}/signalbox.db"


@pytest.fixture
async def town(valkey, ledger_database):
    async with a_town(valkey.url, ledger_database) as town:
        yield town
