"""What was held back while it was quiet for somebody, told in one message when that is over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import update
from sqlmodel import Session, col

from bot.notices.codec import Unreadable
from bot.notices.model import Envelope, Kept, Notice, WhileQuiet
from bot.notices.outbox import envelope_of, millis, moment, put
from bot.notices.tables import OutboxRow, Stage
from bot.runtime.database import Database

log = structlog.get_logger(__name__)

StillTrue = Callable[[Notice], bool]
"""Whether a notice that was held back is still worth telling."""


async def gather(database: Database, workspace: str, still_true: StillTrue, *, now: datetime) -> None:
    """Put one message for each person in the place of all that was held back for them until `now`.

    One transaction: whoever comes second, another replica or a repeat after a crash, finds nothing left to gather.
    Raises Unavailable.
    """

    def put_together(session: Session) -> None:
        held: dict[str, list[OutboxRow]] = defaultdict(list)
        for row in sorted(_take(session, workspace, now), key=lambda row: row.position or 0):
            held[row.to].append(row)
        told = [_envelope(workspace, rows, still_true) for rows in held.values()]
        put(session, workspace, [envelope for envelope in told if envelope], now=now)

    await database.transact(put_together)


def _take(session: Session, workspace: str, now: datetime) -> list[OutboxRow]:
    held = [col(OutboxRow.workspace) == workspace, col(OutboxRow.stage) == Stage.PENDING]
    over = [col(OutboxRow.not_before) > 0, col(OutboxRow.not_before) <= millis(now)]
    taken = update(OutboxRow).where(*held, *over).values(stage=Stage.SUPERSEDED).returning(OutboxRow)
    return list(session.exec(taken).scalars().all())


def _envelope(workspace: str, rows: list[OutboxRow], still_true: StillTrue) -> Envelope | None:
    """A single one comes as it is; nothing, when none of it is true any more."""
    kept = [(row, each) for row in rows if (each := _kept(row))]
    news = [(row, each) for row, each in kept if still_true(each.notice)]
    if not news:
        return None
    to, id = rows[-1].to, f"{workspace}:quiet:{rows[-1].position}:{rows[-1].to}"
    if len(news) > 1:
        return Envelope(id, to, WhileQuiet(tuple(each for _row, each in news)))
    [(row, one)] = news
    return Envelope(id, to, one.notice, card=row.card, final=row.final)


def _kept(row: OutboxRow) -> Kept | None:
    """None of what cannot be read: everybody's messages would wait for it."""
    try:
        return Kept(moment(row.created_at), envelope_of(row).notice)
    except Unreadable as error:
        log.error("notice given up", envelope=row.id, to=row.to, why=str(error))  # noqa: TRY400 - says all there is
        row.stage = Stage.DEAD
        return None
