"""What a person may do next. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Deployment, Item
from bot.diagnosis.signals.findings import Layer, Ranked
from bot.diagnosis.values import Clause, Findings
from bot.diagnosis.words.began import began
from bot.diagnosis.words.clauses import SHOWN, looked_at, meanwhile, metric_of, suspected, version
from bot.diagnosis.words.saying import called, clock, lasting, outside

MOST = 3
AROUND = 15.0
"""Seconds before and after what a log is to be read of: as many as the link of a line opens."""


def next_steps(findings: Findings, first: Ranked, sure: Confidence, because: Sequence[Clause]) -> tuple[Clause, ...]:
    """The likeliest to help first. because: why it is that service."""
    shows = first.shown_by or first
    steps = [
        *_back(findings, first, sure),
        *_trace(findings, shows),
        *_logs(findings, shows, because),
        *_numbers(shows),
    ]
    return tuple(steps[:MOST])


def where_to_look(findings: Findings, unusual: Sequence[Item] = ()) -> tuple[Clause, ...]:
    """When nobody can tell: what is unusual of the service asked about, else the traces of what failed, then whatever
    there is.
    """
    if unusual:
        return (_to_trace(unusual) or Clause("look at what is unusual of it", tuple(unusual)),)
    asked = {*findings.question.traces, *(each.trace_id for each in findings.question.failing)}
    spans = findings.gathered.evidence.faulty.spans
    named = [span for span in spans if span.trace_id in asked and not span.parent_id]
    if shown := named or [span for span in spans if span.failed]:
        one = shown[0]
        return (Clause(f"look at trace {called(one.trace_id, 40)}", (one.item,)),)
    items = looked_at(findings)
    return (Clause("look at what there is of that time", items),) if items else ()


def _back(findings: Findings, first: Ranked, sure: Confidence) -> Iterator[Clause]:
    """What may well be another's fault is not rolled back, but looked at."""
    out = suspected(findings, first)
    if out is None:
        return
    evidence = findings.ranking.change.evidence if findings.ranking.change else ()
    step = "look at" if sure is Confidence.LOW else "roll back"
    came = _came(began(findings.gathered.evidence, first), out)
    yield Clause(f"{step} {version(out)}{came}", _once((out.item, *evidence)))


def _came(start: float, out: Deployment) -> str:
    early = start - out.came
    if abs(early) < 1:
        return ""
    if meanwhile(start, out):
        return ", which was being deployed when it began"
    return f", which came {lasting(abs(early))} {'before' if early > 0 else 'after'} it began"


def _trace(findings: Findings, first: Ranked) -> Iterator[Clause]:
    """The one that somebody asked about, before another that shows the same."""
    asked = [_of_trace(findings, each, first.service) for each in findings.question.traces]
    found = (_to_trace(items) for items in (*asked, *(one.evidence for one in first.findings)))
    yield from islice(filter(None, found), 1)


def _of_trace(findings: Findings, trace: str, service: str) -> tuple[Item, ...]:
    """Its span that tells most: of the service, and one that failed."""
    spans = [span for span in findings.gathered.evidence.faulty.spans if span.trace_id == trace]
    best = max(spans, key=lambda span: (span.service == service, span.failed, not span.parent_id), default=None)
    return (best.item,) if best else ()


def _to_trace(items: Sequence[Item]) -> Clause | None:
    span = next((item for item in items if item.id.startswith("span:")), None)
    trace = outside(span.id.removeprefix("span:").partition("/")[0], 40) if span else ""
    return Clause(f"look at trace {trace}" if trace else "look at the trace", (span,)) if span else None


def _logs(findings: Findings, first: Ranked, because: Sequence[Clause]) -> Iterator[Clause]:
    """Around the lines that were shown, where they are of the failure itself."""
    faulty = findings.gathered.evidence.faulty
    told = [item for one in because for item in one.evidence if item.id.startswith("log:")]
    mine = (line.item for line in faulty.lines if line.service == first.service)
    shown = [item for item in told if item.time >= faulty.window.start][:SHOWN] or list(islice(mine, 1))
    if shown:
        ends = (shown[0].time - AROUND, shown[0].time + AROUND)
        since, until = map(clock, ends)
        around = f" from {since} to {until}" if since and until else ""
        yield Clause(f"read the logs of {called(first.service)}{around}", tuple(shown), moments=ends)


def _numbers(first: Ranked) -> Iterator[Clause]:
    for one in first.findings:
        if one.layer in {Layer.RESOURCES, Layer.SATURATION, Layer.SYMPTOMS} and one.evidence:
            yield Clause(f"look at {metric_of(one)} of {called(first.service)}", one.evidence)
            return


def _once(items: Sequence[Item]) -> tuple[Item, ...]:
    return tuple({item.id: item for item in items}.values())
