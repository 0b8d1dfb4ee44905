"""signalbox migrate: bring the database up to date."""

from __future__ import annotations

import asyncio

import typer

from bot.settings import load


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
