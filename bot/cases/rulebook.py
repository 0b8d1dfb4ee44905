"""What people said of causes and tests, in SQL."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.cases.tables import RuleRow
from bot.cases.values import Place, Ruled
from bot.failures.rules import Rule, Rules
from bot.runtime.clock import to_ms
from bot.runtime.database import Database


@dataclass(frozen=True, slots=True)
class Noted:
    """A rule as it is kept. about: whereof it speaks, in words; case_id: where it was said, if it was of a case."""

    rule: Rule
    about: str
    case_id: str = ""

    @property
    def ruled(self) -> Ruled:
        """As cases show it."""
        rule = self.rule
        words = rule.reference or rule.reason
        return Ruled(rule.id, rule.says, rule.author, words, rule.owner, rule.expires_at)


def rule_id(request_id: str) -> str:
    """The same for each repeat of a request. `K` and 8 characters of base32."""
    digest = hashlib.sha256(f"rule\n{request_id}".encode()).digest()
    return "K" + base64.b32encode(digest)[:8].decode()


class Rulebook:
    def __init__(self, database: Database, workspace: str) -> None:
        self._database, self._workspace = database, workspace

    def holding(self, session: Session, place: Place, now: datetime) -> Rules:
        every = (_noted(row).rule for row in session.exec(self._in_force(now)).all())
        return Rules.for_run(every, place.suite, place.environment, now)

    async def in_force(self, now: datetime) -> list[Noted]:
        """The newest first."""
        async with self._database.read() as session:
            rows = (await session.exec(self._in_force(now).order_by(col(RuleRow.made_at).desc()))).all()
        return [_noted(row) for row in rows]

    async def get(self, id: str) -> Noted | None:
        async with self._database.read() as session:
            row = await session.get(RuleRow, (self._workspace, id))
        return _noted(row) if row else None

    def one(self, session: Session, id: str) -> Noted | None:
        row = session.get(RuleRow, (self._workspace, id))
        return _noted(row) if row else None

    def put(self, session: Session, noted: Noted) -> None:
        rule = noted.rule
        ends = min(filter(None, (rule.expires_at, rule.undone_at)), default=None)
        row = RuleRow(
            workspace=self._workspace,
            id=rule.id,
            made_at=to_ms(rule.made_at),
            ends_at=to_ms(ends) if ends else 0,
            body=msgspec.json.encode(noted).decode(),
        )
        session.merge(row)

    def undo(self, session: Session, noted: Noted, now: datetime) -> Noted:
        undone = replace(noted, rule=replace(noted.rule, undone_at=now))
        self.put(session, undone)
        return undone

    def _in_force(self, now: datetime) -> SelectOfScalar[RuleRow]:
        lives = (col(RuleRow.ends_at) == 0) | (col(RuleRow.ends_at) > to_ms(now))
        return select(RuleRow).where(col(RuleRow.workspace) == self._workspace, lives)


def _noted(row: RuleRow) -> Noted:
    return msgspec.json.decode(row.body, type=Noted)
