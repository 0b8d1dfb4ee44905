"""Runs of suites in SQL. Each change names the revision it saw, so that two at once cannot both be right."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.runtime.clock import to_ms
from bot.runtime.database import Database
from bot.suites.refusals import Moved
from bot.suites.tables import RunNumberRow, SuiteRunRow
from bot.suites.values import Stage, SuiteRun


class Store:
    def __init__(self, database: Database, workspace: str) -> None:
        self.database, self.workspace = database, workspace

    async def get(self, id: str) -> SuiteRun | None:
        async with self.database.read() as session:
            row = await session.get(SuiteRunRow, (self.workspace, id))
        return _run(row) if row else None

    async def numbered(self, number: int) -> SuiteRun | None:
        return next(iter(await self._all(self._rows().where(col(SuiteRunRow.number) == number))), None)

    async def first(self, suite: str) -> SuiteRun | None:
        query = self._rows().where(col(SuiteRunRow.suite) == suite)
        return next(iter(await self._all(query.order_by(col(SuiteRunRow.number)).limit(1))), None)

    async def under_way(self) -> list[SuiteRun]:
        """What has not ended, oldest first."""
        query = self._rows().where(col(SuiteRunRow.stage) != Stage.OVER.value)
        return await self._all(query.order_by(col(SuiteRunRow.number)))

    async def history(self, suite: str = "", environment: str = "", *, limit: int = 20) -> list[SuiteRun]:
        """Newest first; `""` stands for all."""
        query = self._rows()
        if suite:
            query = query.where(col(SuiteRunRow.suite) == suite)
        if environment:
            query = query.where(col(SuiteRunRow.environment) == environment)
        return await self._all(query.order_by(col(SuiteRunRow.number).desc()).limit(limit))

    async def of_lease(self, lease_id: str) -> list[SuiteRun]:
        return await self._all(self._rows().where(col(SuiteRunRow.lease_id) == lease_id))

    async def of_vendor(self, run_id: str) -> list[SuiteRun]:
        return await self._all(self._rows().where(col(SuiteRunRow.run_id) == run_id))

    async def of_deployment(self, deployment: str) -> list[SuiteRun]:
        return await self._all(
            self._rows().where(col(SuiteRunRow.deployment) == deployment).order_by(col(SuiteRunRow.number))
        )

    async def of_origin(self, run: SuiteRun) -> list[SuiteRun]:
        """That run, and whatever repeats the same first attempt, in the order of their numbers."""
        same = (col(SuiteRunRow.suite) == run.suite, col(SuiteRunRow.environment) == run.environment)
        rows = self._rows().where(*same, col(SuiteRunRow.body).contains(f'"origin":"{run.origin}"'))
        return await self._all(rows.order_by(col(SuiteRunRow.number)))

    async def overdue(self, before: datetime) -> list[SuiteRun]:
        """Those whose look is due since before that moment."""
        return await self._all(self._rows().where(col(SuiteRunRow.due_at).between(1, to_ms(before))))

    def insert(self, session: Session, run: SuiteRun, due: datetime | None) -> SuiteRun | None:
        """As it was written, with its number; None when it is there already."""
        if session.get(SuiteRunRow, (self.workspace, run.id)) is not None:
            return None
        numbered = replace(run, number=self._next_number(session))
        session.add(SuiteRunRow(**self._values(numbered, due)))
        return numbered

    def replace(self, session: Session, run: SuiteRun, due: datetime | None, *, mine: bool = False) -> None:
        """`run.revision` is one more than the one that was read; mine: this transaction has written it before. Raises
        Moved.
        """
        seen = col(SuiteRunRow.revision) == (run.revision if mine else run.revision - 1)
        this = (col(SuiteRunRow.workspace) == self.workspace, col(SuiteRunRow.id) == run.id)
        done = session.exec(update(SuiteRunRow).where(*this, seen).values(**self._values(run, due)))
        if done.rowcount != 1:
            raise Moved("It has changed meanwhile. Look again.")

    def _next_number(self, session: Session) -> int:
        """Both dialects say ON CONFLICT DO UPDATE, each in its own way. The row is locked from then on."""
        insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        counted = insert(RunNumberRow).values(workspace=self.workspace, last=1)
        counted = counted.on_conflict_do_update(index_elements=["workspace"], set_={"last": col(RunNumberRow.last) + 1})
        session.exec(counted)
        row = session.exec(select(RunNumberRow).where(col(RunNumberRow.workspace) == self.workspace)).one()
        session.refresh(row)
        return row.last

    def _rows(self) -> SelectOfScalar[SuiteRunRow]:
        return select(SuiteRunRow).where(col(SuiteRunRow.workspace) == self.workspace)

    async def _all(self, query: SelectOfScalar[SuiteRunRow]) -> list[SuiteRun]:
        async with self.database.read() as session:
            return [_run(row) for row in (await session.exec(query)).all()]

    def _values(self, run: SuiteRun, due: datetime | None) -> dict[str, Any]:
        return {
            "workspace": self.workspace,
            "id": run.id,
            "number": run.number,
            "suite": run.suite,
            "environment": run.environment,
            "stage": run.stage.value,
            "verdict": run.verdict.value,
            "lease_id": run.held.lease_id if run.held else "",
            "run_id": run.run.id if run.run else "",
            "deployment": run.deployment,
            "opened_at": to_ms(run.opened_at),
            "due_at": to_ms(due) if due else 0,
            "revision": run.revision,
            "body": msgspec.json.encode(run).decode(),
        }


def waiting_with(session: Session, workspace: str, lease_ids: Collection[str]) -> list[SuiteRun]:
    """Those that stand in line with one of these leases."""
    rows = select(SuiteRunRow).where(
        col(SuiteRunRow.workspace) == workspace,
        col(SuiteRunRow.lease_id).in_(lease_ids),
        col(SuiteRunRow.stage) == Stage.WAITING.value,
    )
    return [_run(row) for row in session.exec(rows).all()]


def _run(row: SuiteRunRow) -> SuiteRun:
    return msgspec.json.decode(row.body, type=SuiteRun)
