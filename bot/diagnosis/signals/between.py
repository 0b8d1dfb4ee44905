"""Time between services whose calls are seen by the called side only. Pure.

Where a caller has no span of its own for each call, what it waits on the way looks like its own time. A called service
is suspected when those that call it wait longer: those calls of theirs in which they call it, and not the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.diagnosis.signals.calls import Calls, Operation
from bot.diagnosis.signals.findings import Finding, Layer, grade, typical
from bot.diagnosis.signals.timing import FEWEST, WIRE_MS, WIRE_RATIO

UNSURE = 0.8
"""It may be the caller's own time after all."""


@dataclass(slots=True)
class _Callers:
    """Operations that call one service. waiting: excess milliseconds, how likely it is for this service, the name."""

    all_of: int = 0
    waiting: list[tuple[float, float, Operation]] = field(default_factory=list[tuple[float, float, Operation]])


def between(now: Calls, health: Calls) -> dict[str, Finding]:
    callers: dict[str, _Callers] = defaultdict(_Callers)
    waited = 0.0
    for name, calls in now.asking.items():
        known = [own for own, _ in health.asking.get(name, ())]
        if min(len(known), len(calls)) < FEWEST:
            continue
        usual = typical(known)
        excess = typical([own for own, _ in calls]) - usual
        slow = excess > max(WIRE_MS[0], WIRE_RATIO * usual)
        waited += excess * slow
        services = frozenset[str]().union(*(asked for _, asked in calls))
        for service in services:
            callers[service].all_of += 1
            if slow:
                likely = _likely(service, calls, usual, excess, 1 / len(services))
                callers[service].waiting.append((excess, likely, name))
    return {service: found for service, of in callers.items() if (found := _waited_for(service, of, waited, now))}


def _likely(
    service: str, calls: Sequence[tuple[float, frozenset[str]]], usual: float, excess: float, otherwise: float
) -> float:
    """1 when the calls that do without the service take no longer than they did, 0 when they do as well."""
    without = [own for own, asked in calls if service not in asked]
    if len(without) < FEWEST or len(without) > len(calls) - FEWEST:
        return otherwise
    return min(1.0, max(0.0, 1 - (typical(without) - usual) / excess))


def _waited_for(service: str, of: _Callers, waited: float, now: Calls) -> Finding | None:
    if not of.waiting:
        return None
    explained = sum(excess * likely for excess, likely, _ in of.waiting)
    mean = sum(excess for excess, _, _ in of.waiting) / len(of.waiting)
    strength = UNSURE * grade(mean, *WIRE_MS) * len(of.waiting) / of.all_of * (explained / waited) ** 0.5
    if strength <= 0:
        return None
    worst = max(of.waiting)[2]
    example = now.operations[worst].example
    words = (
        f"{len(of.waiting)} of {of.all_of} operations that call it wait {mean:,.0f} ms longer, most of all"
        f" {worst[1]} of {worst[0]}"
    )
    return Finding(service, Layer.WIRE, strength, words, (example.item,) if example else ())
