"""The trace of a failed test, read: which services it may have reached, and where it went wrong first. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ports.telemetry import Span
from bot.suites.walks import Walk
from bot.telemetry.origins import Names, called_by_name, first_fault, place
from bot.telemetry.passage import passed_by

_RAISED, _SAID = "exception.type", "exception.message"


def walk(spans: Sequence[Span], page: str, names: Names) -> Walk:
    """spans: one at least. page: where they are shown."""
    at = min(span.start for span in spans)
    path = frozenset(name for name, called in names.items() if not passed_by(spans, called))
    fault = first_fault(spans)
    origin = place(fault, spans, names) if fault else ""
    if fault is None or not origin:
        return Walk(page, at, path)
    raised, said = _raised(fault, spans)
    untold = bool(called_by_name(fault, names)) and not any(span.parent_id == fault.span_id for span in spans)
    return Walk(page, at, path, origin, raised or fault.name, f"{raised}: {said}" if said else raised, untold=untold)


def _raised(fault: Span, spans: Sequence[Span]) -> tuple[str, str]:
    """By it, or by what encloses it in the same service: its class, without the package, and what it says."""
    known = {span.span_id: span for span in spans}
    span: Span | None = fault
    for _level in spans:
        if span is None or span.service != fault.service:
            break
        if raised := [event.attributes for event in span.events if _RAISED in event.attributes]:
            return raised[-1][_RAISED].rpartition(".")[2], raised[-1].get(_SAID, "").strip()
        span = known.get(span.parent_id)
    return "", ""
