"""Jobs that are due by the week's clock. The worker waits by the clock on the wall, so they are handed to it at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from docket import Docket
from docket.execution import ExecutionState
from sqlmodel import col, select

from bot.runtime.clock import to_ms
from bot.runtime.database import Database
from bot.runtime.job_tables import JobRow

OVER = frozenset({ExecutionState.COMPLETED, ExecutionState.FAILED, ExecutionState.CANCELLED})


async def _somewhere_else(_arguments: Mapping[str, str]) -> None:
    """Stands for a task by its name: the worker of the Signalbox has the task itself."""


@dataclass(slots=True)
class Jobs:
    """Those that were written down, as far as they are not over."""

    database: Database
    docket: Docket
    _open: dict[str, JobRow] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _handed: set[str] = field(default_factory=set)
    _since: int = 0

    async def next(self) -> datetime | None:
        """When the next of them is due."""
        await self._read()
        due = min((row.due_at for row in self._open.values() if row.due_at), default=None)
        return datetime.fromtimestamp(due / 1000, UTC) if due else None

    async def under_way(self, now: datetime) -> bool:
        """Hand on what is due; whether any of that is not over."""
        await self._read()
        due = [row for row in self._open.values() if row.due_at <= to_ms(now)]
        for row in due:
            if row.due_at and row.id not in self._handed:
                await self._hand_on(row)
            elif await self._is_over(row):
                del self._open[row.id]
        return any(row.id in self._open for row in due)

    async def _read(self) -> None:
        async with self.database.read() as session:
            rows = (await session.exec(select(JobRow).where(col(JobRow.created_at) >= self._since))).all()
        for row in rows:
            self._since = max(self._since, row.created_at)
            if row.id not in self._seen:
                self._seen.add(row.id)
                self._open[row.id] = row

    async def _hand_on(self, row: JobRow) -> None:
        self._handed.add(row.id)
        if row.name not in self.docket.tasks:
            self.docket.register(_somewhere_else, names=[row.name])
        await self.docket.add(row.name, key=_key(row))(json.loads(row.arguments))

    async def _is_over(self, row: JobRow) -> bool:
        if not row.due_at and not await self._relayed(row):
            return False
        execution = await self.docket.get_execution(_key(row))
        return execution is None or execution.state in OVER

    async def _relayed(self, row: JobRow) -> bool:
        async with self.database.read() as session:
            at = (await session.exec(select(JobRow.relayed_at).where(JobRow.id == row.id))).first()
        return at is None or at > 0


def _key(row: JobRow) -> str:
    return f"{row.id}:now" if row.due_at else row.id
