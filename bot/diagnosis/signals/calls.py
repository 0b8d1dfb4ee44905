"""What traces tell of each service in one window: time of its own, time on the wire, errors that start in it. Pure.

Spans may be missing, repeated, or in a circle; clocks of services may differ by seconds, so that only durations are
compared, never moments of two services.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.diagnosis.evidence import Item, Span
from bot.diagnosis.signals.complaining import Complaint, blamed

Operation = tuple[str, str]
"""Service and operation."""

Edge = tuple[str, str]
"""The service that calls and the one that is called."""


Key = tuple[str, str]
"""Of a trace, and of what is within it."""

WAITED = 0.7
"""Of its time in one call to another service: whoever gives up then fails because of that one."""


@dataclass(slots=True)
class Own:
    """One operation of one service. own: milliseconds that no child span explains, one value per call; alone: the same
    of calls without any child, which are compared with such only: the children may be what is missing.

    origins: failed spans without a failed child; accused: those of them for which its log names another service, by
    that one; unanswered: those without any child of which it logged nothing. accusing: by whom is named, a span and the
    line. children: how often each operation was called in it, over all calls.
    """

    own: list[float] = field(default_factory=list[float])
    alone: list[float] = field(default_factory=list[float])
    children: dict[Operation, int] = field(default_factory=lambda: defaultdict[Operation, int](int))
    failed: int = 0
    origins: int = 0
    unanswered: int = 0
    accused: Counter[str] = field(default_factory=Counter[str])
    accusing: dict[str, tuple[Item, Item]] = field(default_factory=dict[str, tuple[Item, Item]])
    example: Span | None = None
    origin_example: Span | None = None

    @property
    def calls(self) -> int:
        return len(self.own) + len(self.alone)

    @property
    def by_itself(self) -> int:
        """Of its origins, those of which nothing speaks for another service."""
        return self.origins - self.unanswered - self.accused.total()


@dataclass(slots=True)
class Calls:
    """wire: milliseconds between what a caller waited and what the called service took, one value per call.

    asking: of each call that called other services without a span for each, its own milliseconds and those services.
    slowest: the span with the longest such time. served: calls that came from outside the service. asked: by trace and
    service, the operations that were called from outside. roots: requests.
    """

    operations: dict[Operation, Own] = field(default_factory=lambda: defaultdict[Operation, Own](Own))
    wire: dict[tuple[Operation, Operation], list[float]] = field(
        default_factory=lambda: defaultdict[tuple[Operation, Operation], list[float]](list)
    )
    asking: dict[Operation, list[tuple[float, frozenset[str]]]] = field(
        default_factory=lambda: defaultdict[Operation, list[tuple[float, frozenset[str]]]](list)
    )
    slowest: dict[Edge, tuple[float, Span]] = field(default_factory=dict[Edge, tuple[float, Span]])
    edges: dict[Edge, int] = field(default_factory=lambda: defaultdict[Edge, int](int))
    served: dict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))
    asked: dict[Key, set[str]] = field(default_factory=lambda: defaultdict[Key, set[str]](set))
    roots: int = 0


def observed(spans: Sequence[Span], told: Mapping[Key, Complaint] = MappingProxyType({})) -> Calls:
    """told: what services logged of trouble, by trace and service."""
    calls = Calls()
    children, known = _children(spans)
    for span in known.values():
        below = children.get((span.trace_id, span.span_id), ())
        complaint = None
        if _add(calls, span, known.get((span.trace_id, span.parent_id)), below):
            complaint = _complaint(span, below, known, told)
            _add_origin(calls.operations[span.service, span.operation], span, complaint, answered=bool(below))
        if complaint is None or not complaint.of:  # whoever has no answer of one waited for that one, not for others
            _add_waiting(calls, span, below)
    return calls


def _complaint(
    span: Span, below: Sequence[Span], known: Mapping[Key, Span], told: Mapping[Key, Complaint]
) -> Complaint | None:
    """Of a call in which an error starts."""
    if (span.trace_id, span.service) not in told:
        return None
    return blamed(told, span, {*(child.service for child in below), *_above(span, known)})


def _above(span: Span, known: Mapping[Key, Span]) -> set[str]:
    """Services that wait for it: whose names they are that its log says, they are not to blame."""
    found, seen = set[str](), {span.span_id}
    above = known.get((span.trace_id, span.parent_id))
    while above and above.span_id not in seen:
        found.add(above.service)
        seen.add(above.span_id)
        above = known.get((above.trace_id, above.parent_id))
    return found


def _add_origin(of: Own, span: Span, complaint: Complaint | None, *, answered: bool) -> None:
    of.origins += 1
    of.origin_example = of.origin_example or span
    if complaint and complaint.of:
        of.accused[complaint.of] += 1
        of.accusing.setdefault(complaint.of, (span.item, complaint.item))
    elif complaint is None and not answered:
        of.unanswered += 1


def _children(spans: Iterable[Span]) -> tuple[dict[Key, list[Span]], dict[Key, Span]]:
    """A span that was sent twice counts once; one that is its own parent has none."""
    known: dict[Key, Span] = {}
    children: dict[Key, list[Span]] = {}
    for span in spans:
        key = (span.trace_id, span.span_id)
        if key in known:
            continue
        known[key] = span
        if span.parent_id and span.parent_id != span.span_id:
            children.setdefault((span.trace_id, span.parent_id), []).append(span)
    return children, known


def _add(calls: Calls, span: Span, parent: Span | None, children: Sequence[Span]) -> bool:
    """Whether an error starts in it."""
    name = (span.service, span.operation)
    of = calls.operations[name]
    within = 0.0
    failing = False
    for child in children:
        within += child.duration
        failing = failing or (child.failed and not _gave_up(span, child)) or _waited(span, child)
        of.children[child.service, child.operation] += 1
        if child.service != span.service:
            calls.edges[span.service, child.service] += 1
    (of.own if children else of.alone).append(max(0.0, span.duration - within))
    if of.example is None or span.duration > of.example.duration:
        of.example = span
    of.failed += span.failed
    if parent is None:
        calls.roots += 1
    if parent is None or parent.service != span.service:
        calls.served[span.service] += 1
        calls.asked[span.trace_id, span.service].add(span.operation)
    return span.failed and not failing and not (parent is not None and _gave_up(parent, span))


def failing_first(
    spans: Iterable[Span], told: Mapping[Key, Complaint] = MappingProxyType({})
) -> Iterator[tuple[Span, Sequence[Span], Complaint | None]]:
    """Failed spans of which no child failed, each with its children, however long they took, and what it logged."""
    children, known = _children(spans)
    for key, span in known.items():
        below, above = children.get(key, ()), known.get((span.trace_id, span.parent_id))
        passes_on = any(child.failed and not _gave_up(span, child) for child in below)
        if span.failed and not passes_on and not (above and _gave_up(above, span)):
            yield span, below, _complaint(span, below, known, told)


def _waited(span: Span, child: Span) -> bool:
    """It failed after it had waited for that call, which may have been what failed, whatever the call's own status."""
    return child.service != span.service and span.duration >= child.duration >= WAITED * span.duration


def _gave_up(caller: Span, called: Span) -> bool:
    """The caller failed while the called was still at it: it is the caller that ended it, and a failure of the called
    comes from that. Spans of slow services are seen to be slow all the same.
    """
    return caller.failed and caller.service != called.service and caller.duration < called.duration


def _add_waiting(calls: Calls, span: Span, children: Sequence[Span]) -> None:
    others = frozenset(child.service for child in children if child.service != span.service)
    if len(children) == 1 and others:
        _add_wire(calls, span, children[0])
    elif others:
        name = (span.service, span.operation)
        calls.asking[name].append((calls.operations[name].own[-1], others))


def _add_wire(calls: Calls, span: Span, child: Span) -> None:
    gap = span.duration - child.duration
    if gap < 0:  # the caller did not wait
        return
    calls.wire[(span.service, span.operation), (child.service, child.operation)].append(gap)
    edge = (span.service, child.service)
    if edge not in calls.slowest or gap > calls.slowest[edge][0]:
        calls.slowest[edge] = (gap, span)
