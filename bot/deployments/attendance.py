"""Whether anybody looked: what changed while Signalbox did not run is found when it is back, and said to be that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.deployments.tables import AttendanceRow
from bot.ports.clock import Clock
from bot.runtime.clock import from_ms, to_ms
from bot.runtime.database import Database

AWAY = timedelta(minutes=3)
"""Of less it is not said that nobody looked: a restart takes less."""

WRITTEN = timedelta(minutes=1)
"""So often it is written down that somebody looks."""


@dataclass(frozen=True, slots=True)
class Absence:
    """From the last look before it to the first one after it."""

    start: datetime
    end: datetime


class Attendance:
    def __init__(self, database: Database, workspace: str, clock: Clock) -> None:
        self._database, self._workspace, self._clock = database, workspace, clock

    async def look(self) -> Absence | None:
        """Somebody looks now. The last absence; None when there was none since the very first look."""
        now, row = self._clock.now(), await self._row()
        if row is None or now - from_ms(row.looked_at) >= WRITTEN:
            row = await self._database.transact(lambda session: self._looked(session, now))
        return Absence(from_ms(row.away_from), from_ms(row.away_until)) if row.away_until else None

    def _looked(self, session: Session, now: datetime) -> AttendanceRow:
        """Two that look at once find the same: an absence is over with the first of them."""
        row = session.get(AttendanceRow, (self._workspace,))
        if row is None:
            row = AttendanceRow(workspace=self._workspace, looked_at=to_ms(now))
        elif now - from_ms(row.looked_at) >= AWAY:
            row.away_from, row.away_until = row.looked_at, to_ms(now)
        row.looked_at = max(row.looked_at, to_ms(now))
        session.add(row)
        session.flush()
        return AttendanceRow.model_validate(row.model_dump())

    async def _row(self) -> AttendanceRow | None:
        async with self._database.read() as session:
            return await session.get(AttendanceRow, (self._workspace,))
