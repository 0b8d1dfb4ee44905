"""A diagnosis as others see it: plain facts for notices and views. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.diagnosis.asking import Remembered
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Item
from bot.diagnosis.model import way_back
from bot.diagnosis.values import Clause, Diagnosis, Explanation, Judgement
from bot.diagnosis.words.saying import clock
from bot.notices.diagnosing import AskedFacts, ClauseFacts, DiagnosisFacts, JudgedFacts, RememberedFacts, TakenBackFacts
from bot.redaction import redact

KINDS = {"span": "trace", "log": "logs", "metric": "rates", "deployment": "deployment", "commit": "commit"}
"""What an item of evidence is, by the beginning of its id, in words for a link."""

COMMIT = 12

NOTHING = Explanation("", Confidence.LOW)
"""While there is no answer."""


def facts(diagnosis: Diagnosis, root: str = "") -> DiagnosisFacts:
    """root: where pages are reached, without a slash at its end; empty where there are none."""
    question, told = diagnosis.question, diagnosis.explanation or NOTHING
    judged, stands = diagnosis.judged, diagnosis.standing
    return DiagnosisFacts(
        diagnosis.id,
        question.environment,
        redact(question.named),
        datetime.fromtimestamp(question.faulty.start, UTC),
        datetime.fromtimestamp(question.faulty.end, UTC),
        diagnosis.stage.value,
        doing=diagnosis.doing,
        why=redact(diagnosis.why),
        service=told.service,
        confidence=told.confidence.value if diagnosis.explanation else "",
        right=stands.right,
        of=stands.of,
        sure=stands.sure,
        summary=redact(told.summary),
        summed=_summed(told),
        because=tuple(map(clause_facts, told.because)),
        passing_on=told.passing_on,
        ruled_out=tuple(map(clause_facts, told.ruled_out)),
        try_next=tuple(map(clause_facts, told.try_next)),
        change=_change(told),
        unchanged=redact(told.unchanged),
        moments=_times(told.moments),
        subject=clause_facts(told.subject) if told.subject else None,
        also=tuple(map(clause_facts, told.also)),
        against=redact(told.against),
        missing=tuple(map(redact, told.missing)),
        asked=tuple(AskedFacts(each.name, each.kind, each.items, redact(each.trouble)) for each in diagnosis.asked),
        seconds=diagnosis.seconds,
        author=told.author,
        remark=redact(told.remark),
        judged=_judged(judged) if judged else None,
        taken_back=TakenBackFacts(back.by, _judged(back.said)) if (back := diagnosis.taken_back) else None,
        services=_likely_first(diagnosis),
        case_id=question.case,
        in_thread=bool(question.case) and not diagnosis.private,
        page_url=_page(root, diagnosis.id),
        replaced=bool(diagnosis.replaced_by),
        newer_url=_page(root, diagnosis.replaced_by),
        way_back=way_back(diagnosis),
        remembered=_remembered(question.remembered) if question.remembered else None,
    )


def _judged(said: Judgement) -> JudgedFacts:
    return JudgedFacts(said.right, said.by, said.service)


def _remembered(said: Remembered) -> RememberedFacts:
    return RememberedFacts(said.by, said.service, said.wrong, datetime.fromtimestamp(said.at, UTC))


def _page(root: str, id: str) -> str:
    return f"{root}/diagnoses/{id}" if root and id else ""


def _likely_first(diagnosis: Diagnosis) -> tuple[str, ...]:
    """Of the environment's services, those that stand out before the others."""
    services = diagnosis.question.services
    return tuple(dict.fromkeys((*(each for each in diagnosis.ranked if each in services), *services)))


def clause_facts(clause: Clause) -> ClauseFacts:
    """With the first item that can be opened: the others stand on the page."""
    first = next((each for each in clause.evidence if is_page(each.link)), None)
    kind = kind_of(first or clause.evidence[0]) if clause.evidence else ""
    items = len(clause.evidence) + clause.further
    return ClauseFacts(
        redact(clause.words), kind, first.link if first else "", items, _times(clause.moments), clause.aside
    )


def _times(moments: Sequence[float]) -> tuple[datetime, ...]:
    return tuple(datetime.fromtimestamp(at, UTC) for at in moments if clock(at))


def _summed(told: Explanation) -> ClauseFacts | None:
    """A model's sentence, whose times are also those of the statements that it sums up."""
    if not told.author or not told.service or not told.summary:
        return None
    moments = (*told.moments, *(at for each in told.because for at in each.moments))
    return clause_facts(Clause(told.summary, told.cites, moments=tuple(dict.fromkeys(moments))))


def kind_of(item: Item) -> str:
    return KINDS.get(item.id.partition(":")[0], "")


def is_page(address: str) -> bool:
    """A process that does not know where it is reached has paths alone."""
    return address.startswith(("http://", "https://"))


def _change(told: Explanation) -> ClauseFacts | None:
    """`payments c0ffee123456 "Look every currency up" by Ana Kovač: it no longer checks what it checked`"""
    change = told.change
    if change is None:
        return None
    subject = f' "{change.subject}"' if change.subject else ""
    by = f" by {change.author}" if change.author else ""
    words = f"{change.service} {change.commit[:COMMIT]}{subject}{by}: {change.words}"
    return clause_facts(Clause(words, change.evidence))
