"""What --with-model adds to `signalbox rca eval`: the same cases, told by the model of the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from bot.bootstrap.narrator import claude_of, limits_of
from bot.diagnosis.evaluation.evaluating import Judged, told_by
from bot.diagnosis.narration.narrating import Narrator
from bot.diagnosis.narration.spending import Spending
from bot.errors import UsageError
from bot.migrations.run import upgrade
from bot.runtime.clock import WallClock
from bot.runtime.database import open_database
from bot.runtime.folder import prepare
from bot.settings import Settings, load


def told(found: Iterable[Judged]) -> list[Judged]:
    """One after another, within the day's budget. Raises UsageError without a key."""
    settings = load()
    if settings.anthropic_api_key is None:
        raise UsageError("ANTHROPIC_API_KEY is not set: --with-model asks the model of the settings.")
    if settings.database_url is None:
        prepare(settings.data_dir)
    return asyncio.run(_told(found, settings))


async def _told(found: Iterable[Judged], settings: Settings) -> list[Judged]:
    claude, address = claude_of(settings), settings.database_address()
    if claude is None:
        return list(found)
    await upgrade(address)
    database = await open_database(address)
    try:
        spending = Spending(database, settings.workspace_id)
        narrator = Narrator(claude, spending, limits_of(settings), WallClock())
        return [each async for each in told_by(narrator, found)]
    finally:
        await claude.close()
        await database.close()
