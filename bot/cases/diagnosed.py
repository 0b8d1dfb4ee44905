"""Cases as diagnoses change them, in the transaction that changes the diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bot.cases import moving
from bot.cases.desk import Desk
from bot.cases.explaining import newly
from bot.cases.model import Change, Step
from bot.cases.needs import Surroundings
from bot.cases.pointed import Pointed
from bot.cases.store import Store
from bot.cases.values import Case, Kind
from bot.diagnosis.facts import is_page, kind_of
from bot.diagnosis.model import blamed, way_back
from bot.diagnosis.values import Diagnosis
from bot.failures.verdict import Verdict
from bot.ports.clock import Clock

NEED_NONE = frozenset({Verdict.FLAKY, Verdict.KNOWN_ISSUE, Verdict.ENVIRONMENT_DOWN, Verdict.RUN_KILLED})
"""What these causes come from is known."""

SHOWN = 3

IN_LINE = timedelta(days=1)
"""For so long a deployment may have stood in line until it began."""


class DiagnosedCases:
    """Implements Cases of bot.diagnosis.needs."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        clock: Clock,
        owners: Callable[[Case, str], tuple[str, ...]],
        around: Surroundings,
    ) -> None:
        """owners: whoever was called when a case opened, because of a service."""
        self._store, self._desk, self._clock, self._owners, self._around = store, desk, clock, owners, around

    def hold(self, session: Session, case: str) -> None:
        self._held(session, case)

    def point(self, session: Session, diagnosis: Diagnosis) -> None:
        case = self._held(session, diagnosis.question.case)
        if case is not None and (cause := _cause(case, diagnosis.question.cause)):
            self._follow(session, moving.point(case, cause, pointed(diagnosis)))

    def move(self, session: Session, case: str, cause: str, service: str, by: str) -> bool:
        held = self._held(session, case)
        step = moving.move(held, _cause(held, cause), service, by, self._clock.now()) if held else None
        self._follow(session, step)
        return step is not None

    def move_back(self, session: Session, case: str, cause: str, service: str, by: str) -> None:
        if (held := self._held(session, case)) is not None:
            step = moving.move_back(held, _cause(held, cause), service, by, self._clock.now())
            self._follow(session, step)

    def overtaken(self, session: Session, diagnosis: Diagnosis) -> bool:
        question, came = diagnosis.question, blamed(diagnosis)
        if question.case and ((held := self._held(session, question.case)) is None or not held.open):
            return True
        since = datetime.fromtimestamp(came.time if came else question.faulty.end, UTC)
        same = (came.version, came.commit) if came else ()
        opened = self._around.deployed(session, question.environment, since - IN_LINE)
        known = [each for each in opened if each.end]
        others = (each for each in known if each.service == diagnosis.service and each.version not in same)
        return any(each.start > since for each in others)

    def mentioned(self, session: Session, case: str, service: str) -> tuple[str, ...]:
        held = self._held(session, case)
        return self._owners(held, service) if held else ()

    def _held(self, session: Session, id: str) -> Case | None:
        known = self._store.one(session, id) if id else None
        if known is None:
            return None
        self._store.hold(session, known.place.environment)
        return self._store.one(session, id)

    def _follow(self, session: Session, step: Step | None) -> None:
        if step is not None:
            self._desk.follow(session, step)


def explainable(step: Step) -> bool:
    """Whether a case has just come, come back by itself, or is now known to come with a version of which nobody could
    say so, with a cause that is still to be explained.
    """
    came = step.change is Change.OPENED or (step.change is Change.REOPENED and not step.by)
    came |= step.before is not None and newly(step.before.causes, step.after.causes)
    red = (each for each in step.after.causes if not each.settled)
    return came and step.after.kind is Kind.FAILURES and any(each.evidence.verdict not in NEED_NONE for each in red)


def is_over(step: Step) -> bool:
    """Whether a case has just closed."""
    return step.before is not None and step.before.open and not step.after.open


def pointed(diagnosis: Diagnosis) -> Pointed | None:
    """None while it has no answer, and where a person has said that it is wrong."""
    told, judged, stands = diagnosis.explanation, diagnosis.judged, diagnosis.standing
    if told is None or not told.service or (judged and not judged.right):
        return None
    links = tuple(dict(_links(diagnosis)).items())[:SHOWN]
    return Pointed(
        diagnosis.id,
        told.service,
        told.confidence.value,
        stands.right,
        stands.of,
        stands.sure,
        by=judged.by if judged else "",
        links=links,
        back=bool(way_back(diagnosis)),
    )


def _links(diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    """The first of each kind, the strongest clause first."""
    seen: set[str] = set()
    told = diagnosis.explanation
    for item in (item for clause in (told.because if told else ()) for item in clause.evidence):
        kind = kind_of(item)
        if kind and is_page(item.link) and kind not in seen:
            seen.add(kind)
            yield kind, item.link


def _cause(case: Case, id: str) -> str:
    """A question about a case with one cause may name none."""
    return id or (case.causes[0].id if len(case.causes) == 1 else "")
