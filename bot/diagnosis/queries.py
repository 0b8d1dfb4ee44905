"""What others may ask of diagnoses, inside a transaction of their own."""

from __future__ import annotations

from sqlmodel import Session, col, select

from bot.diagnosis.store import of_row
from bot.diagnosis.tables import DiagnosisRow
from bot.diagnosis.values import Diagnosis


def of_case(session: Session, workspace: str, case: str) -> list[Diagnosis]:
    """The oldest first; without what somebody asked for themselves."""
    mine = (col(DiagnosisRow.workspace) == workspace, col(DiagnosisRow.case_id) == case)
    rows = select(DiagnosisRow).where(*mine).order_by(col(DiagnosisRow.opened_at), col(DiagnosisRow.id))
    return [each for each in map(of_row, session.exec(rows).all()) if not each.private]
