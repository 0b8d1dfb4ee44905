"""What the database refuses is told from what the database cannot do now."""

import sqlite3

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
