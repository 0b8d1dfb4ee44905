"""Whom to call back. Times are unix milliseconds, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel


class CallbackRow(SQLModel, table=True):
    """token_id: of the token whose digest signs."""

    __tablename__ = "callback"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    lease_id: str = Field(primary_key=True)
    url: str = Field(sa_type=Text)
    token_id: str
    created_at: int = Field(sa_type=BigInteger)
