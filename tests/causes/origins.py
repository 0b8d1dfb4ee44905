"""Where each failing test went wrong first, as its trace tells: read as Signalbox reads it."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from bot.cases.passage import walk
from bot.ports.telemetry import Happened, Span
from tests.support.shop import Receiver, attributes

KINDS = {1: "internal", 2: "server", 3: "client"}
FAILED = 2
NAMES = {
    **{service: (service,) for service in ("storefront", "catalog", "inventory")},
    **{service: (f"{service}-service",) for service in ("orders", "payments")},
}
"""What the sample's services call themselves in telemetry."""


def origins(receiver: Receiver) -> dict[str, dict[str, str]]:
    """By trace id, in hexadecimal digits: service and exception."""
    traces: dict[str, list[Span]] = defaultdict(list)
    for about, told in receiver.spans:
        traces[told.trace_id.hex()].append(_span(attributes_of(about), told))
    walks = {trace_id: walk(spans, "", NAMES) for trace_id, spans in traces.items()}
    return {
        trace_id: {"service": each.origin, "exception": each.fault} for trace_id, each in walks.items() if each.origin
    }


def attributes_of(about) -> dict[str, str]:
    return {key: str(value) for key, value in about.items()}


def _span(about: dict[str, str], told) -> Span:
    start = _time(told.start_time_unix_nano)
    return Span(
        told.trace_id.hex(),
        told.span_id.hex(),
        told.parent_span_id.hex(),
        about["service.name"],
        told.name,
        KINDS.get(told.kind, "internal"),
        start,
        _time(told.end_time_unix_nano) - start,
        told.status.code == FAILED,
        attributes=attributes_of(attributes(told)),
        events=tuple(
            Happened(_time(each.time_unix_nano), each.name, attributes_of(attributes(each))) for each in told.events
        ),
    )


def _time(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=nanoseconds // 1_000)
