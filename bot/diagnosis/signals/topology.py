"""Who calls whom, directly or not. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from bot.diagnosis.evidence import Span
from bot.diagnosis.signals.calls import Edge, Key
from bot.diagnosis.signals.complaining import Complaint


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
    spans: Sequence[Span],
    pointed: Collection[str],
    reached: Mapping[str, Collection[str]],
    told: Mapping[Key, Complaint] = MappingProxyType({}),
) -> frozenset[str] | None:
    """Services on these traces and below them, since a trace may break off, and those that what failed in them names;
    None where nothing is seen of any.
    """
    on_it = {span.service for span in spans if span.trace_id in pointed} if pointed else None
    if not on_it:
        return None
    named = {one.of for (trace, _), one in told.items() if one.of and trace in pointed}
    return frozenset(on_it | named).union(*(reached.get(service, ()) for service in on_it))
