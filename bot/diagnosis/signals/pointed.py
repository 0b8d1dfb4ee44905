"""What the requests that somebody points at have in common: those of tests that failed. Pure.

Among all that is asked in those minutes they may be few. That they failed is known, and so each of them tells more than
one of a thousand others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from bot.diagnosis.evidence import Span
from bot.diagnosis.signals import contracts
from bot.diagnosis.signals.calls import Calls, Own, observed
from bot.diagnosis.signals.findings import Finding, Layer
from bot.diagnosis.signals.flow import ERROR_SHARE, in_health

Trace = Mapping[str, tuple[str, Own]]
"""Of one trace, by service: an operation that failed by itself in it."""


def broken(
    now: Sequence[Span], pointed: Collection[str], health: Sequence[Span], changed: Collection[str]
) -> list[Finding]:
    """pointed: traces. changed: services in another version than in health."""
    of_these = [span for span in now if span.trace_id in pointed]
    if not of_these:
        return []
    usual = observed(health)
    return [
        *_origins(of_these, usual).values(),
        *contracts.breaks(of_these, health, changed, _enough).values(),
    ]


def _enough(count: int) -> float:
    return min(1.0, 0.4 + 0.2 * count)


def _origins(spans: Sequence[Span], health: Calls) -> dict[str, Finding]:
    """Where errors start in them, that do not start there in health."""
    traces: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        traces[span.trace_id].append(span)
    started: defaultdict[str, list[tuple[str, Own]]] = defaultdict(list)
    for of in traces.values():
        for service, origin in _started(observed(of)).items():
            started[service].append(origin)
    found = ((service, _finding(service, of, len(traces), health)) for service, of in started.items())
    return {service: one for service, one in found if one}


def _started(calls: Calls) -> Trace:
    return {service: (operation, of) for (service, operation), of in calls.operations.items() if of.origins}


def _finding(service: str, of: Sequence[tuple[str, Own]], traces: int, health: Calls) -> Finding | None:
    operation, first = of[0]
    known = health.operations.get((service, operation)) or Own()
    unusual = max(0.0, 1 - known.origins / max(1, known.calls) / ERROR_SHARE[1])
    strength = len(of) / traces * _enough(len(of)) * unusual
    example = first.origin_example
    if strength <= 0 or example is None:
        return None
    usual = f"{in_health(known.origins, known.calls)} calls" if known.calls else ""
    words = f"{operation} fails by itself in {len(of)} of {traces} traces of what failed{usual}"
    return Finding(service, Layer.ERRORS, strength, words, (example.item,))
