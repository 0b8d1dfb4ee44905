"""Which marks may have been sent: written down before the vendor is called, so that a killed process leaves a trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from bot.deployments.tables import MarkRow
from bot.runtime.clock import from_ms, to_ms
from bot.runtime.database import Database

KEPT = timedelta(days=7)
"""Nothing is tried again after so long."""


@dataclass(frozen=True, slots=True)
class Claim:
    """sent_at: when it was begun to send it last. there: the vendor has it."""

    sent_at: datetime
    there: bool


class MarkClaims:
    """By the mark's id. Each raises Unavailable."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database, self._workspace = database, workspace

    async def find(self, id: str) -> Claim | None:
        async with self._database.read() as session:
            row = await session.get(MarkRow, (self._workspace, id))
        return Claim(from_ms(row.sent_at), row.there) if row else None

    async def send(self, id: str, now: datetime) -> None:
        """It is sent now, and nobody knows yet whether it arrives."""

        def write(session: Session) -> None:
            old = col(MarkRow.sent_at) < to_ms(now - KEPT)
            session.exec(delete(MarkRow).where(col(MarkRow.workspace) == self._workspace, old))
            session.merge(MarkRow(workspace=self._workspace, id=id, sent_at=to_ms(now)))

        await self._database.transact(write)

    async def is_there(self, id: str, now: datetime) -> None:
        row = MarkRow(workspace=self._workspace, id=id, sent_at=to_ms(now), there=True)
        await self._database.transact(lambda session: session.merge(row))
