"""From what several sources told to the evidence of each window. Pure.

Sources may hold the same: of each service one source is believed, the first that has it in health and in the fault, so
that nothing counts twice and like is compared with like.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from statistics import median
from typing import Protocol, TypeVar

from msgspec.structs import replace

from bot.diagnosis.evidence import Span, Window
from bot.diagnosis.sources.piles import Spans


class _OfService(Protocol):
    @property
    def service(self) -> str: ...


T = TypeVar("T", bound=_OfService)


def believed(told: Sequence[Sequence[Collection[str]]]) -> dict[str, int]:
    """By service, which source: the first with it in the fault and in health, else the first that has it at all.

    told: of each source, by window and the faulty one first, the services that it has.
    """
    found: dict[str, int] = {}
    for whole in (True, False):
        for place, (faulty, *health) in enumerate(told):
            known = set[str]().union(*health)
            for service in sorted(set(faulty) & known if whole else set(faulty) | known):
                found.setdefault(service, place)
    return found


def services_of(items: Iterable[_OfService]) -> frozenset[str]:
    return frozenset(item.service for item in items)


def merged(told: Sequence[Sequence[Sequence[T]]]) -> list[list[list[T]]]:
    """What is believed of all that was told: by window, and by source within. told: by source, and by window within."""
    whose = believed([[services_of(items) for items in windows] for windows in told])
    return [
        [[item for item in items if whose[item.service] == place] for place, items in enumerate(sources)]
        for sources in zip(*told, strict=True)
    ]


def spans_of(pile: Spans, window: Window, *, others: Collection[str] = ()) -> list[Span]:
    """Of traces that are whole, and mostly within the window. others: traces that belong elsewhere.

    Clocks of services differ by seconds: a trace is where most of it is.
    """
    traces = _by_trace({(span.trace_id, span.span_id): span for span in pile.items}.values())
    kept: list[Span] = []
    for trace, spans in traces.items():
        if trace in others or (trace not in pile.pointed and not _within(spans, window)):
            continue
        if pile.partial and trace not in pile.pointed and _torn(spans, pile.inner):
            continue
        kept += listed(spans)
    return kept


def _by_trace(spans: Iterable[Span]) -> Mapping[str, list[Span]]:
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        found[span.trace_id].append(span)
    return found


def _within(spans: Sequence[Span], window: Window) -> bool:
    return window.start <= median(span.time for span in spans) < window.end


def _torn(spans: Sequence[Span], inner: Collection[tuple[str, str]]) -> bool:
    """Where it was cut, it lacks what came before: a step within a service whose beginning is not there."""
    ids = {span.span_id for span in spans}
    return any(span.parent_id not in ids and (span.trace_id, span.span_id) in inner for span in spans)


def listed(spans: Sequence[Span]) -> list[Span]:
    """Those of one trace that are of a service, below the next above them that is. A circle has no end: then none."""
    above = {span.span_id: span.parent_id for span in spans if not span.service}
    if not above:
        return list(spans)
    return [_below(span, above) for span in spans if span.service]


def _below(span: Span, above: Mapping[str, str]) -> Span:
    parent, passed = span.parent_id, set[str]()
    while parent in above and parent not in passed:
        passed.add(parent)
        parent = above[parent]
    return span if parent == span.parent_id else replace(span, parent_id="" if parent in above else parent)
