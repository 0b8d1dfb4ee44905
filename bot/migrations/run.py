"""Brings a database up to date, from inside the program: no ini file, no second way to say where the database is."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlmodel import SQLModel

from bot.runtime.database import Database, open_database

TABLES = (
    "bot.access.tables",
    "bot.callbacks.tables",
    "bot.cases.tables",
    "bot.deployments.tables",
    "bot.diagnosis.narration.cost_tables",
    "bot.diagnosis.tables",
    "bot.suites.tables",
    "bot.reservations.tables",
    "bot.notices.tables",
    "bot.runtime.job_tables",
)
ONE_AT_A_TIME = 7_102_026_001
"""Key of PostgreSQL's advisory lock: replicas that start together upgrade one after another."""


def metadata() -> MetaData:
    """Every table of the program."""
    for module in TABLES:
        import_module(module)
    return SQLModel.metadata


async def upgrade(url: str) -> None:
    """Bring the database at `url` to the newest shape; does nothing when it is there. Raises Unavailable."""
    database = await open_database(url)
    try:
        await database.transact(lambda session: _upgrade(session.connection()))
    finally:
        await database.close()


async def pending(url: str) -> bool:
    """Whether the database at `url` lacks a step. Raises Unavailable."""
    database = await open_database(url)
    try:
        return await _pending(database)
    finally:
        await database.close()


async def _pending(database: Database) -> bool:
    newest = ScriptDirectory.from_config(config()).get_current_head()
    async with database.read() as session:
        connection = await session.connection()
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision()) != newest


async def differences(url: str) -> list[object]:
    """What a new step would have to change: the tables of the program against those of the database at `url`."""
    database = await open_database(url)
    try:
        async with database.read() as session:
            return await (await session.connection()).run_sync(_differences)
    finally:
        await database.close()


def _differences(connection: Connection) -> list[object]:
    return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata())


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings; the connection is handed on to env.py."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.attributes["connection"] = connection
    return settings


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
    command.upgrade(config(connection), "head")
