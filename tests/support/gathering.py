"""A made-up incident of `incidents` as services would send it, and a question about it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.catalog import Catalog, parse
from bot.diagnosis.asking import About, Question, Reference
from bot.diagnosis.evidence import Observed, Window
from bot.grammar.words import why_taken
from bot.ports.telemetry import Known, Level, LogLine, LogSource, MetricSource, Sources, Span, TraceSource
from tests.support.incidents import CALLS, SECONDS, Fault, observed

PLACE = "integration"
START = (datetime.now(UTC) - timedelta(minutes=20)).replace(second=0, microsecond=0).timestamp()
"""Of the time in health; the fault follows."""

BEGAN = START + SECONDS
Names = Mapping[str, str]


@dataclass(frozen=True)
class Incident:
    """faulty, healthy: what happened. skew: seconds by which clocks of services are wrong. names: as services send."""

    faulty: Observed
    healthy: Observed
    skew: Names | Mapping[str, float]
    names: Names

    @property
    def spans(self) -> list[Span]:
        return [self._span(span) for of in (self.healthy, self.faulty) for span in of.spans]

    @property
    def lines(self) -> list[LogLine]:
        return [self._line(line) for of in (self.healthy, self.faulty) for line in of.lines]

    def _span(self, span) -> Span:
        kind = "client" if span.operation.startswith("ask") else "server"
        start, took = self._at(span), timedelta(milliseconds=span.duration)
        parent = hexed(span.parent_id, 16) if span.parent_id else ""
        name = self.names.get(span.service, span.service)
        ids = (hexed(span.trace_id, 32), hexed(span.trace_id + span.span_id, 16))
        parent = hexed(span.trace_id + span.parent_id, 16) if span.parent_id else ""
        return Span(*ids, parent, name, span.operation, kind, start, took, span.failed, environment=PLACE)

    def _line(self, line) -> LogLine:
        name = self.names.get(line.service, line.service)
        return LogLine(self._at(line), name, Level[line.level], line.message, hexed(line.trace_id, 32))

    def _at(self, item) -> datetime:
        return datetime.fromtimestamp(item.time + float(self.skew.get(item.service, 0)), UTC)


def an_incident(fault: Fault, *, skew=(), names=()) -> Incident:
    return Incident(observed(fault, BEGAN, 1), observed(Fault(), START, 2), dict(skew), dict(names))


def hexed(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def catalog(aliases: Mapping[str, Mapping[str, str]] | None = None) -> Catalog:
    """aliases: by service, what sources call it."""
    lines = ["environments:", f"  {PLACE}: {{ services: [{', '.join(CALLS)}] }}", "services:"]
    for name in CALLS:
        known = (aliases or {}).get(name, {})
        told = ", ".join(f"{source}: {alias}" for source, alias in known.items())
        lines.append(f"  {name}: {{ aliases: {{ {told} }} }}" if told else f"  {name}: {{ description: one }}")
    return parse("\n".join(lines).encode(), "signalbox.yaml", why_taken=why_taken)


def question(**differs) -> Question:
    asked = Question(
        "Q1",
        About.SERVICE,
        PLACE,
        Window(BEGAN, BEGAN + SECONDS),
        "a made-up incident",
        (Reference(Window(START, BEGAN), "the 2 minutes before"),),
        tuple(CALLS),
    )
    return replace(asked, **differs)


def sources(
    logs: Sequence[tuple[str, LogSource]] = (),
    traces: Sequence[tuple[str, TraceSource]] = (),
    metrics: Sequence[tuple[str, MetricSource]] = (),
    *,
    names: str = "otel",
) -> Sources:
    return Sources(
        tuple(Known(name, names, source) for name, source in logs),
        tuple(Known(name, names, source) for name, source in traces),
        tuple(Known(name, names, source) for name, source in metrics),
    )


def only(source, name: str = "Signalbox") -> Sources:
    """One source for all three."""
    return sources([(name, source)], [(name, source)], [(name, source)])
