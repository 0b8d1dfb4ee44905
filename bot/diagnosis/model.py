"""What becomes of a diagnosis: asked, answered or given up, and judged by people. Pure: the time is an argument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.diagnosis.asking import Question, Reference
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Deployment
from bot.diagnosis.values import Asked, Clause, Diagnosis, Explanation, Judgement, Stage, Standing, TakenBack

TRIES = 3
"""A question that ended its process so often is not asked again: it may be the question that ends it."""

GRACE = timedelta(minutes=2)
"""Longer than a job waits that has lost its worker."""

RANKED, ITEMS, DOING = 5, 60, 120
"""Services, items of evidence behind one clause, and characters of what is looked at, that are kept."""


NONE_JUDGED = Standing()


class Change(StrEnum):
    """SHOWN: what was one person's stands in the thread of its case. QUIET: nobody need be told, but its message may
    read otherwise.
    """

    OPENED = "opened"
    ANSWERED = "answered"
    FAILED = "failed"
    JUDGED = "judged"
    UNDONE = "undone"
    REPLACED = "replaced"
    SHOWN = "shown"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Step:
    """by: whose hand it was; empty when it was nobody's."""

    before: Diagnosis | None
    after: Diagnosis
    change: Change
    by: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the asking came to. compared: with what, where that is other than the question says."""

    explanation: Explanation
    ranked: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    standing: Standing = NONE_JUDGED
    compared: tuple[Reference, ...] = ()


def opened(question: Question, by: str, now: datetime, doing: str = "") -> Step:
    """by: who asked; empty when a case did. What a person asks of a case is theirs until they show it."""
    private = bool(by and question.case)
    return Step(None, Diagnosis(question.id, question, now, by=by, doing=doing, private=private), Change.OPENED, by)


def join(known: Diagnosis, person: str) -> Step | None:
    """Somebody else asks the same; a case, where `person` is empty, for all to see. None when nothing changes."""
    if not person:
        return publish(known, person)
    if person == known.by or person in known.also:
        return None
    return _step(known, Change.QUIET, person, also=(*known.also, person))


def again(known: Diagnosis, person: str, now: datetime, doing: str = "") -> Step | None:
    """What could not be answered is asked anew. None where it can be, or was."""
    if known.stage is not Stage.FAILED:
        return None
    joined = join(known, person)
    return _step(
        known,
        Change.QUIET,
        person,
        stage=Stage.ASKING,
        opened_at=now,
        why="",
        doing=doing,
        tries=0,
        begun_at=None,
        replaced_by="",
        also=joined.after.also if joined else known.also,
        private=known.private and bool(person),
    )


def begin(known: Diagnosis, now: datetime) -> Diagnosis | None:
    """It is asked, once more perhaps: whoever did it before is gone. None when it is over."""
    return replace(known, tries=known.tries + 1, begun_at=now) if known.stage is Stage.ASKING else None


def worn_out(known: Diagnosis) -> bool:
    return known.tries > TRIES


def stuck(known: Diagnosis, now: datetime, longest: timedelta) -> bool:
    """longest: that an answer may take. Whoever was at it is gone, and its job too."""
    return known.stage is Stage.ASKING and now - (known.begun_at or known.opened_at) > longest + GRACE


def go_on(known: Diagnosis, doing: str) -> Step | None:
    doing = " ".join(doing.split())[:DOING]
    if known.stage is not Stage.ASKING or known.doing == doing:
        return None
    return _step(known, Change.QUIET, doing=doing)


def answer(known: Diagnosis, found: Answer, now: datetime) -> Step | None:
    """The first answer stands: a second asker changes nothing."""
    if known.stage is not Stage.ASKING:
        return None
    return _step(
        known,
        Change.ANSWERED,
        stage=Stage.DONE,
        explanation=_kept(found.explanation),
        ranked=found.ranked[:RANKED],
        compared=found.compared,
        asked=found.asked,
        standing=found.standing,
        seconds=(now - known.opened_at).total_seconds(),
        doing="",
    )


def fail(known: Diagnosis, why: str, now: datetime) -> Step | None:
    if known.stage is not Stage.ASKING:
        return None
    seconds = (now - known.opened_at).total_seconds()
    return _step(known, Change.FAILED, stage=Stage.FAILED, why=why, seconds=seconds, doing="")


def judge(known: Diagnosis, said: Judgement) -> Step | None:
    """The last word of a person counts. None when it is what is known, or there is nothing to judge."""
    last = known.judged
    if known.stage is not Stage.DONE or (said.right and not known.service):
        return None
    if last and (last.right, last.service) == (said.right, said.service):
        return None
    return _step(known, Change.JUDGED, said.by, judged=said, taken_back=None)


def unjudge(known: Diagnosis, person: str) -> Step | None:
    if known.judged is None:
        return None
    return _step(known, Change.UNDONE, person, judged=None, taken_back=TakenBack(person, known.judged))


def publish(known: Diagnosis, person: str) -> Step | None:
    """It stands in the thread of its case from here on. None when it does."""
    return _step(known, Change.SHOWN, person, private=False) if known.private else None


def supersede(known: Diagnosis, by: str) -> Step | None:
    """by: the newer one that holds instead. None when that is known."""
    change = Change.REPLACED if by else Change.QUIET
    return _step(known, change, replaced_by=by) if known.replaced_by != by else None


def overtake(known: Diagnosis) -> Step | None:
    """None when that is known."""
    return None if known.overtaken else _step(known, Change.QUIET, overtaken=True)


def share(known: Diagnosis, channel: str, person: str) -> Step | None:
    """What is of a case stands in its thread, the rest in the channel. None when it does."""
    if known.question.case:
        return publish(known, person)
    if channel in known.shared:
        return None
    return _step(known, Change.QUIET, person, shared=(*known.shared, channel))


def call(known: Diagnosis, people: Sequence[str]) -> Diagnosis:
    """These are mentioned because of it."""
    return replace(known, called=tuple(dict.fromkeys((*known.called, *people))))


def way_back(known: Diagnosis) -> str:
    """The service that may be rolled back because of it; empty where that is not sure enough: what else is known of the
    cause has to point to its deployment too, and the version before has to be known; and where it is overtaken.
    """
    told = known.explanation
    if told is None or told.confidence is Confidence.LOW or is_wrong(known):
        return ""
    if known.replaced_by or known.overtaken:
        return ""
    suspects, shown = known.question.suspects, {item.id for each in told.try_next for item in each.evidence}
    newest = blamed(known)
    why = newest is not None and bool(newest.before) and newest.item.id in shown
    return told.service if why and (not suspects or told.service in suspects) else ""


def blamed(known: Diagnosis) -> Deployment | None:
    """The last that came of the service that is the answer."""
    came = [each for each in known.question.deployments if each.service == known.service]
    return max(came, key=lambda each: each.time, default=None)


def said_to_be(known: Diagnosis) -> str:
    """Whose service a person says it is; empty where nobody has, or they do not know."""
    if known.judged is None:
        return ""
    return known.service if known.judged.right else known.judged.service


def is_right(known: Diagnosis) -> bool:
    return known.judged is not None and known.judged.right


def is_wrong(known: Diagnosis) -> bool:
    return known.judged is not None and not known.judged.right


def _step(known: Diagnosis, change: Change, by: str = "", **what: Any) -> Step:
    return Step(known, replace(known, revision=known.revision + 1, **what), change, by)


def _kept(found: Explanation) -> Explanation:
    """A fault may show in a hundred thousand spans."""
    shorter = {
        name: tuple(map(_shorter, getattr(found, name))) for name in ("because", "ruled_out", "try_next", "also")
    }
    return replace(found, **shorter)


def _shorter(clause: Clause) -> Clause:
    return replace(
        clause, evidence=clause.evidence[:ITEMS], further=clause.further + max(0, len(clause.evidence) - ITEMS)
    )
