"""Why it is this service: what its traces, its logs and its numbers say, one statement each. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.diagnosis.blame.changes import SKEW, version
from bot.diagnosis.evidence import Deployment, Evidence, Item, Line, Span
from bot.diagnosis.signals.deviations import SUCCEEDS
from bot.diagnosis.signals.findings import Finding, Layer, Ranked
from bot.diagnosis.signals.rows import READ, kept, told
from bot.diagnosis.values import Clause, Findings
from bot.diagnosis.words.began import began, new_trouble
from bot.diagnosis.words.saying import QUOTED, called, clock, lasting, outside
from bot.quantities import named
from bot.redaction import redact

MOST = 8
"""Statements: who stands in front of a red run reads the first few, and the rest on a page."""

WORTH = 0.2
"""The strength from which a finding is told beside a stronger one."""

SLOW, BY_FAR = frozenset({Layer.OWN_TIME, Layer.WIRE}), 0.5
"""Beside errors in all that failed, slowness that is weaker than this share of them explains nothing of it: any machine
that has much to do is a little slow.
"""

SHOWN = 3
"""Items that one statement shows."""

DAY = 86_400.0

AT_ONCE = 5.0
"""Seconds from a failed call to the line that tells of it."""

_HEAD = re.compile(
    r"^[\[(]?\d{4}-\d\d-\d\d[T ]?|^[\[(]?\d\d:\d\d:\d\d\S*\s+|\b(?:trace|span)[_-]?id\W{1,3}[0-9a-f]{8,32}\W?\s*",
    re.IGNORECASE,
)
"""What a line begins with, and is known of it otherwise: when it came, and in which trace."""


def because(findings: Findings, first: Ranked) -> tuple[Clause, ...]:
    """The strongest first; empty only when nothing of the service has an item to show."""
    if first.shown_by is not None:
        return (*_each_layer_once(first.findings[:1]), *_shown(findings, first.shown_by))
    failures = failing(findings, first)
    told = [failures.clause if failures else None, first_said(findings, first)]
    covered = {layer for layer, one in zip((Layer.ERRORS, Layer.LOGS), told, strict=True) if one}
    rest = [one for one in first.findings if one.layer not in covered and one.evidence]
    kept = [one for place, one in enumerate(rest) if one.strength >= WORTH or not (place or any(told))]
    plain = max((one.strength for one in first.findings if one.layer is Layer.ERRORS), default=0.0)
    clauses = [one for one in (*told, *_each_layer_once(kept, plain if failures and failures.all else 0.0)) if one]
    return tuple(sorted(clauses, key=lambda one: one.aside)[:MOST])


def _shown(findings: Findings, by: Ranked) -> Iterator[Clause]:
    """What stands out of another service, which shows it."""
    for clause in because(findings, by)[: MOST - 1]:
        yield replace(clause, words=f"of {called(by.service)}, {clause.words}")


def _each_layer_once(found: Iterable[Finding], errors: float = 0.0) -> Iterator[Clause]:
    """errors: how strongly they explain all that failed; 0 where they do not."""
    seen: set[Layer] = set()
    for one in found:
        if one.layer not in seen:
            seen.add(one.layer)
            aside = one.layer in SLOW and one.strength < BY_FAR * errors
            yield Clause(words_of(one), one.evidence[:SHOWN], aside=aside)


def words_of(one: Finding) -> str:
    """A finding as a sentence about the service, which was named before."""
    subject = {Layer.OWN_TIME: f"{called(one.service)} itself ", Layer.LOGS: "it ", Layer.CHANGE: "it "}.get(
        one.layer, ""
    )
    return subject + outside(one.words, 240)


@dataclass(slots=True)
class _Calls:
    """Of one operation: traces that call it, and those in which it fails, each with a span to show."""

    traces: set[str] = field(default_factory=set[str])
    failed: dict[str, Span] = field(default_factory=dict[str, Span])


@dataclass(frozen=True, slots=True)
class Failures:
    """all: nothing failed without it."""

    clause: Clause
    all: bool


def failing(findings: Findings, first: Ranked) -> Failures | None:
    """In how many failing traces its operation fails, and in how many of those in health."""
    evidence, question = findings.gathered.evidence, findings.question
    asked = {*question.traces, *(each.trace_id for each in question.failing if each.trace_id)}
    now = _by_operation(evidence.faulty.spans, first.service)
    known = asked & {span.trace_id for span in evidence.faulty.spans}
    broken = known or {span.trace_id for span in evidence.faulty.spans if span.failed}
    counted = {name: len(of.failed.keys() & broken) for name, of in now.items()}
    name = _starting(first, evidence) or max(sorted(counted), key=counted.__getitem__, default="")
    if not counted.get(name):
        return None
    before = [span for of in evidence.references[:1] for span in of.spans]
    usual = _in_health(_by_operation(before, first.service).get(name)) if before else ""
    shown = [span.item for trace, span in sorted(now[name].failed.items()) if trace in broken]
    now_words = f"{counted[name]:,} of {len(broken):,} failing traces" if len(broken) > 1 else "the one failing trace"
    clause = Clause(f"{called(name, 80)} fails in {now_words}{usual}", tuple(shown[:SHOWN]))
    return Failures(clause, counted[name] == len(broken))


def _by_operation(spans: Iterable[Span], service: str) -> dict[str, _Calls]:
    found: dict[str, _Calls] = defaultdict(_Calls)
    for span in spans:
        if span.service == service:
            found[span.operation].traces.add(span.trace_id)
            if span.failed:
                found[span.operation].failed.setdefault(span.trace_id, span)
    return found


def _starting(first: Ranked, evidence: Evidence) -> str:
    """The operation in which the ranking saw an error start."""
    shown = {item.id for one in first.findings if one.layer is Layer.ERRORS for item in one.evidence}
    return next((span.operation for span in evidence.faulty.spans if span.failed and span.item.id in shown), "")


def _in_health(of: _Calls | None) -> str:
    if of is None:
        return "; no healthy trace calls it"
    if len(of.traces) == 1:
        return f"{' and' if of.failed else ', not'} in the healthy one"
    return f" and in {len(of.failed) or 'none'} of {len(of.traces):,} healthy ones"


def first_said(findings: Findings, first: Ranked) -> Clause | None:
    """The commonest line of trouble that it did not log in health, and when it came first."""
    evidence = findings.gathered.evidence
    new = new_trouble(evidence, first.service)
    if not new or not any(of.lines for of in evidence.references):
        return None
    commonest = max(sorted(new), key=lambda key: len(new[key]))
    lines = sorted(new[commonest], key=lambda line: line.time)
    words = f'"{quote(lines[0])}{QUOTED} at {clock(lines[0].time)}'
    return Clause(
        f"{words}{_after(findings, first, lines[0].time)}{_often(lines)}",
        tuple(line.item for line in lines[:SHOWN]),
        moments=(lines[0].time,),
    )


def _often(lines: Sequence[Line]) -> str:
    """How often the first of them came as it is quoted, and how often with other values in it."""
    quoted = quote(lines[0])
    same = sum(line.message == lines[0].message or quote(line) == quoted for line in lines)
    others = len(lines) - same
    often = f", {same:,} times in all" if same > 1 else ""
    if not others:
        return often
    return f"{often}, and {'once' if others == 1 else f'{others:,} times'} with other values in it"


def quote(line: Line) -> str:
    """As people read it, and find it again: without secrets."""
    return outside(said(line), 110)


def said(line: Line) -> str:
    """One row of it that tells most. A secret may go over several rows, so that it is taken out before."""
    return _HEAD.sub("", told(redact(kept(line.message, 2 * READ))))


def _after(findings: Findings, first: Ranked, at: float) -> str:
    """Of what came when it began. What came later tells of that moment no more: it would be a second number for it."""
    out = suspected(findings, first)
    start = began(findings.gathered.evidence, first)
    return f", {after(start, out)}" if out and at - start <= AT_ONCE else ""


def after(start: float, out: Deployment) -> str:
    """`38 s after payments 1.5.0`, of the moment at which that was done. start: when it began, by another clock than
    the deployment's, so maybe before it.
    """
    gap = start - out.came
    if abs(gap) < 1:
        return f"just as {version(out)} came"
    if meanwhile(start, out):
        return f"while {version(out)} was being deployed"
    return f"{lasting(abs(gap))} {'after' if gap > 0 else 'before'} {version(out)}"


def meanwhile(start: float, out: Deployment) -> bool:
    return out.time <= start < out.came


def metric_of(one: Finding) -> str:
    metric = one.evidence[0].id.removeprefix(f"metric:{one.service}/") if one.evidence else ""
    if metric == SUCCEEDS:
        return "share of successful requests"
    return called(named(metric), 80) if metric else "a metric"


def deployed(findings: Findings, service: str) -> list[Deployment]:
    """What came to it, as far as it is known, the last one first."""
    return [each for each in _came(findings) if each.service == service]


def _came(findings: Findings) -> list[Deployment]:
    """Whatever was deployed, the last one first."""
    known = {*findings.question.deployments, *findings.gathered.evidence.deployments}
    return sorted(known, key=lambda each: (-each.time, each.version))


def suspected(findings: Findings, first: Ranked) -> Deployment | None:
    """The deployment by which the suspected change came, which may be one of settings under a name of their own: None
    where that is not known, since another that came as well is innocent. Where no commits are known, the last one of
    the service.
    """
    change = findings.ranking.change if first.service == findings.ranking.answer else None
    start = began(findings.gathered.evidence, first) or findings.question.faulty.start
    recent = [each for each in _came(findings) if 0 <= start + SKEW - each.time <= DAY]
    if change is not None:
        shown = {item.id for item in change.evidence}
        return next((each for each in recent if each.item.id in shown), None)
    known = [each for each in recent if each.service == first.service]
    ids = {"", *(each.item.id for each in known)}
    judged = any(each.deployment in ids for each in findings.gathered.evidence.commits)
    return known[0] if known and not judged and not findings.ranking.unchanged.startswith("not caused") else None


def looked_at(findings: Findings) -> tuple[Item, ...]:
    """One item of each source, for what is said of all of it together."""
    of = findings.gathered.evidence.faulty
    return tuple(held[0].item for held in (of.spans, of.lines, of.series) if held)
