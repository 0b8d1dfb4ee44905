"""The day's budget for models, shared by all replicas: reserved before a question is asked, settled after it.

One row per day. What a killed process had reserved stays spent: nobody knows whether it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Update, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from bot.diagnosis.narration.cost_tables import ModelDayRow
from bot.diagnosis.narration.costs import Amount
from bot.ports.model import Usage
from bot.runtime.database import Database

DAYS = 31
KEY = ("workspace", "day")


@dataclass(frozen=True, slots=True)
class Reserved:
    """day: whose budget it is of, however long the answer takes."""

    day: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class Day:
    """amount: spent, and reserved."""

    day: str
    amount: Amount
    usage: Usage
    rounds: int
    diagnoses: int
    told: int


class Spending:
    """Each raises Unavailable."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database, self._workspace = database, workspace

    async def reserve(self, most: Amount, limit: Amount, now: datetime) -> Reserved | None:
        """None when the day's limit does not leave room for it."""
        day = now.strftime("%Y-%m-%d")

        def write(session: Session) -> bool:
            self._begin(session, day)
            fits = (
                col(ModelDayRow.tokens) + most.tokens <= limit.tokens,
                col(ModelDayRow.micros) + most.micros <= limit.micros,
            )
            taken = session.exec(self._adding(day, most).where(*fits))
            return taken.rowcount > 0

        return Reserved(day, most) if await self._database.transact(write) else None

    async def settle(self, reserved: Reserved, spent: Amount, usage: Usage) -> None:
        """spent: instead of what was reserved. usage: what it was for."""
        less = Amount(spent.tokens - reserved.amount.tokens, spent.micros - reserved.amount.micros)
        counted = {
            "input_tokens": usage.input + usage.stored,
            "cached_tokens": usage.cached,
            "output_tokens": usage.output,
            "rounds": 1,
        }
        await self._database.transact(lambda session: session.exec(self._adding(reserved.day, less, **counted)))

    async def ended(self, now: datetime, *, told: bool) -> None:
        """A diagnosis, by the model in the end or not."""
        day = now.strftime("%Y-%m-%d")

        def write(session: Session) -> None:
            self._begin(session, day)
            session.exec(self._adding(day, Amount(), diagnoses=1, told=int(told)))

        await self._database.transact(write)

    async def days(self, most: int = DAYS) -> list[Day]:
        """Those with any, the newest first."""
        wanted = select(ModelDayRow).where(col(ModelDayRow.workspace) == self._workspace)
        async with self._database.read() as session:
            rows = (await session.exec(wanted.order_by(col(ModelDayRow.day).desc()).limit(most))).all()
        return [_day(row) for row in rows]

    def _begin(self, session: Session, day: str) -> None:
        """The row is there from now on, whoever comes first."""
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        first = ModelDayRow(workspace=self._workspace, day=day).model_dump()
        session.exec(dialect.insert(ModelDayRow).values(**first).on_conflict_do_nothing(index_elements=KEY))

    def _adding(self, day: str, amount: Amount, **counted: int) -> Update:
        more = {"tokens": amount.tokens, "micros": amount.micros, **counted}
        return (
            update(ModelDayRow)
            .where(col(ModelDayRow.workspace) == self._workspace, col(ModelDayRow.day) == day)
            .values({name: getattr(ModelDayRow, name) + value for name, value in more.items()})
        )


def _day(row: ModelDayRow) -> Day:
    usage = Usage(row.input_tokens, row.cached_tokens, 0, row.output_tokens)
    return Day(row.day, Amount(row.tokens, row.micros), usage, row.rounds, row.diagnoses, row.told)
