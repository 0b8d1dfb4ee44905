"""What others may ask of diagnoses, inside a transaction of their own."""

from __future__ import annotations

from sqlmodel import Session, col, select

from bot.diagnosis.asking import Question, Remembered
from bot.diagnosis.model import said_to_be
from bot.diagnosis.store import RIGHT, WRONG, readable
from bot.diagnosis.tables import DiagnosisRow
from bot.diagnosis.values import Diagnosis


def of_case(session: Session, workspace: str, case: str) -> list[Diagnosis]:
    """The oldest first; without what somebody asked for themselves."""
    mine = (col(DiagnosisRow.workspace) == workspace, col(DiagnosisRow.case_id) == case)
    rows = select(DiagnosisRow).where(*mine).order_by(col(DiagnosisRow.opened_at), col(DiagnosisRow.id))
    return [each for each in readable(session.exec(rows).all()) if not each.private]


def remembered(session: Session, workspace: str, asked: Question) -> Remembered | None:
    """The last word on an earlier diagnosis of that cause, in whichever case, that others could read."""
    about = (DiagnosisRow.environment == asked.environment, DiagnosisRow.cause == asked.cause)
    judged = (col(DiagnosisRow.workspace) == workspace, col(DiagnosisRow.judged).in_((RIGHT, WRONG)))
    rows = session.exec(select(DiagnosisRow).where(*judged, *about)).all()
    known = (each for each in readable(rows) if each.question.suite == asked.suite and not each.private)
    words = [_word(each) for each in known if each.id != asked.id]
    return max(filter(None, words), key=lambda each: each.at, default=None)


def _word(known: Diagnosis) -> Remembered | None:
    """None where nothing is learned of it: that it was something else than nobody."""
    if known.judged is None:
        return None
    service = said_to_be(known)
    wrong = "" if service else known.service
    said = Remembered(known.judged.by, known.judged.at.timestamp(), service, wrong)
    return said if service or wrong else None
