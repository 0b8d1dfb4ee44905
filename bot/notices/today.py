"""What somebody has been told today, as the outbox has it. Read in the transaction that writes more of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, case, col, distinct, func, select

from bot.notices.codec import Unreadable, decoded
from bot.notices.model import AlsoToday
from bot.notices.noise import ALSO, NOTHING, SHARING, Today
from bot.notices.outbox import millis
from bot.notices.questions import EDITS_ONLY
from bot.notices.tables import OutboxRow, Stage

log = structlog.get_logger(__name__)

EASY = tuple(kind.__name__ for kind in SHARING)


def today_of(session: Session, workspace: str, person: str, since: datetime, morning: datetime) -> Today:
    """Since `since`, when their day began; `morning` is when the next one does.

    Until the transaction ends nobody else adds to it: what two put into the shared message at once would be in it by
    half. Whoever asks for several people asks in the order of their ids, so that no two wait for each other.
    """
    card = f"today:{person}:{since.date()}"
    if session.get_bind().dialect.name == "postgresql":
        session.exec(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{workspace}:{card}", 0)))).one()
    told, easy = _told(session, workspace, person, since)
    return Today(told, easy, card, morning, _also(session, workspace, card))


def written(session: Session, ids: Collection[str]) -> set[str]:
    """Which of them were told before, by themselves or in the message that others share."""
    if not ids:
        return set()
    every = [*ids, *(f"{id}{ALSO}" for id in ids)]
    found = session.exec(select(OutboxRow.id).where(col(OutboxRow.id).in_(every))).all()
    return {id.removesuffix(ALSO) for id in found}


def stands(session: Session, workspace: str, card: str) -> bool:
    """Also where it is still on its way."""
    written = select(OutboxRow.position).where(col(OutboxRow.workspace) == workspace, col(OutboxRow.card) == card)
    return session.exec(written.limit(1)).first() is not None


def _told(session: Session, workspace: str, person: str, since: datetime) -> tuple[int, int]:
    """How many messages they have had since then, or will have in a moment, and how many of a kind that may share one.

    Edits count with the message they edit, on the day on which that rang. What only ever edits does not count at all.
    """
    theirs = [col(OutboxRow.workspace) == workspace, col(OutboxRow.to) == person]
    ringing = [col(OutboxRow.created_at) >= millis(since), col(OutboxRow.not_before) == 0]
    ringing += [
        col(OutboxRow.kind) != EDITS_ONLY,
        col(OutboxRow.stage).not_in((Stage.SUPERSEDED, Stage.DEAD)),
        ~_rang_before(since),
    ]
    message = func.coalesce(col(OutboxRow.card), col(OutboxRow.id))
    easy = case((col(OutboxRow.kind).in_(EASY), message))
    counts = select(func.count(distinct(message)), func.count(distinct(easy)))
    return session.exec(counts.where(*theirs, *ringing)).one()


def _rang_before(since: datetime) -> ColumnElement[bool]:
    """Whether it is an edit of a message that was posted before."""
    first = aliased(OutboxRow)
    same = [col(first.workspace) == col(OutboxRow.workspace), col(first.card) == col(OutboxRow.card)]
    posted = col(first.stage).in_((Stage.SENDING, Stage.DELIVERED, Stage.SENT))
    return exists().where(*same, col(first.created_at) < millis(since), posted)


def _also(session: Session, workspace: str, card: str) -> AlsoToday:
    """What the shared message says by now, or will in a moment."""
    written = [col(OutboxRow.workspace) == workspace, col(OutboxRow.card) == card]
    newest = select(OutboxRow).where(*written).order_by(col(OutboxRow.position).desc()).limit(1)
    row = session.exec(newest).first()
    return _kept(row) if row else NOTHING


def _kept(row: OutboxRow) -> AlsoToday:
    """What another release wrote may be unreadable: it must not keep from being told whatever comes after it."""
    try:
        notice = decoded(row.kind, row.payload)
    except Unreadable as error:
        log.warning("what was told today cannot be read", id=row.id, kind=row.kind, error=str(error))
        return NOTHING
    return notice if isinstance(notice, AlsoToday) else NOTHING
