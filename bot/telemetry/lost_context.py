"""Services that drop the trace context: their requests begin a trace of their own although somebody called. Pure.

Seen from the outside: a client span of one service below which no span of the called one hangs, and at that moment a
server span of another service that is the root of another trace.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from bot.ports.telemetry import Span

SKEW = timedelta(milliseconds=5)
"""How far the clocks of caller and called may be apart."""
ENOUGH, SHARE = 3, 0.25
"""Pairs that make a finding, and their share of what began a trace at the called one: fewer may be chance."""

_METHOD = ("http.request.method", "http.method")
_STATUS = ("http.response.status_code", "http.status_code")
_PATH = ("url.path", "http.target")
_ADDRESS = ("url.full", "http.url")
_DATABASE = ("db.system.name", "db.system")
_NAMES = ("peer.service", "server.address", "net.peer.name")


@dataclass(frozen=True, slots=True)
class Dropped:
    """calls: how many were seen to lose their trace. of: how many requests of `service` began a trace in all.

    continued: calls of others that `service` did continue; where there are some, `caller` is likelier to send nothing.
    example: (trace of the caller, trace of the called).
    """

    service: str
    caller: str
    calls: int
    of: int
    continued: int
    example: tuple[str, str]

    @property
    def culprit(self) -> str:
        return self.caller if self.continued else self.service


def dropped(spans: Iterable[Span]) -> tuple[Dropped, ...]:
    """What is found among the spans of a while, the most frequent first."""
    every = list(spans)
    calls, roots = _unanswered(every), sorted(_root_servers(every), key=lambda span: span.start)
    pairs: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], tuple[str, str]] = {}
    for call, root in _paired(calls, roots):
        pair = call.service, root.service
        pairs[pair] += 1
        examples.setdefault(pair, (call.trace_id, root.trace_id))
    began, continued = Counter(root.service for root in roots), _continued(every)
    found: list[Dropped] = []
    for (caller, service), count in pairs.most_common():
        if count >= max(ENOUGH, SHARE * began[service]):
            others = _of_others(continued, caller, service)
            found.append(Dropped(service, caller, count, began[service], others, examples[caller, service]))
    return tuple(found)


def may_call(span: Span, service: str) -> bool:
    """Whether this is a call to `service`, or may be: one to a database is not."""
    to_database = any(name in span.attributes for name in _DATABASE)
    return not to_database and _named(span.attributes, service)


def _unanswered(spans: Sequence[Span]) -> list[Span]:
    """Calls below which nothing of another service hangs, by their start."""
    answered = {(span.trace_id, span.parent_id) for span in spans if span.kind == "server"}
    calls = [span for span in spans if span.kind == "client" and (span.trace_id, span.span_id) not in answered]
    return sorted(calls, key=lambda span: span.start)


def _root_servers(spans: Sequence[Span]) -> list[Span]:
    return [span for span in spans if span.kind == "server" and not span.parent_id]


def _continued(spans: Sequence[Span]) -> Counter[tuple[str, str]]:
    """By caller and service: requests that hang below a call."""
    services = {(span.trace_id, span.span_id): span.service for span in spans}
    return Counter(
        (services[span.trace_id, span.parent_id], span.service)
        for span in spans
        if span.kind == "server" and (span.trace_id, span.parent_id) in services
    )


def _of_others(continued: Mapping[tuple[str, str], int], caller: str, service: str) -> int:
    return sum(count for (who, whom), count in continued.items() if whom == service and who != caller)


def _paired(calls: Sequence[Span], roots: Sequence[Span]) -> Iterable[tuple[Span, Span]]:
    """Each call with the one request that fits within it best; each request once."""
    taken: set[int] = set()
    by_second: defaultdict[int, list[int]] = defaultdict(list)
    for index, root in enumerate(roots):
        by_second[int(root.start.timestamp())].append(index)
    for call in calls:
        first, last = (call.start - SKEW), (call.start + call.duration + SKEW)
        seconds = range(int(first.timestamp()), int(min(last, first + timedelta(minutes=1)).timestamp()) + 1)
        near = (index for second in seconds for index in by_second[second])
        fitting = [index for index in near if index not in taken and _fits(call, roots[index])]
        if fitting:
            best = max(fitting, key=lambda index: roots[index].duration)
            taken.add(best)
            yield call, roots[best]


def _fits(call: Span, root: Span) -> bool:
    within = call.start - SKEW <= root.start and root.start + root.duration <= call.start + call.duration + SKEW
    return (
        within
        and root.service != call.service
        and root.environment == call.environment
        and _agree(call.attributes, root.attributes, _METHOD)
        and _agree(call.attributes, root.attributes, _STATUS)
        and _same_path(call.attributes, root.attributes)
        and _named(call.attributes, root.service)
    )


def _agree(one: Mapping[str, str], other: Mapping[str, str], names: Sequence[str]) -> bool:
    """What one of them does not say does not speak against it."""
    a, b = _first(one, names), _first(other, names)
    return not a or not b or a == b


def _same_path(call: Mapping[str, str], root: Mapping[str, str]) -> bool:
    called = _first(call, _PATH) or urlsplit(_first(call, _ADDRESS)).path
    served = _first(root, _PATH) or urlsplit(_first(root, _ADDRESS)).path
    return not called or not served or called.partition("?")[0] == served.partition("?")[0]


def _named(call: Mapping[str, str], service: str) -> bool:
    """A call that names whom it calls calls nobody else; an address of numbers or of this machine names nobody."""
    name = _first(call, _NAMES).casefold()
    if not name or name == "localhost" or not any(letter.isalpha() for letter in name):
        return True
    host, ours = name.partition(".")[0], service.casefold()
    return host in ours or ours in host


def _first(attributes: Mapping[str, str], names: Sequence[str]) -> str:
    return next((attributes[name] for name in names if attributes.get(name)), "")
