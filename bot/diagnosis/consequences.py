"""What follows from a change of a diagnosis, in its transaction: what people are told, and what its case shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.diagnosis import model, newest
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.model import Answer, Step
from bot.diagnosis.needs import Cases, Owners, Story
from bot.diagnosis.store import Store
from bot.diagnosis.trust import standing
from bot.diagnosis.values import Diagnosis, Judgement
from bot.errors import Conflict
from bot.notices import outbox
from bot.ports.clock import Clock

REPLACED = "A newer diagnosis of the same cause replaces this one: say it of that one. Nothing was changed."


class Consequences:
    """owners: whom to mention where the evidence surely points to their service."""

    def __init__(self, store: Store, cases: Cases, owners: Owners, story: Story, clock: Clock) -> None:
        self.store, self._cases, self._owners, self._story, self._clock = store, cases, owners, story, clock

    def hold(self, session: Session, case: str) -> None:
        """Before any diagnosis of it is locked: nobody else changes which of them holds until the transaction ends."""
        if case:
            self._cases.hold(session, case)

    def follow(self, session: Session, known: Diagnosis, step: Step | None, called: Sequence[str] = ()) -> Diagnosis:
        """Write it down, and what is told of it; `known` where nothing changes."""
        if step is None:
            return known
        self.store.put(session, step.after)
        told = list(self._story(step, called))
        outbox.put(session, self.store.workspace, told, now=self._clock.now())
        return step.after

    def answer(self, session: Session, known: Diagnosis, found: Answer, now: datetime) -> Diagnosis:
        """With how often answers like it were right here. Whoever looks after the service is called, once, unless a
        newer answer of the same cause was faster.
        """
        record = self.store.record(session, known.question.environment)
        stands = standing(found.explanation.confidence, record)
        step = model.answer(known, replace(found, standing=stands), now)
        if step is None:
            return known
        called = self._to_call(session, step.after) if self._holds(session, step.after) else ()
        passed = bool(model.way_back(step.after)) and self._cases.overtaken(session, step.after)
        step = replace(step, after=replace(model.call(step.after, called), overtaken=passed))
        self.follow(session, known, step, called)
        return self._settle(session, step.after)

    def overtake(self, session: Session, known: Diagnosis) -> Diagnosis:
        """A way back that its message offers goes, where what it would take back is over."""
        offered = model.way_back(known) and self._cases.overtaken(session, known)
        return self.follow(session, known, model.overtake(known)) if offered else known

    def join(self, session: Session, known: Diagnosis, step: Step | None) -> Diagnosis:
        """Somebody else asks the same, or it is shown to others: from then on it calls whom it would have called."""
        if step is None or step.after.private or not known.private:
            return self.follow(session, known, step)
        after = self._moved(session, step.after)
        holds = self._holds(session, after) and not self._cases.overtaken(session, after)
        called = self._to_call(session, after) if holds else ()
        after = model.call(after, called)
        self.follow(session, known, replace(step, after=after), called)
        return self._settle(session, after)

    def judge(self, session: Session, known: Diagnosis, said: Judgement) -> Diagnosis:
        """What a person says of its service holds for its case as well. Raises Conflict where a newer one holds."""
        if (step := model.judge(known, said)) is None:
            return known
        if known.replaced_by:
            raise Conflict(REPLACED)
        self._move_back(session, known, said.by)
        return self._judged(session, known, replace(step, after=self._moved(session, step.after)))

    def unjudge(self, session: Session, known: Diagnosis, person: str) -> Diagnosis:
        if (step := model.unjudge(known, person)) is None:
            return known
        self._move_back(session, known, person)
        return self._judged(session, known, step)

    def _moved(self, session: Session, after: Diagnosis) -> Diagnosis:
        """Its case comes from where a person says, unless nobody else sees what they say it of."""
        judged, question, service = after.judged, after.question, model.said_to_be(after)
        if judged is None or not question.case or not service or after.private:
            return after
        moved = self._cases.move(session, question.case, question.cause, service, judged.by)
        return replace(after, judged=replace(judged, moved=moved))

    def _settle(self, session: Session, changed: Diagnosis) -> Diagnosis:
        """Of the same cause the newest answer holds: earlier ones say so, and their case points to it."""
        case = changed.question.case
        if not case or changed.private:
            return changed
        known = newest.alike(changed, self.store.in_case(session, case))
        by_id = {each.id: each for each in known}
        now = [self._supersede(session, each, by_id.get(by)) for each, by in newest.replaced(known)]
        self._cases.point(session, newest.holding(now) or changed)
        return next(each for each in now if each.id == changed.id)

    def _supersede(self, session: Session, old: Diagnosis, by: Diagnosis | None) -> Diagnosis:
        """Whoever was called because of it is told that it is another's, unless that is theirs as well."""
        step = model.supersede(old, by.id if by else "")
        taken_back = step is not None and by is not None and by.service != old.service and not model.is_wrong(old)
        still = self._owners(by.service) if taken_back and by else ()
        return self.follow(session, old, step, [each for each in old.called if each not in still] if taken_back else ())

    def _holds(self, session: Session, found: Diagnosis) -> bool:
        """Whether no other answer of its cause holds instead. found: as it is not yet written down."""
        if not found.question.case:
            return True
        known = [found if each.id == found.id else each for each in self.store.in_case(session, found.question.case)]
        return not any(by for each, by in newest.replaced(newest.alike(found, known)) if each.id == found.id)

    def _move_back(self, session: Session, known: Diagnosis, person: str) -> None:
        """What was said before holds no more."""
        if known.judged is not None and known.judged.moved:
            question, service = known.question, model.said_to_be(known)
            self._cases.move_back(session, question.case, question.cause, service, person)

    def _judged(self, session: Session, known: Diagnosis, step: Step) -> Diagnosis:
        """Whoever was mentioned because of it is told that it is wrong, or that it is not after all. What nobody else
        sees is told to nobody.
        """
        other_way = model.is_wrong(step.after) is not model.is_wrong(known)
        called = self._mentioned(session, step.after) if other_way and not step.after.private else ()
        if step.after.judged and step.after.judged.moved:  # who looks after that service is called because of the move
            moved_to = self._owners(model.said_to_be(step.after))
            called = tuple(each for each in called if each not in moved_to)
        self.follow(session, known, step, called)
        return self._settle(session, step.after)

    def _to_call(self, session: Session, found: Diagnosis) -> tuple[str, ...]:
        """Only for what is surely known, came with a change, and nobody says to be wrong; nobody twice in one case."""
        told, question = found.explanation, found.question
        sure = told is not None and told.confidence is Confidence.HIGH and found.standing.sure
        seen = bool(question.case) and not found.private and not model.is_wrong(found)
        if not sure or not seen or told is None or told.change is None:
            return ()
        known = set(self._cases.mentioned(session, question.case, found.service))  # nobody else calls from here on
        known |= {person for each in self.store.in_case(session, question.case) for person in each.called}
        return tuple(each for each in self._owners(found.service) if each not in known)

    def _mentioned(self, session: Session, found: Diagnosis) -> tuple[str, ...]:
        case = found.question.case
        earlier = self._cases.mentioned(session, case, found.service) if case else ()
        return tuple(dict.fromkeys((*found.called, *earlier)))
