"""Cases in SQL. What changes them holds the desk of their environment, so that no two do at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.cases.tables import CaseRow, CauseRow, DeskRow
from bot.cases.values import Case, Kind, Place
from bot.failures.grouping import OPEN_FOR
from bot.runtime.clock import to_ms
from bot.runtime.database import Database


class Store:
    def __init__(self, database: Database, workspace: str) -> None:
        self.database, self.workspace = database, workspace

    async def get(self, id: str) -> Case | None:
        async with self.database.read() as session:
            row = await session.get(CaseRow, (self.workspace, id))
        return _case(row) if row else None

    async def numbered(self, number: int) -> list[Case]:
        """Those that the run with that number opened."""
        return await self._all(self._rows().where(col(CaseRow.number) == number))

    async def open_ones(self) -> list[Case]:
        """Oldest first."""
        return await self._all(self._rows().where(col(CaseRow.open).is_(True)).order_by(col(CaseRow.opened_at)))

    async def lately(self, *, limit: int) -> list[Case]:
        """Closed ones, the newest first."""
        closed = self._rows().where(col(CaseRow.open).is_(False)).order_by(col(CaseRow.opened_at).desc())
        return await self._all(closed.limit(limit))

    def hold(self, session: Session, environment: str) -> None:
        """Until the end of the transaction. Both dialects say ON CONFLICT DO UPDATE, each in its own way."""
        insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        held = insert(DeskRow).values(workspace=self.workspace, environment=environment, runs=1)
        runs = {"runs": col(DeskRow.runs) + 1}
        session.exec(held.on_conflict_do_update(index_elements=["workspace", "environment"], set_=runs))

    def one(self, session: Session, id: str) -> Case | None:
        row = session.get(CaseRow, (self.workspace, id))
        return _case(row) if row else None

    def concerned(self, session: Session, place: Place, causes: Sequence[str], now: datetime) -> list[Case]:
        """The open ones of the place, the open outage of its environment, and those that had these causes lately."""
        mine = self._rows().where(col(CaseRow.open).is_(True), col(CaseRow.environment) == place.environment)
        found = {row.id: _case(row) for row in session.exec(mine.order_by(col(CaseRow.opened_at))).all()}
        found = {id: case for id, case in found.items() if case.kind is Kind.OUTAGE or case.place == place}
        for id in self._of_causes(session, place, causes) - found.keys():
            case = self.one(session, id)
            if case is not None and case.closed is not None and case.closed.at >= now - OPEN_FOR:
                found[id] = case
        return list(found.values())

    def open_at(self, session: Session, place: Place) -> list[Case]:
        """Oldest first."""
        there = (col(CaseRow.open).is_(True), col(CaseRow.environment) == place.environment)
        rows = self._rows().where(*there, col(CaseRow.suite) == place.suite).order_by(col(CaseRow.opened_at))
        return list(map(_case, session.exec(rows).all()))

    def open_with(self, session: Session, cause: str) -> list[Case]:
        """Open ones that this cause is one of, wherever."""
        open_ones = self._rows().where(col(CaseRow.open).is_(True), col(CaseRow.body).contains(cause))
        found = map(_case, session.exec(open_ones.order_by(col(CaseRow.opened_at))).all())
        return [case for case in found if any(each.id == cause for each in case.causes)]

    def ruled_by(self, session: Session, rule: str) -> list[Case]:
        """Those of which a cause is what that rule says."""
        return list(map(_case, session.exec(self._rows().where(col(CaseRow.body).contains(rule))).all()))

    def put(self, session: Session, case: Case) -> None:
        session.merge(CaseRow(**self._values(case)))
        for cause in case.causes:
            row = session.get(CauseRow, (self.workspace, case.place.suite, case.place.environment, cause.id))
            if row is not None:
                row.case_id = case.id

    def _of_causes(self, session: Session, place: Place, causes: Sequence[str]) -> set[str]:
        rows = select(CauseRow.case_id).where(
            col(CauseRow.workspace) == self.workspace,
            col(CauseRow.suite) == place.suite,
            col(CauseRow.environment) == place.environment,
            col(CauseRow.cause).in_(causes),
            col(CauseRow.case_id) != "",
        )
        return set(session.exec(rows).all())

    def _rows(self) -> SelectOfScalar[CaseRow]:
        return select(CaseRow).where(col(CaseRow.workspace) == self.workspace)

    async def _all(self, query: SelectOfScalar[CaseRow]) -> list[Case]:
        async with self.database.read() as session:
            return [_case(row) for row in (await session.exec(query)).all()]

    def _values(self, case: Case) -> dict[str, Any]:
        return {
            "workspace": self.workspace,
            "id": case.id,
            "suite": case.place.suite,
            "environment": case.place.environment,
            "kind": case.kind.value,
            "open": case.open,
            "number": case.first.number,
            "opened_at": to_ms(case.opened_at),
            "revision": case.revision,
            "body": msgspec.json.encode(case).decode(),
        }


def _case(row: CaseRow) -> Case:
    return msgspec.json.decode(row.body, type=Case)
