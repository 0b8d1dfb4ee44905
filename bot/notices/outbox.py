"""Writing down what must be told, in the same transaction as what it tells about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bot.notices.codec import decoded, encoded, kind_of
from bot.notices.model import Envelope, QuestionOver
from bot.notices.tables import CardRow, OutboxRow, Stage
from bot.ports.chat import Posted

OVER = (Stage.SENT, Stage.SUPERSEDED, Stage.DEAD)


@dataclass(frozen=True, slots=True)
class StoredEnvelope:
    """An envelope that is through: where it stands, and since when. confirm: as of Envelope.

    at: None when the chat will never take it; whoever waits for the delivery must not wait for ever.
    """

    confirm: str | None
    at: Posted | None
    delivered: datetime


def put(session: Session, workspace: str, envelopes: Sequence[Envelope], *, now: datetime) -> None:
    """Write them down, in order; those that were written before stay as they are.

    Pending envelopes of the same card are superseded: a card shows its newest state only. What may only be an edit is
    not written where there is nothing to edit.
    """
    for envelope in envelopes:
        if isinstance(envelope.notice, QuestionOver) and not _stands(session, workspace, envelope.card or ""):
            _take_back(session, workspace, envelope.card or "")
            continue
        session.exec(_insert(session, _values(workspace, envelope, now)))
        if envelope.card is not None:
            _supersede(session, workspace, envelope.card, envelope.id)
            _keep_with_card(session, workspace, envelope.card, envelope.id)


def prune(session: Session, workspace: str, *, before: datetime) -> None:
    """Forget envelopes that are over and were written before `before`, and the final cards shown before it."""
    limit = millis(before)
    over = [col(OutboxRow.stage).in_(OVER), col(OutboxRow.created_at) < limit]
    session.exec(delete(OutboxRow).where(col(OutboxRow.workspace) == workspace, *over))
    shown = [col(CardRow.final).is_(True), col(CardRow.shown_at) < limit]
    session.exec(delete(CardRow).where(col(CardRow.workspace) == workspace, *shown))


def envelope_of(row: OutboxRow) -> Envelope:
    """Raises Unreadable."""
    notice, later = decoded(row.kind, row.payload), moment(row.not_before) if row.not_before else None
    return Envelope(
        row.id,
        row.to,
        notice,
        card=row.card,
        final=row.final,
        confirm=row.confirm,
        not_before=later,
        thread=row.thread,
        broadcast=row.broadcast,
    )


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def _values(workspace: str, envelope: Envelope, now: datetime) -> dict[str, Any]:
    not_before = millis(envelope.not_before) if envelope.not_before else 0
    return {
        "id": envelope.id,
        "workspace": workspace,
        "to": envelope.to,
        "lane": _lane(envelope),
        "kind": kind_of(envelope.notice),
        "payload": encoded(envelope.notice),
        "card": envelope.card,
        "final": envelope.final,
        "thread": envelope.thread,
        "broadcast": envelope.broadcast,
        "confirm": envelope.confirm,
        "stage": Stage.PENDING,
        "attempts": 0,
        "created_at": millis(now),
        "next_attempt_at": not_before,
        "not_before": not_before,
        "claimed_until": 0,
    }


def _lane(envelope: Envelope) -> str:
    """What is held back has a lane of its own: nothing else waits for it. So has a thread: its replies wait for the
    message that begins it, of which a newer state may stand behind them.
    """
    if envelope.not_before:
        return f"held:{envelope.to}"
    return f"thread:{envelope.thread}" if envelope.thread else f"to:{envelope.to}"


def _insert(session: Session, values: dict[str, Any]) -> Any:
    """Both dialects say ON CONFLICT DO NOTHING, each through a construct of its own."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(OutboxRow).values(**values).on_conflict_do_nothing(index_elements=["id"])


def _supersede(session: Session, workspace: str, card: str, newest: str) -> None:
    """Only what was written before `newest`: repeating an old envelope must not silence a newer one."""
    position = select(col(OutboxRow.position)).where(col(OutboxRow.id) == newest).scalar_subquery()
    session.exec(
        update(OutboxRow)
        .where(*_of_card(workspace, card), col(OutboxRow.stage) == Stage.PENDING, col(OutboxRow.position) < position)
        .values(stage=Stage.SUPERSEDED)
    )


def _stands(session: Session, workspace: str, card: str) -> bool:
    """Whether its message was posted, or may have been."""
    shown = exists().where(col(CardRow.workspace) == workspace, col(CardRow.card) == card)
    sent = exists().where(*_of_card(workspace, card), col(OutboxRow.stage).in_((Stage.SENDING, Stage.DELIVERED)))
    return bool(session.scalar(select(or_(shown, sent))))


def _take_back(session: Session, workspace: str, card: str) -> None:
    """It was not sent yet, and asks nothing any more."""
    waiting = col(OutboxRow.stage) == Stage.PENDING
    session.exec(update(OutboxRow).where(*_of_card(workspace, card), waiting).values(stage=Stage.SUPERSEDED))


def _keep_with_card(session: Session, workspace: str, card: str, newest: str) -> None:
    """An edit waits for its own card only; a card's first message keeps its place among the others of that channel."""
    shown = exists().where(col(CardRow.workspace) == workspace, col(CardRow.card) == card)
    earlier = aliased(OutboxRow)
    on_its_way = exists().where(
        col(earlier.workspace) == workspace, col(earlier.card) == card, col(earlier.stage) == Stage.SENDING
    )
    session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id) == newest, col(OutboxRow.stage) == Stage.PENDING, or_(shown, on_its_way))
        .values(lane=f"card:{card}")
    )


def _of_card(workspace: str, card: str) -> tuple[Any, ...]:
    return (col(OutboxRow.workspace) == workspace, col(OutboxRow.card) == card)
