"""What SQL keeps of the ledger. Times are unix milliseconds, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel


class EventRow(SQLModel, table=True):
    """All events of all rooms, in order, without gaps. `body` is JSON, `subject` the lease it is about, "" for a place;
    `origin` says from where it was asked.
    """

    __tablename__ = "event"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too
    __table_args__ = (
        Index("event_of_subject", "workspace", "subject", "seq"),
        Index("event_of_environment", "workspace", "environment", "seq"),
    )

    workspace: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    epoch: int
    mark: str
    at: int = Field(sa_type=BigInteger)
    kind: str
    body: str = Field(sa_type=Text)
    request_id: str
    by: str
    origin: str = ""
    subject: str
    environment: str


class RequestRow(SQLModel, table=True):
    """Which events a request led to: `count` of them from `first` on. Kept for 24 h."""

    __tablename__ = "request"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too
    __table_args__ = (Index("request_age", "workspace", "at"),)

    workspace: str = Field(primary_key=True)
    request_id: str = Field(primary_key=True)
    fingerprint: str
    first: int = Field(sa_type=BigInteger)
    count: int
    mark: str
    at: int = Field(sa_type=BigInteger)


class LedgerRow(SQLModel, table=True):
    """How far the workspace's log is committed: the event at `seq`, and its mark. Moved by compare-and-set only."""

    __tablename__ = "ledger"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    epoch: int
    seq: int = Field(sa_type=BigInteger)
    mark: str


class SnapshotRow(SQLModel, table=True):
    """The state as of the event `seq`, as JSON, folded by code whose fingerprint is `shape`."""

    __tablename__ = "snapshot"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)
    mark: str
    at: int = Field(sa_type=BigInteger)
    shape: str
    body: str = Field(sa_type=Text)


class WatchRow(SQLModel, table=True):
    """One person watches one scope; names of services and resources are joined by commas."""

    __tablename__ = "watch"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    environment: str = Field(primary_key=True)
    services: str = Field(primary_key=True, default="")
    resources: str = Field(primary_key=True, default="")
