"""Diagnoses. Times are unix milliseconds, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel


class DiagnosisRow(SQLModel, table=True):
    """What is looked for stands in columns, the whole in `body` (JSON). service, confidence: the answer, empty while
    there is none. judged: right, wrong, or empty.
    """

    __tablename__ = "diagnosis"  # pyright: ignore[reportAssignmentType] - SQLAlchemy takes a name too
    __table_args__ = (
        Index("diagnosis_of_case", "workspace", "case_id"),
        Index("diagnosis_stage", "workspace", "stage"),
        Index("diagnosis_judged", "workspace", "judged", "environment"),
    )

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    environment: str
    case_id: str = ""
    cause: str = ""
    stage: str
    service: str = ""
    confidence: str = ""
    judged: str = ""
    opened_at: int = Field(sa_type=BigInteger)
    revision: int = 0
    body: str = Field(sa_type=Text)
