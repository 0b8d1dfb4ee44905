"""Deployments, and what runs where. Times are unix milliseconds, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel


class DeploymentRow(SQLModel, table=True):
    """What is looked for stands in columns, the whole in `body` (JSON). due_at: when it is to be looked at next; 0 when
    nothing is left to do.
    """

    __tablename__ = "deployment"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too
    __table_args__ = (
        Index("deployment_of_service", "workspace", "service", "environment", "opened_at"),
        Index("deployment_due", "workspace", "due_at"),
        Index("deployment_lease", "workspace", "lease_id"),
        Index("deployment_run", "workspace", "run_id"),
    )

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    environment: str
    service: str
    stage: str
    lease_id: str = ""
    run_id: str = ""
    opened_at: int = Field(sa_type=BigInteger)
    due_at: int = Field(default=0, sa_type=BigInteger)
    revision: int = 0
    body: str = Field(sa_type=Text)


class RunningRow(SQLModel, table=True):
    """What is seen, or said, to run."""

    __tablename__ = "running_version"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    environment: str = Field(primary_key=True)
    service: str = Field(primary_key=True)
    body: str = Field(sa_type=Text)


class AttendanceRow(SQLModel, table=True):
    """looked_at: when it was looked last what runs. away_from, away_until: when it was not for long, the last time."""

    __tablename__ = "attendance"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    looked_at: int = Field(sa_type=BigInteger)
    away_from: int = Field(default=0, sa_type=BigInteger)
    away_until: int = Field(default=0, sa_type=BigInteger)


class MarkRow(SQLModel, table=True):
    """A moment of a deployment, which may be marked at the vendor since `sent_at`. there: it is."""

    __tablename__ = "deployment_mark"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    sent_at: int = Field(sa_type=BigInteger)
    there: bool = False


class GoodSetRow(SQLModel, table=True):
    """The versions that were found good together last. body: JSON of service to version."""

    __tablename__ = "last_good"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    environment: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    deployment: str
    body: str = Field(sa_type=Text)


class HealthRow(SQLModel, table=True):
    """A service was seen to be well, or not, since then."""

    __tablename__ = "health_change"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    environment: str = Field(primary_key=True)
    at: int = Field(primary_key=True, sa_type=BigInteger)
    service: str = Field(primary_key=True)
    health: str
    detail: str = ""
