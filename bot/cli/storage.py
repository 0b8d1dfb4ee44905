"""signalbox migrate, and the database of the settings for whatever else is typed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import typer

from bot.errors import NotFound
from bot.settings import Settings, load

if TYPE_CHECKING:
    from bot.runtime.database import Database

T = TypeVar("T")


def migrate() -> None:
    """Bring the database up to date.

    `signalbox up` does it by itself.
    """
    settings = load()
    from bot.migrations.run import upgrade  # noqa: PLC0415 - loads SQLAlchemy, which --help does not need
    from bot.runtime.folder import prepare  # noqa: PLC0415 - loaded only when wanted

    if settings.database_url is None:
        prepare(settings.data_dir)
    asyncio.run(upgrade(settings.database_address()))
    print("The database is up to date.")


def register(app: typer.Typer) -> None:
    app.command()(migrate)


def check_kept(settings: Settings, file: str = "signalbox.db") -> None:
    """Whoever only reads makes no folder, and takes no empty one for an answer. Raises NotFound without a database."""
    folder = settings.data_dir.resolve()
    if settings.database_url is None and not (folder / file).exists():
        raise NotFound(
            f"There is no data in {folder}: run it where `signalbox up` runs, or set SIGNALBOX_DATA_DIR to its folder "
            "or SIGNALBOX_DATABASE_URL to its database."
        )


def of_stored(settings: Settings, use: Callable[[Database], Awaitable[T]]) -> T:
    """What `use` gives, on the database that is there, brought up to date first. Raises NotFound, Unavailable."""
    check_kept(settings)
    return on_database(settings, use)


def on_database(settings: Settings, use: Callable[[Database], Awaitable[T]]) -> T:
    """As `of_stored`, on a database that is made when it is not there yet. Raises Unavailable."""
    from bot.migrations.run import upgrade  # noqa: PLC0415 - loads SQLAlchemy, which --help does not need
    from bot.runtime.database import open_database  # noqa: PLC0415 - loaded only when wanted
    from bot.runtime.folder import prepare  # noqa: PLC0415 - loaded only when wanted

    async def run() -> T:
        address = settings.database_address()
        await upgrade(address)
        database = await open_database(address)
        try:
            return await use(database)
        finally:
            await database.close()

    if settings.database_url is None:
        prepare(settings.data_dir)
    return asyncio.run(run())
