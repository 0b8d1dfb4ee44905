"""What SQL keeps of notices. Times are unix milliseconds, UTC."""

from __future__ import annotations

from datetime import time
from enum import StrEnum

from sqlalchemy import BigInteger, Index, Integer, Text
from sqlmodel import Field, SQLModel


class Stage(StrEnum):
    """pending -> sending -> delivered -> sent; a newer envelope of the same card supersedes a pending one, and the
    message in which it is told with others one that was held back.

    sending: the chat may have it. delivered: the chat has it, and whoever waits for that is not told yet.
    """

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    SENT = "sent"
    SUPERSEDED = "superseded"
    DEAD = "dead"


class OutboxRow(SQLModel, table=True):
    """One envelope on its way.

    position: the order of writing. lane: within one, envelopes go out in order, one at a time: the destination, or the
    card once its message stands. first_tried_at: where to begin looking when nobody knows whether it arrived.
    not_before: held back until then; 0 for what goes at once. thread: the card in whose thread it is told.
    """

    __tablename__ = "outbox"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too
    __table_args__ = (
        Index("outbox_waiting", "workspace", "stage", "lane", "position"),
        Index("outbox_told", "workspace", "to", "created_at"),
    )

    position: int | None = Field(
        default=None,
        primary_key=True,
        sa_type=BigInteger().with_variant(Integer, "sqlite"),  # pyright: ignore[reportArgumentType] - a variant is a type
    )
    id: str = Field(unique=True, sa_type=Text)
    workspace: str
    to: str
    lane: str
    kind: str
    payload: str = Field(sa_type=Text)
    card: str | None = Field(default=None, index=True)
    final: bool = False
    thread: str | None = Field(default=None, sa_type=Text)
    broadcast: bool = False
    confirm: str | None = None
    stage: str = Stage.PENDING
    attempts: int = 0
    created_at: int = Field(sa_type=BigInteger)
    next_attempt_at: int = Field(default=0, sa_type=BigInteger)
    not_before: int = Field(default=0, sa_type=BigInteger)
    first_tried_at: int | None = Field(default=None, sa_type=BigInteger)
    claimed_by: str | None = None
    claimed_until: int = Field(default=0, sa_type=BigInteger)
    channel: str | None = None
    ts: str | None = None
    delivered_at: int | None = Field(default=None, sa_type=BigInteger)


class CardRow(SQLModel, table=True):
    """The one message of a card, and the newest envelope it shows."""

    __tablename__ = "card"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    card: str = Field(primary_key=True)
    channel: str
    ts: str
    shown: int = Field(sa_type=BigInteger)
    shown_at: int = Field(sa_type=BigInteger)
    final: bool = False


class PreferenceRow(SQLModel, table=True):
    """What one person has chosen. muted: topics, with spaces between. Times of day are local to their zone.

    unlimited: nothing is left out on a full day.
    """

    __tablename__ = "preference"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    muted: str
    quiet: str
    quiet_from: time
    quiet_to: time
    zone_name: str
    work_from: time | None
    work_to: time | None
    known_zone: str
    unlimited: bool = False
