"""Spans of OTLP as rows, and the requests they served. Pure."""

from __future__ import annotations

from itertools import chain, islice

import msgspec
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1 import trace_pb2 as otlp

from bot.telemetry.attributes import clean, origin_of, packed, text_of, texts
from bot.telemetry.durations import bucket_of, slot_of
from bot.telemetry.values import Counted, Group, Limits, Parcel, Row, Source

TRACE_ID, SPAN_ID = 16, 8
"""Bytes."""
NOBODY = bytes(TRACE_ID)
SERVER = otlp.Span.SPAN_KIND_SERVER
KINDS = {1: "internal", SERVER: "server", 3: "client", 4: "producer", 5: "consumer"}
OVERHEAD = 190
"""Bytes that a row takes beside its texts, its indexes included (measured with SQLite)."""

_STATUS_CODES = ("http.response.status_code", "http.status_code")
_FAULT = 500
_encode = msgspec.json.Encoder().encode


def taken_apart(request: ExportTraceServiceRequest, now: int, limits: Limits) -> Parcel:
    """now: microseconds."""
    parcel = Parcel()
    for sent in request.resource_spans:
        group = Group(origin_of(sent.resource, limits))
        for span in chain.from_iterable(scope.spans for scope in sent.scope_spans):
            if wrong := _wrong(span, now, limits):
                parcel.refused[wrong] += 1
            else:
                _add(group, span, limits)
        parcel.groups.append(group)
    return parcel


def _wrong(span: otlp.Span, now: int, limits: Limits) -> str:
    if len(span.trace_id) != TRACE_ID or span.trace_id == NOBODY:
        return "without a trace id of 16 bytes"
    if len(span.span_id) != SPAN_ID:
        return "without a span id of 8 bytes"
    return wrong_time(span.start_time_unix_nano // 1000, now, limits)


def wrong_time(at: int, now: int, limits: Limits) -> str:
    """Why an item of that time is not taken; empty when it is."""
    if at > now + limits.ahead:
        return "from the future: is the sender's clock right?"
    return "older than what is kept" if at < now - limits.age else ""


def _add(group: Group, span: otlp.Span, limits: Limits) -> None:
    start = span.start_time_unix_nano // 1000
    duration = max(span.end_time_unix_nano // 1000 - start, 0)
    attributes = texts(span.attributes, limits)
    failed = span.status.code == otlp.Status.STATUS_CODE_ERROR
    if span.kind == SERVER:
        failed = failed or _server_fault(attributes)
        _count(group, start + duration, duration, failed=failed)
    row: Row = {
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "parent_id": span.parent_span_id,
        "name": clean(span.name, limits.name),
        "kind": span.kind if span.kind in KINDS else 0,
        "start": start,
        "duration": duration,
        "failed": int(failed),
        "root": int(not span.parent_span_id),
        "status": clean(span.status.message, limits.value),
        "attributes": packed(attributes),
        "events": _encode(_events(span, limits)).decode() if span.events else "",
    }
    group.spans.append(row)
    group.size += OVERHEAD + len(row["name"]) + len(row["status"]) + len(row["attributes"]) + len(row["events"])


def _server_fault(attributes: dict[str, str]) -> bool:
    """A server that answers with 5xx has failed, whatever its instrumentation forgot to say."""
    code = next((attributes[name] for name in _STATUS_CODES if name in attributes), "")
    return code.isascii() and code.isdigit() and int(code) >= _FAULT


def _count(group: Group, ended: int, duration: int, *, failed: bool) -> None:
    counted = Counted(Source.SPANS, slot_of(ended), bucket_of(duration))
    group.requests[counted] += 1
    if failed:
        group.errors[counted] += 1


def _events(span: otlp.Span, limits: Limits) -> list[tuple[int, str, dict[str, str]]]:
    """A stack trace may be longer than other values."""
    return [
        (
            event.time_unix_nano // 1000,
            event.name[: limits.name],
            {
                each.key[: limits.name]: text_of(each.value)[: limits.text]
                for each in islice(event.attributes, limits.attributes)
            },
        )
        for event in islice(span.events, limits.events)
    ]
