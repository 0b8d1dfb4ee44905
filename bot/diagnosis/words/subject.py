"""The service that somebody asked about: what is unusual of it, and whether that begins there. Pure.

Who asks about a service wants to know of that one, however much louder another is in the same minutes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.diagnosis.confidence import NOTHING
from bot.diagnosis.evidence import Evidence, Line, Observed, Series, Span
from bot.diagnosis.ranking import Ranking, led_by
from bot.diagnosis.signals.calls import failing_first, observed
from bot.diagnosis.signals.findings import FAILS, Layer, Ranked
from bot.diagnosis.signals.symptoms import Symptom, served, symptoms
from bot.diagnosis.signals.topology import reached
from bot.diagnosis.values import Clause, Findings
from bot.diagnosis.words.clauses import SHOWN, WORTH, looked_at, words_of
from bot.diagnosis.words.saying import called, listed, outside

SAID_OF_OTHERS = frozenset({Layer.LOGS, Layer.CALLS, Layer.SYMPTOMS, Layer.SATURATION})
"""What a service also shows when another that it calls is at fault."""

FAILING = FAILS | {Layer.CHANGE}
"""For what errors begin in a service, or in those that read what it changed."""


@dataclass(frozen=True, slots=True)
class Subject:
    """clause: what is unusual of it, or that nothing is, and where that begins. ranking: led by whose fault that is;
    None where nothing is `unusual`, or where it begins is not seen.
    """

    clause: Clause
    ranking: Ranking | None = None
    unusual: bool = True


@dataclass(frozen=True, slots=True)
class _Seen:
    """below: services that it calls, directly or not, of which something stands out, the likeliest first. asked: those
    that it calls itself.
    """

    findings: Findings
    mine: Ranked
    below: tuple[Ranked, ...]
    asked: frozenset[str]

    @property
    def evidence(self) -> Evidence:
        return self.findings.gathered.evidence


def subject(findings: Findings) -> Subject | None:
    """None where nobody asked about a service, or nothing is known of any."""
    question, evidence = findings.question, findings.gathered.evidence
    service = question.subject
    if not service or not evidence.faulty.sources:
        return None
    seen = _seen(findings, service)
    found = _unusual(seen)
    if not found:
        return Subject(_nothing(findings, service), unusual=False)
    sources = [_source(seen, one) for one in found]
    first = next(filter(None, sources), "")
    clause = Clause(_told(seen, found, sources, first), found[0].evidence)
    rivals = {service, *(one.service for one in seen.below)}
    return Subject(clause, led_by(evidence, findings.ranking, first, rivals) if first else None)


def _told(seen: _Seen, found: Sequence[Symptom], sources: Sequence[str], first: str) -> str:
    """first: who is named as the likely one: what is a reason for that is told there, and not here as well."""
    service = seen.mine.service
    known = zip(found, sources, strict=True)
    shown = [(one, source) for one, source in known if not (one.own and source == service == first)]
    words = (f"{one.words}: {_begins(seen, source)}" for one, source in shown)
    return "; ".join(words) or f"what is unusual of {called(service)} begins in it"


def _seen(findings: Findings, service: str) -> _Seen:
    evidence = findings.gathered.evidence
    windows = (evidence.faulty, *evidence.references[:1])
    edges = {edge for of in windows for edge in observed(of.spans).edges}
    below: Collection[str] = reached(edges).get(service, ())
    ranked = findings.ranking.services
    mine = next((one for one in ranked if one.service == service), Ranked(service, 0.0))
    asked = frozenset(callee for caller, callee in edges if caller == service)
    return _Seen(findings, mine, tuple(one for one in ranked if one.service in below and _stands_out(one)), asked)


def _stands_out(one: Ranked) -> bool:
    return one.score >= NOTHING and bool(one.findings)


def _unusual(seen: _Seen) -> list[Symptom]:
    """What its callers see, and what stands out on it that they do not; the strongest first."""
    evidence, service = seen.evidence, seen.mine.service
    before = evidence.references[0].spans if evidence.references else ()
    found = symptoms(service, served(evidence.faulty.spans, service), served(before, service))
    told = frozenset[Layer]().union(*(one.begins for one in found), SAID_OF_OTHERS if found else ())
    further = (one for one in seen.mine.findings if one.layer not in told and one.evidence and one.strength >= WORTH)
    strongest = next(further, None) if _stands_out(seen.mine) else None
    if strongest is not None:
        words = outside(words_of(strongest), 200)
        if strongest.layer is not Layer.CONTRACT:  # which tells of a caller, by its name
            words = f"of {called(service)}, {words}"
        begins = frozenset({strongest.layer})
        found.append(Symptom(words, strongest.strength, strongest.evidence[:SHOWN], begins, own=True))
    return sorted(found, key=lambda one: -one.strength)


def _source(seen: _Seen, of: Symptom) -> str:
    """In which service it begins; empty where that is not seen."""
    mine = {one.layer for one in seen.mine.findings if one.strength >= WORTH and one.layer in of.begins}
    here = bool(mine) and _stands_out(seen.mine)
    if of.begins <= FAILS:
        return _of_errors(seen, here=here)
    if here and Layer.OWN_TIME in mine:
        return seen.mine.service
    said = of.begins <= SAID_OF_OTHERS
    others = [one for one in seen.below if said or any(each.layer in of.begins for each in one.findings)]
    able = [*([seen.mine] if here else []), *others]
    return max(able, key=lambda one: one.score).service if able else ""


def _of_errors(seen: _Seen, *, here: bool) -> str:
    """Where most of its failing requests begin to fail, unless the ranking knows better whose that is."""
    service = seen.mine.service
    louder = [one for one in seen.below if one.findings[0].layer in FAILING and one.score > seen.mine.score]
    able = {*(one.service for one in seen.below), *([service] if here else [])}
    counted = Counter(each for each in _first_failing(seen.evidence.faulty, service) if each in able)
    first = max(sorted(counted), key=counted.__getitem__, default="")
    if first == service and louder and louder[0].service == seen.findings.ranking.answer:
        return louder[0].service
    return first or (louder[0].service if louder else service if here else "")


def _first_failing(of: Observed, service: str) -> Iterator[str]:
    """Of each request in which a call of it failed."""
    traces = {span.trace_id for span in served(of.spans, service) if span.failed}
    spans = [span for span in of.spans if span.trace_id in traces]
    yield from (service for _, service in sorted({(span.trace_id, span.service) for span, *_ in failing_first(spans)}))


def _begins(seen: _Seen, source: str) -> str:
    if not source:
        return "where that begins is not seen"
    how = "which it calls" if source in seen.asked else "which it depends on"
    return "that begins in it" if source == seen.mine.service else f"that begins in {called(source)}, {how}"


def _nothing(findings: Findings, service: str) -> Clause:
    """That nothing is unusual, with what was looked at."""
    evidence, name = findings.gathered.evidence, called(service)
    mine = _of(evidence.faulty, service)
    if not any(mine.values()):
        return Clause(f"nothing was seen of {name} in that time: no calls, no lines, no metrics", looked_at(findings))
    counted = [f"{len(items):,} {what}{'s' * (len(items) != 1)}" for what, items in mine.items() if items]
    items = tuple(held[0].item for held in mine.values() if held)
    if not any(any(_of(each, service).values()) for each in evidence.references):
        why = "nothing of it is known from before, and a shorter time may have some before it"
        return Clause(f"whether {listed(counted)} of {name} are as usual cannot be told: {why}", items)
    against = next((each.what for each in findings.question.references if each.what), "a time in health")
    compared = f"compared with {outside(evidence.compared or against, 120)}"
    return Clause(f"nothing unusual is seen of {name} in {listed(counted)}, {compared}", items)


def _of(of: Observed, service: str) -> dict[str, Sequence[Span | Line | Series]]:
    return {
        "call": served(of.spans, service),
        "line": [line for line in of.lines if line.service == service],
        "metric": [one for one in of.series if one.service == service],
    }
