"""What the requests that somebody points at have in common: those of tests that failed. Pure.

Among all that is asked in those minutes they may be few. That they failed is known, and so each of them tells more than
one of a thousand others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from bot.diagnosis.evidence import Span
from bot.diagnosis.signals import contracts
from bot.diagnosis.signals.calls import Calls, Key, Operation, Own, observed
from bot.diagnosis.signals.complaining import Complaint
from bot.diagnosis.signals.findings import Finding, Layer
from bot.diagnosis.signals.flow import ERROR_SHARE, failing, in_health

Trace = Mapping[str, tuple[Operation, Own]]
"""Of one trace, by service: an operation that failed in it by itself, or by this service."""


def broken(
    now: Sequence[Span],
    pointed: Collection[str],
    health: Sequence[Span],
    changed: Collection[str],
    told: Mapping[Key, Complaint] = MappingProxyType({}),
) -> list[Finding]:
    """pointed: traces. changed: services in another version than in health. told: what services logged of trouble."""
    of_these = [span for span in now if span.trace_id in pointed]
    if not of_these:
        return []
    usual = observed(health)
    return [
        *_origins(of_these, usual, told).values(),
        *contracts.breaks(of_these, health, changed, _enough).values(),
    ]


def _enough(count: int) -> float:
    return min(1.0, 0.4 + 0.2 * count)


def _origins(spans: Sequence[Span], health: Calls, told: Mapping[Key, Complaint]) -> dict[str, Finding]:
    """Where errors start in them, that do not start there in health."""
    traces: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        traces[span.trace_id].append(span)
    started: defaultdict[str, list[tuple[Operation, Own]]] = defaultdict(list)
    for of in traces.values():
        for service, origin in _started(observed(of, told)).items():
            started[service].append(origin)
    found = ((service, _finding(service, of, len(traces), health)) for service, of in started.items())
    return {service: one for service, one in found if one}


def _started(calls: Calls) -> Trace:
    started: dict[str, tuple[Operation, Own]] = {}
    for name, of in calls.operations.items():
        if of.origins > of.accused.total():
            started[name[0]] = (name, of)
        for other in of.accused:
            started.setdefault(other, (name, of))
    return started


def _finding(service: str, of: Sequence[tuple[Operation, Own]], traces: int, health: Calls) -> Finding | None:
    name, first = of[0]
    known = health.operations.get(name) or Own()
    unusual = max(0.0, 1 - known.origins / max(1, known.calls) / ERROR_SHARE[1])
    strength = len(of) / traces * _enough(len(of)) * unusual
    example = first.origin_example
    if strength <= 0 or example is None:
        return None
    usual = f"{in_health(known.origins, known.calls)} calls" if known.calls else ""
    words = f"{failing(name, service)} in {len(of)} of {traces} traces of what failed{usual}"
    return Finding(service, Layer.ERRORS, strength, words, first.accusing.get(service) or (example.item,))
