"""Jobs written down and not yet handed to the work queue. Times are unix milliseconds, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel


class JobRow(SQLModel, table=True):
    """id: the same job is written once. arguments: JSON object of ids, text to text. relayed_at: 0 until it is.

    due_at: when it is to run, 0 for at once; the work queue keeps the time.
    """

    __tablename__ = "job"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too
    __table_args__ = (Index("job_waiting", "workspace", "relayed_at", "claimed_until"),)

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True, sa_type=Text)
    name: str
    arguments: str = Field(sa_type=Text)
    created_at: int = Field(sa_type=BigInteger)
    due_at: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    claimed_until: int = Field(default=0, sa_type=BigInteger)
    relayed_at: int = Field(default=0, sa_type=BigInteger)
