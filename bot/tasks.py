"""Background jobs by name -> use case, and when the calendar asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.notices import outbox
from bot.ports.clock import Clock
from bot.reservations.ledger import Ledger
from bot.runtime.calendar import Entry
from bot.runtime.database import Database
from bot.runtime.work import Task

KEEP_NOTICES = timedelta(days=7)

CALENDAR = (
    Entry("ledger.trim", every=timedelta(hours=1)),
    Entry("notices.prune", every=timedelta(days=1), late=timedelta(hours=12)),
)


def tasks(workspace: str, ledger: Ledger, database: Database, clock: Clock) -> dict[str, Task]:
    """Every job that may be enqueued. Each bears a repeat."""

    async def trim(_arguments: Mapping[str, str]) -> None:
        await ledger.trim()

    async def prune(_arguments: Mapping[str, str]) -> None:
        async with database.write() as session:
            await outbox.prune(session, workspace, before=clock.now() - KEEP_NOTICES)

    return {"ledger.trim": trim, "notices.prune": prune}
