"""Where a request went wrong first, as its trace tells. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.ports.telemetry import Span

Names = Mapping[str, Sequence[str]]
"""Each service of the environment, and what a source of telemetry calls it."""

REFUSED = range(400, 500)
"""An answer that says that the request was wrong: whose fault that is, no trace tells."""

_STATUS = ("http.response.status_code", "http.status_code")
_PEER = ("peer.service", "server.address", "net.peer.name")


def origin(spans: Sequence[Span], names: Names) -> str:
    """The service, by its name here; empty where no trace tells."""
    fault = first_fault(spans)
    return place(fault, spans, names) if fault else ""


def first_fault(spans: Sequence[Span]) -> Span | None:
    """The deepest span of the last request that failed. What is above it failed as well, all the way: a fault that
    somebody coped with is none.
    """
    known = {span.span_id: span for span in spans}
    below: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        if _is_faulty(span):
            below[_above(span, known)].append(span)
    found, seen = None, {""}
    left = sorted(below[""], key=lambda span: span.start)
    while left and left[-1].span_id not in seen:
        found = left[-1]
        seen.add(found.span_id)
        left = sorted(below[found.span_id], key=lambda span: span.start)
    return found


def place(fault: Span, spans: Sequence[Span], names: Names) -> str:
    """The service, by its name here. Whoever was called and failed without a word is known by what the caller says."""
    ours = _ours(names)
    answered = [span.service for span in spans if span.parent_id == fault.span_id] if fault.kind == "client" else []
    asked = next((ours[each.casefold()] for each in answered if each.casefold() in ours), "")
    return asked or called_by_name(fault, names) or ours.get(fault.service.casefold(), "")


def called_by_name(call: Span, names: Names) -> str:
    """The service that was called, as the caller names it: as the catalog does, or as that service calls itself."""
    ours = _ours(names)
    named = (
        [call.attributes[each].casefold() for each in _PEER if each in call.attributes] if call.kind == "client" else []
    )
    return next((ours[each] for each in named if each in ours), "")


def _ours(names: Names) -> dict[str, str]:
    """By every name that a service has; what it calls itself goes before what the catalog calls another."""
    own = {name.casefold(): name for name in names}
    return own | {called.casefold(): name for name, several in names.items() for called in several}


def _above(span: Span, known: Mapping[str, Span]) -> str:
    """Steps within a service that say nothing are passed over: many are never marked as failed."""
    above = known.get(span.parent_id)
    for _level in known:
        if above is None or above.kind != "internal" or above.failed:
            break
        above = known.get(above.parent_id)
    return above.span_id if above else ""


def _is_faulty(span: Span) -> bool:
    return span.failed and not (span.kind == "client" and _status(span) in REFUSED)


def _status(span: Span) -> int:
    said = next((span.attributes[name] for name in _STATUS if name in span.attributes), "")
    return int(said) if said.isascii() and said.isdigit() else 0
