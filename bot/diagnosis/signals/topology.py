"""Who calls whom, directly or not. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.diagnosis.evidence import Span
from bot.diagnosis.signals.calls import Edge


def reached(edges: Iterable[Edge]) -> dict[str, frozenset[str]]:
    """By service, those that it calls, and those that they call, without itself. Circles are no trouble."""
    direct: dict[str, set[str]] = defaultdict(set)
    for caller, callee in edges:
        direct[caller].add(callee)
    return {caller: frozenset(_below(caller, direct) - {caller}) for caller in list(direct)}


def _below(service: str, direct: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    left = [service]
    while left:
        new = direct.get(left.pop(), set()) - found
        found |= new
        left += new
    return found


def concerned(
    spans: Sequence[Span], pointed: Collection[str], reached: Mapping[str, Collection[str]]
) -> frozenset[str] | None:
    """Services on these traces and below them, since a trace may break off; None where nothing is seen of any."""
    on_it = {span.service for span in spans if span.trace_id in pointed} if pointed else None
    return frozenset(on_it).union(*(reached.get(service, ()) for service in on_it)) if on_it else None
