"""Hands jobs that are committed in SQL to the work queue. Nothing is polled: whoever commits wakes it.

A room whose events call for work on other systems writes rows with `jobs.put` in the ledger's transaction, as callbacks
do. What the calendar asks for needs no row.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.ports.clock import Clock
from bot.runtime.clock import from_ms, to_ms
from bot.runtime.database import Database
from bot.runtime.job_tables import JobRow
from bot.runtime.jobs import Job, Jobs
from bot.runtime.metrics import JOBS_RELAYED

SWEEP = timedelta(minutes=1)
"""A commit of another process that died before it could wake anybody is found within this time."""

CLAIM = timedelta(seconds=30)
BATCH = 100


class Relay:
    """One per process; several may work on one database, since each row is claimed before it is handed on."""

    def __init__(
        self, database: Database, jobs: Jobs, clock: Clock, *, workspace: str, sweep: timedelta = SWEEP
    ) -> None:
        self._database, self._jobs, self._clock = database, jobs, clock
        self._workspace = workspace
        self._sweep = sweep.total_seconds()
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Call after a commit that wrote jobs."""
        self._awake.set()

    async def run(self) -> None:
        """Until cancelled: a loop for `supervise`. Begins with what an earlier process left."""
        while True:
            self._awake.clear()
            while await self.hand_over():
                pass
            with suppress(TimeoutError):
                async with asyncio.timeout(self._sweep):
                    await self._awake.wait()

    async def hand_over(self) -> int:
        """Hand on up to a hundred rows. Gives their number. Raises Unavailable; then their claims run out."""
        if not await self._waiting():
            return 0
        rows = await self._claim()
        for row in rows:
            due = from_ms(row.due_at) if row.due_at else None
            await self._jobs.enqueue(Job(row.id, row.name, json.loads(row.arguments), due))
            JOBS_RELAYED.labels(row.name).inc()
        if rows:
            await self._mark([row.id for row in rows])
        return len(rows)

    async def _waiting(self) -> bool:
        """Looked for without a write, since mostly there is nothing."""
        async with self._database.read() as session:
            return (await session.exec(self._unclaimed(self._clock.now()).limit(1))).first() is not None

    def _unclaimed(self, now: datetime) -> SelectOfScalar[str]:
        return select(col(JobRow.id)).where(
            col(JobRow.workspace) == self._workspace,
            col(JobRow.relayed_at) == 0,
            col(JobRow.claimed_until) < to_ms(now),
        )

    async def _claim(self) -> list[JobRow]:
        now = self._clock.now()
        waiting = self._unclaimed(now).order_by(col(JobRow.created_at), col(JobRow.id)).limit(BATCH)
        claim = (
            update(JobRow)
            .where(
                col(JobRow.workspace) == self._workspace,
                col(JobRow.id).in_(waiting.scalar_subquery()),
                col(JobRow.claimed_until) < to_ms(now),
            )
            .values(claimed_until=to_ms(now + CLAIM))
            .returning(JobRow)
        )
        rows = await self._database.transact(lambda session: session.exec(claim).scalars().all())
        return sorted(rows, key=lambda row: (row.created_at, row.id))

    async def _mark(self, ids: list[str]) -> None:
        handed = [col(JobRow.workspace) == self._workspace, col(JobRow.id).in_(ids)]
        done = update(JobRow).where(*handed).values(relayed_at=to_ms(self._clock.now()))
        await self._database.transact(lambda session: session.exec(done))
