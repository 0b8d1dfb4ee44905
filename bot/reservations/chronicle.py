"""The committed history over a period, for those who look back: whole lives of leases, however early they began."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.reservations.events import (
    ConditionCleared,
    ConditionSet,
    EnvironmentFrozen,
    Event,
    FreezeLifted,
    FreezesPlanned,
    Recorded,
)
from bot.reservations.log.codec import KINDS, event_of
from bot.reservations.tables import EventRow
from bot.runtime.clock import from_ms, to_ms
from bot.runtime.database import Database

BY_PEOPLE = tuple(kind.__name__ for kind in (ConditionSet, ConditionCleared, EnvironmentFrozen, FreezeLifted))
"""What lasts until somebody says otherwise, or for as long as somebody has said."""


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What newer versions wrote is left out. Each method raises Unavailable when SQL does not answer.

    environment: only what is about that one; without it, all.
    """

    database: Database
    workspace: str

    async def leases(self, start: datetime, *, environment: str = "", living: Collection[str] = ()) -> list[Recorded]:
        """Every event, in order, of each lease that something happened to after `start`, and of those in `living`,
        which may have begun long before.
        """
        subject, there = col(EventRow.subject), self._there(environment)
        async with self.database.read() as session:
            after = col(EventRow.seq) > await self._last_before(session, start)
            lately = select(EventRow.subject).where(*there, subject != "", after)
            return await self._told(session, subject != "", or_(subject.in_(lately), subject.in_(living)))

    async def held(
        self, start: datetime, end: datetime, *, environment: str, living: Collection[str] = (), limit: int
    ) -> tuple[list[Recorded], bool]:
        """As `leases`, until `end`: of so many leases at most, those that began first; and whether there were more."""
        seq, subject = col(EventRow.seq), col(EventRow.subject)
        async with self.database.read() as session:
            after = seq > await self._last_before(session, start)
            until = seq <= await self._last_before(session, end)
            lately = select(EventRow.subject).where(*self._there(environment), subject != "", after)
            which = (*self._there(environment), subject != "", or_(subject.in_(lately), subject.in_(living)), until)
            first = select(EventRow.subject).where(*which).group_by(subject).order_by(func.min(seq)).limit(limit + 1)
            leases = (await session.exec(first)).all()
            return await self._told(session, subject.in_(leases[:limit]), until), len(leases) > limit

    async def places(self, start: datetime, *, environment: str = "") -> list[Recorded]:
        """What happened to places after `start`, in order, and before it what may have been in force then: what people
        said, and of what the catalog plans the last plan of each environment, which takes the place of those before.
        """
        seq, kind = col(EventRow.seq), col(EventRow.kind)
        there = (*self._there(environment), col(EventRow.subject) == "")
        async with self.database.read() as session:
            before = await self._last_before(session, start)
            latest = select(func.max(seq)).where(*there, kind == FreezesPlanned.__name__, seq <= before)
            plans = latest.group_by(col(EventRow.environment))
            told = await self._told(session, *there, or_(seq > before, kind.in_(BY_PEOPLE), seq.in_(plans)))
        return [each for each in told if not _was_over(each.event, start)]

    def _there(self, environment: str) -> tuple[Any, ...]:
        mine = col(EventRow.workspace) == self.workspace
        return (mine, col(EventRow.environment) == environment) if environment else (mine,)

    async def _last_before(self, session: AsyncSession, start: datetime) -> int:
        """The times of events rise with their seq: counted from the end, no more is read than was asked for."""
        seq, before = col(EventRow.seq), (*self._there(""), col(EventRow.at) < to_ms(start))
        return (await session.exec(select(seq).where(*before).order_by(seq.desc()).limit(1))).first() or 0

    async def _told(self, session: AsyncSession, *which: Any) -> list[Recorded]:
        known = select(EventRow).where(*self._there(""), *which, col(EventRow.kind).in_(list(KINDS)))
        return list(_recorded((await session.exec(known.order_by(col(EventRow.seq)))).all()))


def _was_over(event: Event, start: datetime) -> bool:
    return isinstance(event, EnvironmentFrozen) and event.window.end <= start


def _recorded(rows: Iterable[EventRow]) -> Iterable[Recorded]:
    for row in rows:
        event = event_of(row.kind, row.body)
        yield Recorded(row.epoch, row.seq, from_ms(row.at), event, row.request_id, row.by, row.origin)
