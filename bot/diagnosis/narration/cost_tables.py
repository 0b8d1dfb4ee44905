"""What models cost by day."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class ModelDayRow(SQLModel, table=True):
    """day: 2026-11-26, UTC. tokens and micros (millionths of a dollar): spent, and reserved for what is under way or
    was never heard of again. diagnoses: for which a model was asked; told: of them, by the model in the end.
    """

    __tablename__ = "model_day"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too

    workspace: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    tokens: int = Field(default=0, sa_type=BigInteger)
    micros: int = Field(default=0, sa_type=BigInteger)
    input_tokens: int = Field(default=0, sa_type=BigInteger)
    cached_tokens: int = Field(default=0, sa_type=BigInteger)
    output_tokens: int = Field(default=0, sa_type=BigInteger)
    rounds: int = 0
    diagnoses: int = 0
    told: int = 0
