"""The committed log in SQL: the truth that survives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, delete, insert, text, update
from sqlmodel import Session, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.reservations.events import OfPlace, Recorded, lease_id_of, place_of
from bot.reservations.log.codec import body_of, event_of, kind_of
from bot.reservations.log.entries import NOWHERE, Entry, Memory, Pending, Position
from bot.reservations.log.sheltered import Fault, Project, Sheltered
from bot.reservations.outcome import folded
from bot.reservations.tables import EventRow, LedgerRow, RequestRow
from bot.reservations.values import Leases
from bot.runtime.clock import from_ms, to_ms
from bot.runtime.database import Database

FIRST_EPOCH = text("INSERT INTO ledger (workspace, epoch, seq, mark) VALUES (:w, 0, 0, '-') ON CONFLICT DO NOTHING")
ADVANCE = text(
    "UPDATE ledger SET seq = :seq, mark = :mark"
    " WHERE workspace = :workspace AND epoch = :epoch AND seq = :known AND mark = :known_mark"
)
# An id that comes again when it has been forgotten everywhere else is a new request: the row follows the latest.
REMEMBER = text(
    "INSERT INTO request (workspace, request_id, fingerprint, first, count, mark, at)"
    " VALUES (:workspace, :request_id, :fingerprint, :first, :count, :mark, :at)"
    " ON CONFLICT (workspace, request_id) DO UPDATE SET fingerprint = excluded.fingerprint,"
    " first = excluded.first, count = excluded.count, mark = excluded.mark, at = excluded.at"
)


class Archive:
    """Every method raises Unavailable when SQL does not answer."""

    def __init__(self, database: Database, workspace: str, project: Project) -> None:
        self._database, self._workspace, self._project = database, workspace, Sheltered(project)

    async def commit(self, after: Position, steps: Sequence[Pending]) -> bool:
        """Commit `steps`, that follow `after`, and what they lead to. False when somebody else was first."""
        try:
            return await self._database.transact(partial(self._commit, self._project.at_once, after, steps))
        except Fault:
            return await self._database.transact(partial(self._commit, self._project.one_by_one, after, steps))

    async def since(self, known: Position) -> tuple[Position, list[Entry]] | None:
        """How far it is committed, and the events behind `known`. None when SQL does not have `known` itself."""
        async with self._database.read() as session:
            row = await session.get(LedgerRow, self._workspace)
            cursor = Position(row.epoch, row.seq, row.mark) if row else NOWHERE
            if cursor.seq < known.seq or await self._mark_at(session, known.seq) != known.mark:
                return None
            if cursor.seq == known.seq:
                return cursor, []
            return cursor, await self._entries(session, EventRow.seq > known.seq, EventRow.seq <= cursor.seq)

    async def begin_epoch(self, known: int, head: int) -> None:
        """Raise the epoch over `known` and over Redis' `head` epoch, unless another replica has done it."""
        mine = col(LedgerRow.workspace) == self._workspace

        def begin(session: Session) -> None:
            session.connection().execute(FIRST_EPOCH, {"w": self._workspace})
            present = session.exec(select(LedgerRow.epoch).where(mine).with_for_update()).one()
            if present <= known or head > present:
                session.exec(update(LedgerRow).where(mine).values(epoch=max(present, head) + 1))

        await self._database.transact(begin)

    async def recorded(self, request_id: str, request: Memory) -> tuple[Recorded, ...]:
        """The committed events of a request."""
        places = (EventRow.seq >= request.first, EventRow.seq <= request.last)
        async with self._database.read() as session:
            entries = await self._entries(session, *places, EventRow.request_id == request_id)
        return tuple(entry.recorded for entry in entries)

    async def history(self, *, subject: str = "", environment: str = "", limit: int = 200) -> list[Recorded]:
        """The latest events of a lease, of an environment, or (neither given) of all, oldest first."""
        latest = select(EventRow).where(col(EventRow.workspace) == self._workspace)
        if subject:
            latest = latest.where(col(EventRow.subject) == subject)
        elif environment:
            latest = latest.where(col(EventRow.environment) == environment)
        async with self._database.read() as session:
            rows = (await session.exec(latest.order_by(col(EventRow.seq).desc()).limit(limit))).all()
        return [_entry(row).recorded for row in reversed(rows)]

    async def before(self, recorded: Sequence[Recorded]) -> Leases:
        """The leases that `recorded`, of one request, is about, as they were before it."""
        ids = {lease_id_of(each.event) for each in recorded}
        earlier = (col(EventRow.subject).in_(ids), EventRow.seq < recorded[0].seq)
        async with self._database.read() as session:
            entries = await self._entries(session, *earlier)
        return folded((entry.recorded for entry in entries), {}).leases

    async def requests(self, now: datetime, remembered: timedelta) -> list[tuple[str, Memory, int]]:
        """Every request of the last `remembered`: id, memory, ms it has left to live."""
        oldest = to_ms(now - remembered)
        fresh = select(RequestRow).where(RequestRow.workspace == self._workspace, RequestRow.at > oldest)
        async with self._database.read() as session:
            rows = (await session.exec(fresh)).all()
        return [
            (row.request_id, Memory(row.fingerprint, row.first, row.count, row.mark), row.at - oldest) for row in rows
        ]

    async def forget_requests(self, before: datetime) -> None:
        old = (col(RequestRow.workspace) == self._workspace, col(RequestRow.at) <= to_ms(before))
        await self._database.transact(lambda session: session.exec(delete(RequestRow).where(*old)))

    def _commit(self, project: Project, after: Position, steps: Sequence[Pending], session: Session) -> bool:
        connection = session.connection()
        if not self._advance(connection, after, steps[-1]):
            return False
        connection.execute(insert(EventRow), [self._event_row(step) for step in steps])
        connection.execute(REMEMBER, [self._request_row(step) for step in steps if step.ends_request])
        project(session, [step.step for step in steps])
        return True

    def _advance(self, connection: Connection, after: Position, last: Pending) -> bool:
        place = {"epoch": after.epoch, "known": after.seq, "known_mark": after.mark}
        new = {"seq": last.entry.seq, "mark": last.entry.mark}
        moved = connection.execute(ADVANCE, {"workspace": self._workspace, **place, **new})
        return moved.rowcount == 1

    async def _mark_at(self, session: AsyncSession, seq: int) -> str:
        if seq == 0:
            return NOWHERE.mark
        at = select(EventRow.mark).where(EventRow.workspace == self._workspace, EventRow.seq == seq)
        return (await session.exec(at)).first() or ""

    async def _entries(self, session: AsyncSession, *where: Any) -> list[Entry]:
        mine = select(EventRow).where(EventRow.workspace == self._workspace, *where)
        return [_entry(row) for row in (await session.exec(mine.order_by(col(EventRow.seq)))).all()]

    def _event_row(self, step: Pending) -> dict[str, Any]:
        recorded = step.entry.recorded
        return {
            "workspace": self._workspace,
            "seq": recorded.seq,
            "epoch": recorded.epoch,
            "mark": step.entry.mark,
            "at": to_ms(recorded.at),
            "kind": kind_of(recorded.event),
            "body": body_of(recorded.event).decode(),
            "request_id": recorded.request_id,
            "by": recorded.by,
            "origin": recorded.origin,
            "subject": lease_id_of(recorded.event),
            "environment": _environment(step),
        }

    def _request_row(self, step: Pending) -> dict[str, Any]:
        request, recorded = step.entry.request, step.entry.recorded
        return {
            "workspace": self._workspace,
            "request_id": recorded.request_id,
            "fingerprint": request.fingerprint,
            "first": request.first,
            "count": request.count,
            "mark": request.mark,
            "at": to_ms(recorded.at),
        }


def _environment(step: Pending) -> str:
    event = step.entry.recorded.event
    if isinstance(event, OfPlace):
        return place_of(event)
    lease = step.after.leases.get(lease_id_of(event)) or step.before.leases[lease_id_of(event)]
    return lease.scope.environment


def _entry(row: EventRow) -> Entry:
    event = event_of(row.kind, row.body)
    recorded = Recorded(row.epoch, row.seq, from_ms(row.at), event, row.request_id, row.by, row.origin)
    return Entry(recorded, Memory("", row.seq, 1, row.mark))
