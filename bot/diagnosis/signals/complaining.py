"""Whom a service holds to blame in a request that it failed, by what it logged in it. Pure.

A call that failed, though nothing below it did, is the fault of the service itself, or of whoever gave it no answer and
so left no span. What it logged of that very request tells which.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.diagnosis.evidence import Item, Line, Span
from bot.diagnosis.signals.trouble import given_by, is_trouble, naming

Key = tuple[str, str]
"""A trace and a service."""

READ = 640
"""Characters of a line in which names are looked for."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """of: the other service that it names, empty where it names none."""

    of: str
    item: Item


def complaints(lines: Iterable[Line], names: Sequence[str]) -> dict[Key, Complaint]:
    """By trace and service. One that names somebody counts before others: what follows it comes from it."""
    named, found = naming(names), dict[Key, Complaint]()
    for line in lines:
        key = (line.trace_id, line.service)
        if not line.trace_id or (key in found and found[key].of) or not is_trouble(line):
            continue
        text = line.message[:READ]
        others = [] if any(given_by(text)) else [name for name in named.findall(text) if name != line.service]
        if others or key not in found:
            found[key] = Complaint(others[-1] if others else "", line.item)
    return found


def blamed(told: Mapping[Key, Complaint], span: Span, heard: Collection[str]) -> Complaint | None:
    """Who is named by it, or by the one it names, and so on. None where it logged no trouble; of is empty where nobody
    is named who may be to blame.

    heard: services that wait for it, or that are seen to have answered it.
    """
    first = told.get((span.trace_id, span.service))
    found, seen = first, {span.service, *heard}
    while found and found.of and found.of not in seen:
        seen.add(found.of)
        further = told.get((span.trace_id, found.of))
        if further is None or not further.of or further.of in seen:
            return found
        found = further
    return Complaint("", first.item) if first else None
