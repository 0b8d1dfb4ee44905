"""The committed history over a period, for those who look back: whole lives of leases, however early they began."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import and_, col, or_, select

from bot.reservations.codec import KINDS, event_of
from bot.reservations.events import Recorded
from bot.reservations.tables import EventRow
from bot.runtime.clock import from_ms, to_ms
from bot.runtime.database import Database


@dataclass(frozen=True, slots=True)
class Chronicle:
    """Raises Unavailable when SQL does not answer."""

    database: Database
    workspace: str

    async def since(self, start: datetime, *, environment: str = "", living: Collection[str] = ()) -> list[Recorded]:
        """Every event, in order, of each lease that something happened to after `start`, of those in `living`, which
        may have begun long before, and of places. Without `environment`: of all. What newer versions wrote is not.
        """
        mine = col(EventRow.workspace) == self.workspace
        subject, there = col(EventRow.subject), (col(EventRow.environment) == environment,) if environment else ()
        lately = select(EventRow.subject).where(mine, *there, subject != "", col(EventRow.at) >= to_ms(start))
        of_places = and_(subject == "", *there)
        whole = or_(subject.in_(lately), subject.in_(living), of_places)
        told = select(EventRow).where(mine, whole, col(EventRow.kind).in_(list(KINDS)))
        async with self.database.read() as session:
            rows = (await session.exec(told.order_by(col(EventRow.seq)))).all()
        return [
            Recorded(
                row.epoch, row.seq, from_ms(row.at), event_of(row.kind, row.body), row.request_id, row.by, row.origin
            )
            for row in rows
        ]
