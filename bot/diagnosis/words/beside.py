"""What stands out beside the service at fault, and why it is not that. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from bot.diagnosis.confidence import NOTHING
from bot.diagnosis.evidence import Evidence, Observed, Span
from bot.diagnosis.ranking import rank
from bot.diagnosis.signals.calls import Calls, observed
from bot.diagnosis.signals.findings import FAILS, Finding, Layer, Ranked
from bot.diagnosis.signals.topology import reached
from bot.diagnosis.values import Clause, Findings
from bot.diagnosis.words.saying import called, outside

MOST = 3
ENOUGH = 10_000
"""Spans by which it is told whether something was so before."""

MOSTLY = 0.1
"""Of its failed calls: more that start in a service itself than this, and it does not only pass on."""

IN_SHORT = {
    Layer.ERRORS: "fails too",
    Layer.OWN_TIME: "is slow too",
    Layer.WIRE: "has slow connections too",
    Layer.CALLS: "calls others differently too",
    Layer.LOGS: "logs other things too",
    Layer.RESOURCES: "left its usual range too",
    Layer.SATURATION: "fills up too",
    Layer.SYMPTOMS: "left its usual range too",
    Layer.CHANGE: "changed what others show too",
    Layer.CONTRACT: "breaks who calls it too",
}


@dataclass(frozen=True, slots=True)
class Beside:
    """also: what nothing speaks against but that it is not what was asked about; only where a service was."""

    passing_on: tuple[str, ...] = ()
    ruled_out: tuple[Clause, ...] = ()
    also: tuple[Clause, ...] = ()


def beside(findings: Findings, first: Ranked) -> Beside:
    evidence = findings.gathered.evidence
    calls = observed(evidence.faulty.spans)
    before = [observed(of.spans).edges for of in evidence.references[:1]]
    edges = {edge for edges in (calls.edges, *before) for edge in edges}
    below = reached(edges)
    shows = first.shown_by or first
    whose = {first.service, shows.service}
    callers = {caller for caller, its in below.items() if its & whose} - whose
    with_it = _failing_with(shows, evidence.faulty.spans) & callers - below.get(first.service, frozenset())
    passing = tuple(sorted(_only_passing(calls, with_it)))
    told = {*whose, findings.question.subject, *passing}
    others = [one for one in findings.ranking.services if one.service not in told and _stands_out(one)][:MOST]
    direct = {caller for caller, callee in edges if callee == first.service}
    setting = _Setting(first.service, callers, direct, _earlier(findings, others), _unharmed(evidence))
    reasons = {one.service: _reason(one, setting) for one in others}
    also = [one for one in others if findings.question.subject and not reasons[one.service]]
    ruled_out = tuple(_not(one, reasons[one.service] or f"but less than {called(first.service)}") for one in others)
    kept = (each for one, each in zip(others, ruled_out, strict=True) if one not in also)
    return Beside(passing, tuple(kept), tuple(map(_apart, also)))


def apart(findings: Findings) -> tuple[Clause, ...]:
    """What stands out most, where nothing does of the service that was asked about."""
    first = next((one for one in findings.ranking.services if one.service != findings.question.subject), None)
    return (_apart(first),) if first and _stands_out(first) else ()


def _stands_out(one: Ranked) -> bool:
    return one.score >= NOTHING and bool(one.findings) and bool(one.findings[0].evidence)


def _failing_with(first: Ranked, spans: Sequence[Span]) -> frozenset[str]:
    """Services that fail in requests in which it fails as well; all that fail where nothing of it was seen to."""
    traces = {span.trace_id for span in spans if span.failed and span.service == first.service}
    if not traces and first.findings[0].layer not in FAILS:
        return frozenset()
    return frozenset(span.service for span in spans if span.failed and (not traces or span.trace_id in traces))


def _only_passing(calls: Calls, callers: Collection[str]) -> Iterator[str]:
    failed, origins = Counter[str](), Counter[str]()
    for (service, _), of in calls.operations.items():
        failed[service] += of.failed
        origins[service] += of.by_itself
    return (service for service in callers if failed[service] and origins[service] <= MOSTLY * failed[service])


def _earlier(findings: Findings, others: Sequence[Ranked]) -> Mapping[str, Sequence[Finding]]:
    """By service, what stands out as well against the further references: without it, it was so before."""
    evidence = findings.gathered.evidence
    further = evidence.references[1:2]
    if not further or not others:
        return {}
    layers = {one.findings[0].layer for one in others}
    now, then = (_needed(of, layers) for of in (evidence.faulty, *further))
    other = rank(replace(evidence, faulty=now, references=(then,)), layers)
    return {one.service: one.findings for one in other.services}


def _needed(of: Observed, layers: set[Layer]) -> Observed:
    """Without what these layers do not look at; of many spans those of some traces, as it is a yes or no."""
    metrics = {Layer.RESOURCES, Layer.SATURATION, Layer.SYMPTOMS}
    step = 1 + len(of.spans) // ENOUGH
    spans = tuple(span for span in of.spans if not crc32(span.trace_id.encode()) % step) if layers - metrics else ()
    lines = of.lines if Layer.LOGS in layers else ()
    return replace(of, spans=spans, lines=lines, series=of.series if metrics & layers else ())


@dataclass(frozen=True, slots=True)
class _Setting:
    """callers: of the first service, directly or not. direct: those that call it themselves. earlier: what stands out
    against further references, if any.

    unharmed: services that fail, but in no trace of what failed.
    """

    first: str
    callers: Collection[str]
    direct: Collection[str]
    earlier: Mapping[str, Sequence[Finding]]
    unharmed: Collection[str]


def _unharmed(evidence: Evidence) -> frozenset[str]:
    """None where nothing of what failed is seen to fail."""
    pointed, failed = frozenset(evidence.pointed), [span for span in evidence.faulty.spans if span.failed]
    of_these = {span.service for span in failed if span.trace_id in pointed}
    return frozenset(span.service for span in failed) - of_these if of_these else frozenset()


def _reason(one: Ranked, setting: _Setting) -> str:
    """Why it is not that; empty where nothing but its strength speaks against it."""
    strongest = one.findings[0]
    then = setting.earlier.get(one.service)
    if then is not None and strongest.layer not in {each.layer for each in then}:
        return "but was so before"
    if strongest.layer in FAILS and one.service in setting.unharmed:
        return "but not in the traces of what failed"
    how = "calls" if one.service in setting.direct else "depends on"
    return f"and {how} {called(setting.first)}, which may explain it" if one.service in setting.callers else ""


def _not(one: Ranked, why: str) -> Clause:
    strongest = one.findings[0]
    words = f"{called(one.service)} {IN_SHORT[strongest.layer]}, {why} ({outside(strongest.words, 160)})"
    return Clause(words, strongest.evidence)


def _apart(one: Ranked) -> Clause:
    strongest = one.findings[0]
    how = IN_SHORT[strongest.layer].removesuffix(" too")
    return Clause(f"{called(one.service)} {how} ({outside(strongest.words, 160)})", strongest.evidence)
