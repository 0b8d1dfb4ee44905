"""How far the past of each suite has been read, in SQL. A change names the revision that it saw."""

from __future__ import annotations

from dataclasses import replace

import msgspec
from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.runtime.database import Database
from bot.suites.past import Backfill
from bot.suites.refusals import Moved
from bot.suites.tables import BackfillRow


class Pasts:
    def __init__(self, database: Database, workspace: str) -> None:
        self.database, self._workspace = database, workspace

    async def of(self, suite: str, source: str) -> Backfill | None:
        async with self.database.read() as session:
            row = await session.get(BackfillRow, (self._workspace, suite, source))
        return _backfill(row) if row else None

    async def every(self) -> dict[tuple[str, str], Backfill]:
        """By suite and source."""
        mine = select(BackfillRow).where(col(BackfillRow.workspace) == self._workspace)
        async with self.database.read() as session:
            rows = (await session.exec(mine)).all()
        return {(row.suite, row.source): _backfill(row) for row in rows}

    def put(self, session: Session, known: Backfill) -> Backfill:
        """As it is written: with the next revision. Raises Moved when somebody else was faster."""
        after = replace(known, revision=known.revision + 1)
        row = BackfillRow(
            workspace=self._workspace,
            suite=known.suite,
            source=known.source,
            revision=after.revision,
            body=msgspec.json.encode(after).decode(),
        )
        if known.revision == 0 and session.get(BackfillRow, (row.workspace, row.suite, row.source)) is None:
            session.add(row)
            return after
        mine = (
            col(BackfillRow.workspace) == row.workspace,
            col(BackfillRow.suite) == row.suite,
            col(BackfillRow.source) == row.source,
            col(BackfillRow.revision) == known.revision,
        )
        changed = update(BackfillRow).where(*mine).values(revision=row.revision, body=row.body)
        if session.exec(changed).rowcount != 1:
            raise Moved("Its past is being read elsewhere.")
        return after


def _backfill(row: BackfillRow) -> Backfill:
    return msgspec.json.decode(row.body, type=Backfill)
