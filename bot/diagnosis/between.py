"""Time between services whose calls are seen by the called side only. Pure.

Where a caller has no span of its own for each call, what it waits on the way looks like its own time. A called service
is suspected when those that call it wait longer, and the fewer others they call the more.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from bot.diagnosis.calls import Calls, Operation
from bot.diagnosis.findings import Finding, Layer, grade, typical
from bot.diagnosis.timing import FEWEST, WIRE_MS, WIRE_RATIO

UNSURE = 0.8
"""It may be the caller's own time after all."""


@dataclass(slots=True)
class _Callers:
    """Operations that call one service. waiting: excess milliseconds and the number of services called, of the slow."""

    all_of: int = 0
    waiting: list[tuple[float, int, Operation]] = field(default_factory=list[tuple[float, int, Operation]])


def between(now: Calls, health: Calls) -> dict[str, Finding]:
    callers: dict[str, _Callers] = defaultdict(_Callers)
    waited = 0.0
    for name, services in mixed(now).items():
        known = health.operations.get(name)
        ours = now.operations[name].own
        if known is None or min(len(known.own), len(ours)) < FEWEST:
            continue
        usual = typical(known.own)
        excess = typical(ours) - usual
        slow = excess > max(WIRE_MS[0], WIRE_RATIO * usual)
        waited += excess * slow
        for service in services:
            callers[service].all_of += 1
            if slow:
                callers[service].waiting.append((excess, len(services), name))
    return {service: found for service, of in callers.items() if (found := _waited_for(service, of, waited, now))}


def mixed(calls: Calls) -> dict[Operation, frozenset[str]]:
    """Operations that call other services without a span for each call, and those services."""
    waits = {caller for caller, _ in calls.wire}
    found = {
        name: frozenset(service for service, _ in of.children if service != name[0])
        for name, of in calls.operations.items()
        if name not in waits
    }
    return {name: services for name, services in found.items() if services}


def _waited_for(service: str, of: _Callers, waited: float, now: Calls) -> Finding | None:
    if not of.waiting:
        return None
    excess = sum(each for each, _, _ in of.waiting)
    others = sum(count for _, count, _ in of.waiting) / len(of.waiting)
    mean = excess / len(of.waiting)
    strength = UNSURE * grade(mean, *WIRE_MS) * len(of.waiting) / of.all_of * (excess / waited / others) ** 0.5
    worst = max(of.waiting)[2]
    example = now.operations[worst].example
    words = (
        f"{len(of.waiting)} of {of.all_of} operations that call it wait longer, by {mean:,.0f} ms, as {' '.join(worst)}"
    )
    return Finding(service, Layer.WIRE, strength, words, (example.item,) if example else ())
