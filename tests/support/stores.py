"""Clients of the session's Valkey, and a SQLite file for each test."""

import pytest
import pytest_asyncio
from sqlmodel import SQLModel

from bot.runtime.database import open_database
from bot.runtime.redis import Keys, open_redis


@pytest_asyncio.fixture
async def redis(valkey):
    client = await open_redis(valkey.url)
    yield client
    await client.aclose()


@pytest.fixture
def keys():
    return Keys("test")


@pytest_asyncio.fixture
async def database(tmp_path):
    """Every table whose module the test has imported."""
    opened = await open_database(f"sqlite+aiosqlite:///{tmp_path}/test.db")
    async with opened.write() as session:
        connection = await session.connection()
        await connection.run_sync(SQLModel.metadata.create_all)
    yield opened
    await opened.close()
