"""How long telemetry is kept: by age, and by how much there is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Delete, Table, delete, func, select
from sqlalchemy.sql.elements import ColumnElement

from bot.ports.clock import Clock
from bot.runtime.database import Database
from bot.telemetry.durations import SLOT
from bot.telemetry.moments import US, to_us
from bot.telemetry.store import MINUTE
from bot.telemetry.tables import AMOUNT, COUNTER, LINE, ORIGIN, RATE, SERIES, SPAN, STREAM, VISIT, VOLUME

ROWS_AT_ONCE = 2_000
"""Of one transaction: whoever writes meanwhile waits some 30 ms."""

SLOTS_AT_ONCE = 6
"""Ten seconds each."""

JOB = "telemetry.prune"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept: nothing older than `age`, and about so many bytes at most."""

    age: timedelta
    size: int


def cut(volumes: Iterable[tuple[int, int]], now: int, kept: Kept) -> int:
    """The moment (microseconds) before which everything goes. volumes: (minute, bytes), the newest first. Pure."""
    left = kept.size
    oldest = now - kept.age // US
    for slot, size in volumes:
        left -= size
        if left < 0:
            return max(oldest, slot + MINUTE)
    return oldest


class Retention:
    def __init__(self, database: Database, clock: Clock, kept: Kept) -> None:
        self._database, self._clock, self._kept = database, clock, kept

    async def prune(self) -> int:
        """Forget what is too old or too much, in many small transactions; how many rows. Raises Unavailable."""
        before = await self._database.transact(lambda session: self._cut(session.connection()))
        gone = 0
        for table, moment in ((SPAN, SPAN.c.start), (LINE, LINE.c.at)):
            while rows := await self._forget(table, moment < before):
                gone += rows
        gone += await self._forget_amounts(before)
        oldest = to_us(self._clock.now() - self._kept.age)
        await self._database.transact(lambda session: _forget_rest(session.connection(), oldest, before))
        return gone

    def _cut(self, connection: Connection) -> int:
        volumes = connection.execute(select(VOLUME.c.slot, VOLUME.c.size).order_by(VOLUME.c.slot.desc()))
        return cut([(slot, size) for slot, size in volumes], to_us(self._clock.now()), self._kept)

    async def _forget(self, table: Table, old: ColumnElement[bool]) -> int:
        some = delete(table).where(table.c.id.in_(select(table.c.id).where(old).limit(ROWS_AT_ONCE)))
        return await self._without(some)

    async def _without(self, some: Delete) -> int:
        return await self._database.transact(lambda session: session.connection().execute(some).rowcount)

    async def _forget_amounts(self, before: int) -> int:
        """By the ten seconds: of each there is one row for each resource of each service."""
        gone = 0
        first = select(func.min(AMOUNT.c.slot))
        while True:
            slot = await self._database.transact(lambda session: session.connection().execute(first).scalar())
            if slot is None or slot >= before:
                return gone
            some = delete(AMOUNT).where(AMOUNT.c.slot < min(before, slot + SLOTS_AT_ONCE * SLOT))
            gone += await self._database.transact(
                lambda session, some=some: session.connection().execute(some).rowcount
            )


def _forget_rest(connection: Connection, oldest: int, before: int) -> None:
    """What takes little room is kept by age alone: a chart goes further back than its requests. A series of which there
    is nothing left makes room for another one.
    """
    connection.execute(delete(RATE).where(RATE.c.slot < oldest))
    connection.execute(delete(STREAM).where(STREAM.c.at < oldest))
    connection.execute(delete(ORIGIN).where(ORIGIN.c.last_seen < oldest))
    connection.execute(delete(VISIT).where(VISIT.c.last_seen < oldest))
    connection.execute(delete(COUNTER).where(COUNTER.c.at < before))
    connection.execute(delete(SERIES).where(~select(AMOUNT.c.slot).where(AMOUNT.c.series == SERIES.c.id).exists()))
    connection.execute(delete(VOLUME).where(VOLUME.c.slot + MINUTE <= before))
