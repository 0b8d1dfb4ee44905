"""What is remembered of runs and their causes, in the transaction that ends a run."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, delete, func
from sqlmodel import Session, col, select

from bot.cases.tables import CauseRow, SummaryRow
from bot.cases.values import Place, Summary
from bot.failures.values import Cause, Fingerprint, Group, Origin
from bot.runtime.clock import from_ms, to_ms

LOOKED_AT = 60
"""Earlier runs whose tests are looked at."""

REMEMBERED = timedelta(days=90)
FINGERPRINTS = 50
"""Of one cause."""


class _Body(msgspec.Struct):
    fingerprints: tuple[Fingerprint, ...]
    origin: Origin | None = None


class Memory:
    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    def has(self, session: Session, run: str) -> bool:
        return session.get(SummaryRow, (self._workspace, run)) is not None

    def of_run(self, session: Session, run: str) -> Summary | None:
        row = session.get(SummaryRow, (self._workspace, run))
        return _summary(row) if row else None

    def cases_of(self, session: Session, place: Place, causes: Sequence[str]) -> dict[str, str]:
        """By the id of a cause, that of the latest case that is about it."""
        about = (*self._of_causes(place), col(CauseRow.cause).in_(causes), col(CauseRow.case_id) != "")
        return {row.cause: row.case_id for row in session.exec(select(CauseRow).where(*about)).all()}

    def runs(self, session: Session, place: Place) -> tuple[Summary, ...]:
        """As many of the newest ones as are looked at, the oldest of them first."""
        rows = select(SummaryRow).where(*self._of_runs(place)).order_by(col(SummaryRow.number).desc())
        found = session.exec(rows.limit(LOOKED_AT)).all()
        return tuple(_summary(row) for row in reversed(found))

    def counted(self, session: Session, place: Place, *, before: int) -> int:
        """Runs with a lower number."""
        earlier = (*self._of_runs(place), col(SummaryRow.number) < before)
        return session.exec(select(func.count()).select_from(SummaryRow).where(*earlier)).one()

    def causes(self, session: Session, place: Place) -> tuple[tuple[Cause, int], ...]:
        """All that is remembered, and how many runs met each."""
        rows = session.exec(select(CauseRow).where(*self._of_causes(place))).all()
        return tuple((_cause(row), row.runs) for row in rows)

    def places(self, session: Session, suite: str = "") -> list[Place]:
        """Where runs are remembered."""
        rows = select(SummaryRow.suite, SummaryRow.environment).where(col(SummaryRow.workspace) == self._workspace)
        rows = rows.where(col(SummaryRow.suite) == suite) if suite else rows
        return [Place(*found) for found in session.exec(rows.distinct().order_by(SummaryRow.suite)).all()]

    def keep(self, session: Session, place: Place, made: Summary, groups: Iterable[Group]) -> None:
        """Of a run that was carried out. What is older than is of use is forgotten."""
        row = SummaryRow(
            workspace=self._workspace,
            run=made.run,
            suite=place.suite,
            environment=place.environment,
            number=made.number,
            at=to_ms(made.at),
            body=zlib.compress(msgspec.json.encode(made), 1),
        )
        session.add(row)
        for group in groups:
            self._met(session, place, group, made.at)
        forgotten = to_ms(made.at - REMEMBERED)
        session.exec(delete(SummaryRow).where(*self._of_runs(place), col(SummaryRow.at) < forgotten))
        session.exec(delete(CauseRow).where(*self._of_causes(place), col(CauseRow.last_seen) < forgotten))

    def _met(self, session: Session, place: Place, group: Group, at: datetime) -> None:
        known = session.get(CauseRow, (self._workspace, place.suite, place.environment, group.cause))
        before = _cause(known).fingerprints if known else ()
        every = tuple(dict.fromkeys((*before, *group.fingerprints)))[:FINGERPRINTS]
        body = msgspec.json.encode(_Body(every, group.origin)).decode()
        if known is None:
            where = {"workspace": self._workspace, "suite": place.suite, "environment": place.environment}
            session.add(CauseRow(**where, cause=group.cause, runs=1, last_seen=to_ms(at), body=body))
            return
        known.runs, known.body = known.runs + 1, body
        known.last_seen = max(known.last_seen, to_ms(at))

    def _of_runs(self, place: Place) -> tuple[ColumnElement[bool], ...]:
        return (
            col(SummaryRow.workspace) == self._workspace,
            col(SummaryRow.suite) == place.suite,
            col(SummaryRow.environment) == place.environment,
        )

    def _of_causes(self, place: Place) -> tuple[ColumnElement[bool], ...]:
        return (
            col(CauseRow.workspace) == self._workspace,
            col(CauseRow.suite) == place.suite,
            col(CauseRow.environment) == place.environment,
        )


def _summary(row: SummaryRow) -> Summary:
    return msgspec.json.decode(zlib.decompress(row.body), type=Summary)


def _cause(row: CauseRow) -> Cause:
    body = msgspec.json.decode(row.body, type=_Body)
    return Cause(row.cause, body.fingerprints, from_ms(row.last_seen), body.origin)
