"""Who calls whom, directly or not. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from bot.diagnosis.calls import Edge


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
