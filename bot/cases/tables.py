"""Cases, their causes, and what is remembered of runs. Times are unix milliseconds, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel


class CaseRow(SQLModel, table=True):
    """What is looked for stands in columns, the whole in `body` (JSON). number: of the run that opened it."""

    __tablename__ = "suite_case"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too
    __table_args__ = (
        Index("suite_case_open", "workspace", "open", "environment", "suite"),
        Index("suite_case_number", "workspace", "number"),
    )

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    suite: str
    environment: str
    kind: str
    open: bool
    number: int
    opened_at: int = Field(sa_type=BigInteger)
    revision: int = 0
    body: str = Field(sa_type=Text)


class CauseRow(SQLModel, table=True):
    """A cause of one suite in one environment, for as long as it may be met again. case_id: the latest that is about
    it. runs: how many met it. body: its fingerprints (JSON).
    """

    __tablename__ = "suite_cause"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    suite: str = Field(primary_key=True)
    environment: str = Field(primary_key=True)
    cause: str = Field(primary_key=True)
    case_id: str = ""
    runs: int = 0
    last_seen: int = Field(sa_type=BigInteger)
    body: str = Field(sa_type=Text)


class SummaryRow(SQLModel, table=True):
    """What became of each test of a run, compressed JSON."""

    __tablename__ = "suite_summary"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too
    __table_args__ = (Index("suite_summary_of_suite", "workspace", "suite", "environment", "number"),)

    workspace: str = Field(primary_key=True)
    run: str = Field(primary_key=True)
    suite: str
    environment: str
    number: int
    at: int = Field(sa_type=BigInteger)
    body: bytes = Field(sa_type=LargeBinary)


class DeskRow(SQLModel, table=True):
    """One per environment, locked while something is made of a run there: two at once would both open a case."""

    __tablename__ = "suite_desk"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    environment: str = Field(primary_key=True)
    runs: int = 0


class RuleRow(SQLModel, table=True):
    """What a person said of a cause or a test. ends_at: when it expires, or was undone; 0 for never."""

    __tablename__ = "suite_rule"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too
    __table_args__ = (Index("suite_rule_in_force", "workspace", "ends_at"),)

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    made_at: int = Field(sa_type=BigInteger)
    ends_at: int = Field(default=0, sa_type=BigInteger)
    body: str = Field(sa_type=Text)
