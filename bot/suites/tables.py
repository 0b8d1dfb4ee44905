"""Runs of suites, and what they reported. Times are unix milliseconds, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel


class SuiteRunRow(SQLModel, table=True):
    """What is looked for stands in columns, the whole in `body` (JSON). due_at: when it is to be looked at next; 0 when
    nothing is left to do. run_id: at its vendor.
    """

    __tablename__ = "suite_run"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too
    __table_args__ = (
        Index("suite_run_of_suite", "workspace", "suite", "environment", "opened_at"),
        Index("suite_run_number", "workspace", "number", unique=True),
        Index("suite_run_due", "workspace", "due_at"),
        Index("suite_run_lease", "workspace", "lease_id"),
        Index("suite_run_run", "workspace", "run_id"),
        Index("suite_run_deployment", "workspace", "deployment"),
    )

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    number: int
    suite: str
    environment: str
    stage: str
    verdict: str = ""
    lease_id: str = ""
    run_id: str = ""
    deployment: str = ""
    opened_at: int = Field(sa_type=BigInteger)
    due_at: int = Field(default=0, sa_type=BigInteger)
    revision: int = 0
    body: str = Field(sa_type=Text)


class BackfillRow(SQLModel, table=True):
    """How far the past of a suite has been read. source: where its runs are kept; the whole in `body` (JSON)."""

    __tablename__ = "suite_backfill"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    suite: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    revision: int = 0
    body: str = Field(sa_type=Text)


class RunNumberRow(SQLModel, table=True):
    """The highest number that a run of the workspace has."""

    __tablename__ = "suite_number"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    last: int = 0


class ReportRow(SQLModel, table=True):
    """A report as it was read, compressed JSON. part: the digest of the file, so that the same file is kept once."""

    __tablename__ = "suite_report"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    run: str = Field(primary_key=True)
    part: str = Field(primary_key=True)
    name: str = ""
    at: int = Field(sa_type=BigInteger)
    body: bytes = Field(sa_type=LargeBinary)
