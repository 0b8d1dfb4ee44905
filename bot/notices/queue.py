"""The outbox as a queue in SQL: what may go out now, taking it, and what came of it.

Claims are `UPDATE ... WHERE what was seen still holds`: the same on SQLite, which knows no SKIP LOCKED, and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, delete, exists, func, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bot.notices.budgets import LOOK, POST, UPDATE
from bot.notices.outbox import millis
from bot.notices.tables import CardRow, OutboxRow, Stage
from bot.ports.chat import Posted
from bot.runtime.database import Database

UNDER_WAY = (Stage.PENDING, Stage.SENDING)
WAITING = (*UNDER_WAY, Stage.DELIVERED)
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Due:
    """An envelope whose turn it is, and its card's message if that stands; or the one in whose thread it goes."""

    row: OutboxRow
    card: CardRow | None
    thread: CardRow | None = None

    @property
    def position(self) -> int:
        return self.row.position or 0

    @property
    def unsure(self) -> bool:
        """An earlier attempt may have been carried out."""
        return self.row.stage == Stage.SENDING

    @property
    def held_back(self) -> bool:
        """Never sent itself: it is told with others."""
        return self.row.not_before > 0

    @property
    def method(self) -> str | None:
        """The first call it takes; None when it only waits to be confirmed."""
        if self.row.stage == Stage.DELIVERED:
            return None
        if self.card is not None:
            return UPDATE
        return LOOK if self.unsure else POST


class OutboxQueue:
    """`replica` is unique per process."""

    def __init__(self, database: Database, workspace: str, replica: str) -> None:
        self._database, self._workspace, self._replica = database, workspace, replica

    async def due(self, now: datetime) -> list[Due]:
        """The heads of all lanes that may go now: first what is new, then final edits, then other edits."""
        async with self._database.read() as session:
            found = await session.exec(_heads(), params={"workspace": self._workspace, "now": millis(now)})
            return [Due(*each) for each in found.all()]

    async def outlook(self, now: datetime) -> tuple[int, float | None]:
        """How many wait, and the seconds until the next of those that may not go yet."""
        waiting = [col(OutboxRow.workspace) == self._workspace, col(OutboxRow.stage).in_(WAITING)]
        async with self._database.read() as session:
            count = (await session.exec(select(func.count()).select_from(OutboxRow).where(*waiting))).one()
            times: list[int] = []
            for column in (col(OutboxRow.next_attempt_at), col(OutboxRow.claimed_until)):
                later = select(func.coalesce(func.min(column), 0)).where(*waiting, column > millis(now))
                times += [time for time in (await session.exec(later)).all() if time]
        return count, min(times) / 1000 - now.timestamp() if times else None

    async def live_cards(self) -> int:
        live = select(func.count()).select_from(CardRow).where(*_mine(CardRow, self._workspace), ~col(CardRow.final))
        async with self._database.read() as session:
            return (await session.exec(live)).one()

    async def claim(self, due: Due, now: datetime, *, lease: timedelta) -> bool:
        """Take it for `lease`; False when it is no longer what was seen, or another replica has it."""
        seen = due.row
        taken: dict[str, Any] = {
            "stage": seen.stage if seen.stage == Stage.DELIVERED else Stage.SENDING,
            "attempts": seen.attempts + 1,
            "claimed_by": self._replica,
            "claimed_until": millis(now + lease),
            "first_tried_at": seen.first_tried_at or millis(now),
        }
        unchanged = [col(OutboxRow.stage) == seen.stage, col(OutboxRow.attempts) == seen.attempts]
        free = [col(OutboxRow.next_attempt_at) <= millis(now), col(OutboxRow.claimed_until) <= millis(now)]
        return await self._change(due, taken, *unchanged, *free)

    async def delivered(self, due: Due, at: Posted | None, now: datetime) -> None:
        """It stands at `at`; None when the chat will never take it. The card's message is remembered with it.

        What is to be confirmed stays claimed meanwhile.
        """
        over = {"stage": Stage.DELIVERED} if due.row.confirm is not None else {"stage": _end(at), **_free(now)}
        values = {"channel": at and at.channel, "ts": at and at.ts, "delivered_at": millis(now), **over}

        def write(session: Session) -> None:
            session.exec(self._own(due).values(**values))
            if due.row.card is not None and at is not None:
                session.merge(_shown(due.row, at, now))

        await self._database.transact(write)

    async def confirmed(self, due: Due, at: Posted | None, now: datetime) -> None:
        await self._settle(due, {"stage": _end(at), **_free(now)})

    async def later(self, due: Due, at: datetime, *, stage: Stage, attempts: int) -> None:
        await self._settle(due, {"stage": stage, "attempts": attempts, **_free(at)})

    async def post_anew(self, due: Due, now: datetime) -> None:
        """The card's message is gone: forget it, so that this becomes a new one."""
        gone = delete(CardRow).where(*_mine(CardRow, self._workspace), col(CardRow.card) == due.row.card)

        def forget(session: Session) -> None:
            session.exec(gone)
            session.exec(self._own(due).values(stage=Stage.PENDING, first_tried_at=None, **_free(now)))

        await self._database.transact(forget)

    async def _settle(self, due: Due, values: Mapping[str, Any]) -> None:
        await self._change(due, values, col(OutboxRow.claimed_by) == self._replica)

    async def _change(self, due: Due, values: Mapping[str, Any], *where: Any) -> bool:
        this = update(OutboxRow).where(col(OutboxRow.position) == due.position, *where)
        change = this.values(**values).returning(col(OutboxRow.position))
        return await self._database.transact(lambda session: session.exec(change).first() is not None)

    def _own(self, due: Due) -> Any:
        return update(OutboxRow).where(
            col(OutboxRow.position) == due.position, col(OutboxRow.claimed_by) == self._replica
        )


def place_of(row: OutboxRow) -> Posted | None:
    return Posted(row.channel, row.ts) if row.channel and row.ts else None


@cache
def _heads() -> Select[OutboxRow, CardRow, CardRow]:
    """An envelope waits for earlier ones of its lane, and for every earlier one of its card wherever that stands; a
    reply for the message that begins its thread, as long as that is on its way.

    Parameters: workspace, now (ms). Made once: it is asked at every turn, and making it takes longer than the answer.
    """
    workspace: BindParameter[str] = bindparam("workspace")
    now: BindParameter[int] = bindparam("now")
    earlier = aliased(OutboxRow)
    together = or_(
        col(earlier.lane) == col(OutboxRow.lane),
        and_(col(OutboxRow.card).is_not(None), col(earlier.card) == col(OutboxRow.card)),
    )
    blocked = exists().where(
        *_mine(earlier, workspace),
        col(earlier.stage).in_(UNDER_WAY),
        col(earlier.position) < col(OutboxRow.position),
        together,
    )
    parent, first = aliased(CardRow), aliased(OutboxRow)
    begun = exists().where(
        *_mine(first, workspace), col(first.stage).in_(UNDER_WAY), col(first.card) == col(OutboxRow.thread)
    )
    begins = and_(col(parent.card).is_(None), begun)
    card = and_(col(CardRow.workspace) == col(OutboxRow.workspace), col(CardRow.card) == col(OutboxRow.card))
    thread = and_(col(parent.workspace) == col(OutboxRow.workspace), col(parent.card) == col(OutboxRow.thread))
    return (
        select(OutboxRow, CardRow, parent)
        .outerjoin(CardRow, card)
        .outerjoin(parent, thread)
        .where(*_mine(OutboxRow, workspace), col(OutboxRow.stage).in_(WAITING))
        .where(col(OutboxRow.next_attempt_at) <= now, col(OutboxRow.claimed_until) <= now)
        .where(or_(col(OutboxRow.stage) == Stage.DELIVERED, ~or_(blocked, begins)))
        .order_by(col(CardRow.card).is_not(None), col(OutboxRow.final).desc(), col(OutboxRow.position))
        .limit(AT_ONCE)
    )


def _mine(table: Any, workspace: Any) -> tuple[Any, ...]:
    return (col(table.workspace) == workspace,)


def _end(at: Posted | None) -> Stage:
    return Stage.SENT if at is not None else Stage.DEAD


def _free(next_attempt: datetime) -> dict[str, Any]:
    return {"claimed_until": 0, "next_attempt_at": millis(next_attempt)}


def _shown(row: OutboxRow, at: Posted, now: datetime) -> CardRow:
    return CardRow(
        workspace=row.workspace,
        card=row.card or "",
        channel=at.channel,
        ts=at.ts,
        shown=row.position or 0,
        shown_at=millis(now),
        final=row.final,
    )
