"""Spans of OTLP/JSON as Tempo writes them: ids in base64 where a trace is told whole, in hex where it is found."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from bot.ports.telemetry import Happened, Span

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KINDS = ("internal", "internal", "server", "client", "producer", "consumer")
"""By OTLP's numbers; unspecified counts as internal."""

ERRORS = frozenset({2, "STATUS_CODE_ERROR"})
HEX_OF_TRACE, HEX_OF_SPAN = 32, 16


class _KeyValue(msgspec.Struct, frozen=True):
    key: str
    value: dict[str, Any] = msgspec.field(default_factory=dict)


class _Resource(msgspec.Struct, frozen=True):
    attributes: list[_KeyValue] = msgspec.field(default_factory=list)


class _Event(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""
    time_unix_nano: int | str = 0
    attributes: list[_KeyValue] = msgspec.field(default_factory=list)


class _Status(msgspec.Struct, frozen=True):
    code: int | str = 0
    message: str = ""


class _Span(msgspec.Struct, frozen=True, rename="camel"):
    trace_id: str
    span_id: str
    start_time_unix_nano: int | str
    end_time_unix_nano: int | str
    parent_span_id: str = ""
    name: str = ""
    kind: int | str = 0
    status: _Status = _Status()
    attributes: list[_KeyValue] = msgspec.field(default_factory=list)
    events: list[_Event] = msgspec.field(default_factory=list)


class _Scope(msgspec.Struct, frozen=True):
    spans: list[_Span] = msgspec.field(default_factory=list)


class _Batch(msgspec.Struct, frozen=True, rename="camel"):
    resource: _Resource = _Resource()
    scope_spans: list[_Scope] = msgspec.field(default_factory=list)


class TraceSeen(msgspec.Struct, frozen=True):
    batches: list[_Batch]


class _FoundSpan(msgspec.Struct, frozen=True):
    span_id: str = msgspec.field(name="spanID")
    start: str = msgspec.field(name="startTimeUnixNano")
    duration: str = msgspec.field(name="durationNanos", default="0")
    name: str = ""
    attributes: list[_KeyValue] = msgspec.field(default_factory=list)


class _SpanSet(msgspec.Struct, frozen=True):
    """matched: how many there are, of which `spans` has the first."""

    spans: list[_FoundSpan] = msgspec.field(default_factory=list)
    matched: int = 0


class _FoundTrace(msgspec.Struct, frozen=True):
    trace_id: str = msgspec.field(name="traceID")
    span_sets: list[_SpanSet] = msgspec.field(name="spanSets", default_factory=list)

    def spans(self) -> Iterator[_FoundSpan]:
        for each in self.span_sets:
            yield from each.spans

    def is_cut(self) -> bool:
        return any(each.matched > len(each.spans) for each in self.span_sets)


class Searched(msgspec.Struct, frozen=True):
    traces: list[_FoundTrace] = msgspec.field(default_factory=list)


def spans_of(trace: TraceSeen, environment: str) -> Iterator[Span]:
    """environment: the resource's attribute that names it. Raises ValueError."""
    for batch in trace.batches:
        who = _texts(batch.resource.attributes)
        for scope in batch.scope_spans:
            for each in scope.spans:
                yield _span(each, who, environment)


def found_span(trace_id: str, seen: _FoundSpan, environment: str) -> Span:
    """As far as a search tells it. Leading zeros of ids are left out there. Raises ValueError."""
    said = _texts(seen.attributes)
    parent = said.pop("span:parentID", "") or said.pop("parentID", "")
    return Span(
        trace_id.casefold().zfill(HEX_OF_TRACE),
        seen.span_id.casefold().zfill(HEX_OF_SPAN),
        parent.casefold().zfill(HEX_OF_SPAN) if parent.strip("0") else "",
        said.pop("service.name", ""),
        seen.name,
        said.pop("kind", "internal"),
        _moment(seen.start),
        timedelta(microseconds=int(seen.duration) // 1000),
        failed=said.pop("status", "") == "error",
        status=said.pop("statusMessage", ""),
        environment=said.pop(environment, ""),
        version=said.pop("service.version", ""),
        attributes=said,
    )


def _span(seen: _Span, who: Mapping[str, str], environment: str) -> Span:
    start = _moment(seen.start_time_unix_nano)
    return Span(
        _hex(seen.trace_id, HEX_OF_TRACE),
        _hex(seen.span_id, HEX_OF_SPAN),
        _hex(seen.parent_span_id, HEX_OF_SPAN),
        who.get("service.name", ""),
        seen.name,
        _kind(seen.kind),
        start,
        _moment(seen.end_time_unix_nano) - start,
        failed=seen.status.code in ERRORS,
        status=seen.status.message,
        environment=who.get(environment, ""),
        version=who.get("service.version", ""),
        attributes=_texts(seen.attributes),
        events=tuple(
            Happened(_moment(each.time_unix_nano), each.name, _texts(each.attributes)) for each in seen.events
        ),
    )


def _kind(kind: int | str) -> str:
    if isinstance(kind, int):
        return KINDS[kind] if 0 <= kind < len(KINDS) else "internal"
    word = kind.removeprefix("SPAN_KIND_").casefold()
    return word if word in KINDS else "internal"


def _hex(id: str, length: int) -> str:
    return id.casefold() if len(id) in {0, length} else base64.b64decode(id, validate=True).hex()


def _moment(nanoseconds: int | str) -> datetime:
    return EPOCH + timedelta(microseconds=int(nanoseconds) // 1000)


def _texts(attributes: Iterable[_KeyValue]) -> dict[str, str]:
    return {each.key: _text(each.value) for each in attributes}


def _text(value: Mapping[str, Any]) -> str:
    """Of one kind each: stringValue, intValue, ..."""
    said = next(iter(value.values()), "")
    return said if isinstance(said, str) else msgspec.json.encode(said).decode()
