"""What SQL keeps of tokens: never the token itself. Times are unix milliseconds, UTC; 0 stands for never."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

LIVING = text("revoked_at = 0")


class TokenRow(SQLModel, table=True):
    """scopes: separated by spaces. services, environments: lists as JSON. Names are unique among tokens that were not
    revoked.
    """

    __tablename__ = "api_token"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too
    __table_args__ = (
        Index("api_token_name", "workspace", "name", unique=True, sqlite_where=LIVING, postgresql_where=LIVING),
    )

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    name: str
    digest: str
    scopes: str
    team: str = ""
    owner: str = ""
    services: str = "[]"
    environments: str = "[]"
    created_at: int = Field(sa_type=BigInteger)
    used_at: int = Field(default=0, sa_type=BigInteger)
    expires_at: int = Field(default=0, sa_type=BigInteger)
    revoked_at: int = Field(default=0, sa_type=BigInteger)
