"""Diagnoses in SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sql
import structlog
from sqlalchemy import ColumnElement, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.tables import DiagnosisRow
from bot.diagnosis.trust import Record, Tally
from bot.diagnosis.values import Diagnosis, Stage
from bot.runtime.clock import to_ms
from bot.runtime.database import Database

log = structlog.get_logger(__name__)

RIGHT, WRONG = "right", "wrong"


class Store:
    def __init__(self, database: Database, workspace: str) -> None:
        self.database, self.workspace = database, workspace

    async def get(self, id: str) -> Diagnosis | None:
        async with self.database.read() as session:
            row = await session.get(DiagnosisRow, (self.workspace, id))
        return of_row(row) if row else None

    async def of_case(self, case: str) -> list[Diagnosis]:
        """The oldest first."""
        async with self.database.read() as session:
            rows = await session.exec(self._of(case))
            return list(readable(rows.all()))

    async def naming(self, environment: str, service: str) -> list[Diagnosis]:
        """Whose answer it is and that are not overtaken, the oldest first: judged ones are kept for ever, and of most
        nobody goes back any more.
        """
        async with self.database.read() as session:
            return await session.run_sync(lambda _: self._naming(session.sync_session, environment, service))

    async def asking(self) -> list[Diagnosis]:
        """The oldest first."""
        asking = self._rows().where(col(DiagnosisRow.stage) == Stage.ASKING.value)
        async with self.database.read() as session:
            rows = await session.exec(asking.order_by(col(DiagnosisRow.opened_at)))
            return list(readable(rows.all()))

    async def records(self) -> dict[str, Record]:
        """By environment, where anything was judged."""
        async with self.database.read() as session:
            return await session.run_sync(lambda _: self._records(session.sync_session))

    def record(self, session: Session, environment: str) -> Record:
        here = col(DiagnosisRow.environment) == environment
        return self._records(session, here).get(environment, Record())

    def case_of(self, session: Session, id: str) -> str:
        """Without a lock. Empty where it is of none, or is not there."""
        mine = (col(DiagnosisRow.workspace) == self.workspace, col(DiagnosisRow.id) == id)
        return session.exec(select(DiagnosisRow.case_id).where(*mine)).first() or ""

    def in_case(self, session: Session, case: str) -> list[Diagnosis]:
        """The oldest first."""
        return list(readable(session.exec(self._of(case)).all()))

    def one(self, session: Session, id: str) -> Diagnosis | None:
        """Nobody else changes it until the transaction ends."""
        row = session.get(DiagnosisRow, (self.workspace, id), with_for_update=True)
        return of_row(row) if row else None

    def prune(self, session: Session, *, before: datetime) -> None:
        """Forget what was asked before that and what nobody has judged: the record of an environment is kept."""
        old = (col(DiagnosisRow.opened_at) < to_ms(before), col(DiagnosisRow.judged) == "")
        session.exec(delete(DiagnosisRow).where(col(DiagnosisRow.workspace) == self.workspace, *old))

    def add(self, session: Session, diagnosis: Diagnosis) -> bool:
        """False when there is one with that id, maybe of whoever asked at that moment. Both dialects say ON CONFLICT DO
        NOTHING, each in its own way.
        """
        insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        added: Any = insert(DiagnosisRow).values(**self._values(diagnosis)).on_conflict_do_nothing()
        return session.connection().execute(added).rowcount == 1

    def put(self, session: Session, diagnosis: Diagnosis) -> None:
        session.merge(DiagnosisRow(**self._values(diagnosis)))
        session.flush()

    def _naming(self, session: Session, environment: str, service: str) -> list[Diagnosis]:
        named = (col(DiagnosisRow.environment) == environment, col(DiagnosisRow.service) == service)
        stands = _in_body(session, "overtaken").as_boolean().is_not(True)
        rows = session.exec(self._rows().where(*named, stands).order_by(col(DiagnosisRow.opened_at)))
        return list(readable(rows.all()))

    def _records(self, session: Session, *where: ColumnElement[bool]) -> dict[str, Record]:
        """Without a body in hand: all that was ever judged is counted, in the transaction of each answer."""
        mine = (col(DiagnosisRow.workspace) == self.workspace, col(DiagnosisRow.judged).in_((RIGHT, WRONG)))
        private, replaced_by = _in_body(session, "private").as_boolean(), _in_body(session, "replaced_by").as_string()
        columns = map(col, (DiagnosisRow.id, DiagnosisRow.environment, DiagnosisRow.confidence, DiagnosisRow.judged))
        judged: Any = sql.select(*columns, private, replaced_by)
        judged = judged.where(*mine, col(DiagnosisRow.service) != "", *where)
        found: dict[str, dict[Confidence, Tally]] = defaultdict(dict)
        for row in _counted([_Judged(*row) for row in session.connection().execute(judged)]):
            sure = Confidence(row.confidence)
            known = found[row.environment].get(sure, Tally())
            found[row.environment][sure] = Tally(known.right + (row.judged == RIGHT), known.of + 1)
        return {environment: Record(by) for environment, by in found.items()}

    def _of(self, case: str) -> SelectOfScalar[DiagnosisRow]:
        mine = self._rows().where(col(DiagnosisRow.case_id) == case)
        return mine.order_by(col(DiagnosisRow.opened_at), col(DiagnosisRow.id))

    def _rows(self) -> SelectOfScalar[DiagnosisRow]:
        return select(DiagnosisRow).where(col(DiagnosisRow.workspace) == self.workspace)

    def _values(self, diagnosis: Diagnosis) -> dict[str, Any]:
        question, told, judged = diagnosis.question, diagnosis.explanation, diagnosis.judged
        return {
            "workspace": self.workspace,
            "id": diagnosis.id,
            "environment": question.environment,
            "case_id": question.case,
            "cause": question.cause,
            "stage": diagnosis.stage.value,
            "service": diagnosis.service,
            "confidence": told.confidence.value if told else "",
            "judged": "" if judged is None else RIGHT if judged.right else WRONG,
            "opened_at": to_ms(diagnosis.opened_at),
            "revision": diagnosis.revision,
            "body": msgspec.json.encode(diagnosis).decode(),
        }


class _Judged(NamedTuple):
    """private, replaced_by: None of what was written before there was such a thing."""

    id: str
    environment: str
    confidence: str
    judged: str
    private: bool | None
    replaced_by: str | None


def _counted(judged: Sequence[_Judged]) -> Iterator[_Judged]:
    """One failure counts once: neither what only whoever asked sees, nor what one of these has replaced."""
    ids = {row.id for row in judged}
    return (row for row in judged if not row.private and row.replaced_by not in ids)


def _in_body(session: Session, field: str) -> Any:
    """SQL for it. A text is JSON to SQLite as it is, to PostgreSQL once it is said to be."""
    postgres = session.get_bind().dialect.name == "postgresql"
    body = sql.cast(col(DiagnosisRow.body), sql.JSON) if postgres else sql.type_coerce(col(DiagnosisRow.body), sql.JSON)
    return body[field]


def of_row(row: DiagnosisRow) -> Diagnosis:
    return msgspec.json.decode(row.body, type=Diagnosis)


def readable(rows: Iterable[DiagnosisRow]) -> Iterator[Diagnosis]:
    """Without what another release wrote and this one cannot read: the others do not wait for it."""
    for row in rows:
        try:
            yield of_row(row)
        except msgspec.MsgspecError as error:
            log.error("a diagnosis cannot be read", id=row.id, why=str(error))  # noqa: TRY400 - says all there is
