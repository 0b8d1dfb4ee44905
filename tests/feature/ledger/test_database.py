"""What the database refuses is told from what the database cannot do now."""

import asyncio
import sqlite3
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot.errors import Unavailable
from bot.runtime.database import open_database


@pytest.fixture
async def database(tmp_path):
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path}/test.db")
    yield database
    await database.close()


async def test_a_missing_table_is_our_fault_and_no_outage(database):
    with pytest.raises(OperationalError, match="no such table"):
        await database.transact(lambda session: session.connection().execute(text("INSERT INTO nowhere VALUES (1)")))


async def test_a_locked_database_is_an_outage_that_changed_nothing(database, tmp_path):
    await database.transact(lambda session: session.connection().execute(text("PRAGMA busy_timeout = 50")))
    other = sqlite3.connect(tmp_path / "test.db")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable) as away:
        await database.transact(Session.connection)
    other.close()
    assert away.value.recorded is False


async def _put(database, value):
    put = [text("CREATE TABLE IF NOT EXISTS n (v)"), text("DELETE FROM n"), text(f"INSERT INTO n VALUES ({value})")]
    await database.transact(lambda session: [session.connection().execute(each) for each in put])


async def _value(session):
    return (await (await session.connection()).execute(text("SELECT v FROM n"))).scalar_one()


async def test_a_read_sees_one_moment_and_cannot_write(database):
    await _put(database, 1)
    async with database.read() as session:
        assert await _value(session) == 1
        await _put(database, 2)
        assert await _value(session) == 1
        with pytest.raises(OperationalError, match="readonly"):
            await (await session.connection()).execute(text("DELETE FROM n"))
    async with database.read() as session:
        assert await _value(session) == 2


async def test_a_read_that_was_given_up_leaves_no_old_moment_to_the_next(database):
    async def reading():
        async with database.read() as session:
            return await _value(session)

    for steps in range(12):
        await _put(database, steps)
        given_up = asyncio.create_task(reading())
        for _ in range(steps):
            await asyncio.sleep(0)
        given_up.cancel()
        with suppress(asyncio.CancelledError):
            await given_up
        await _put(database, -steps)
        assert await asyncio.gather(*(reading() for _ in range(4))) == [-steps] * 4
