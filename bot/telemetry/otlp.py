"""OTLP over HTTP as bytes: what is asked and what is answered, in protobuf or JSON. Pure.

Source: opentelemetry.io, OTLP specification 1.7, *OTLP/HTTP*. In JSON ids are hex, where protobuf's own mapping has
base64.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections import Counter
from enum import StrEnum
from typing import Any, Final, TypeVar, cast

import msgspec
from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsPartialSuccess,
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsPartialSuccess,
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from bot.telemetry import histograms, lines, spans, wire
from bot.telemetry.values import Limits, Malformed, Parcel, Signal, TooLarge, Unreadable

M = TypeVar("M", bound=Message)


class Form(StrEnum):
    PROTOBUF = "application/x-protobuf"
    JSON = "application/json"


GZIP_OR_ZLIB: Final = 47
"""zlib.decompressobj: either, by what it begins with."""
IDS = frozenset({"traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id"})


def form_of(content_type: str) -> Form:
    """Raises Unreadable."""
    try:
        return Form(content_type.partition(";")[0].strip().casefold())
    except ValueError:
        raise Unreadable(
            f"Content-Type {content_type[:60] or 'is missing'}: send {Form.PROTOBUF} or {Form.JSON}."
        ) from None


def unpacked(body: bytes, encoding: str, limits: Limits) -> bytes:
    """Raises TooLarge before it has more than that in memory, Malformed, Unreadable."""
    encoding = encoding.strip().casefold()
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "deflate"):
        raise Unreadable(f"Content-Encoding {encoding[:40]}: send gzip, deflate or nothing compressed.")
    unpacking = zlib.decompressobj(GZIP_OR_ZLIB)
    try:
        plain = unpacking.decompress(body, limits.unpacked + 1)
    except zlib.error as error:
        raise Malformed(f"The body is no {encoding}: {error}.") from None
    if len(plain) > limits.unpacked:
        raise TooLarge(f"Decompressed it has more than {limits.unpacked:,} bytes. Send smaller batches.")
    if not unpacking.eof:
        raise Malformed(f"The body ends in the middle of its {encoding}.")
    return plain


def read(signal: Signal, form: Form, body: bytes, now: int, limits: Limits) -> Parcel:
    """now: microseconds. However little a request says in many bytes, it takes a bounded room in memory.

    Raises Malformed, TooLarge.
    """
    if form is Form.JSON:
        _check_json(body, limits)
    if form is Form.JSON or len(body) <= wire.PART:
        return _taken_apart(signal, form, body, now, limits)
    parcel = Parcel()
    for part in wire.parts(body, limits, parcel.refused):
        found = _taken_apart(signal, form, part, now, limits)
        parcel.groups += found.groups
        parcel.refused += found.refused
        if parcel.items > limits.items:
            raise TooLarge(f"The request has more than {limits.items:,} items. Send smaller batches.")
    return parcel


def _taken_apart(signal: Signal, form: Form, body: bytes, now: int, limits: Limits) -> Parcel:
    if signal is Signal.TRACES:
        traces = _filled(ExportTraceServiceRequest(), form, body)
        _check_resources(len(traces.resource_spans), limits)
        return spans.taken_apart(traces, now, limits)
    if signal is Signal.LOGS:
        logs = _filled(ExportLogsServiceRequest(), form, body)
        _check_resources(len(logs.resource_logs), limits)
        return lines.taken_apart(logs, now, limits)
    metrics = _filled(ExportMetricsServiceRequest(), form, body)
    _check_resources(len(metrics.resource_metrics), limits)
    return histograms.taken_apart(metrics, now, limits)


def _check_json(body: bytes, limits: Limits) -> None:
    """Three bytes are an object of it, and become three of ours."""
    if len(body) > limits.json:
        raise TooLarge(f"In JSON a request has {limits.json:,} bytes at most. Send smaller batches, or protobuf.")
    if body.count(b"{") + body.count(b"[") > limits.values:
        raise TooLarge(f"The request has more than {limits.values:,} objects and lists. Send smaller batches.")


def _check_resources(count: int, limits: Limits) -> None:
    """Two bytes are a resource: a small request could fill the memory with them."""
    if count > limits.resources:
        raise TooLarge(f"The request has {count:,} resources, of {limits.resources:,} at most. Send smaller batches.")


def _filled(message: M, form: Form, body: bytes) -> M:
    try:
        if form is Form.PROTOBUF:
            message.ParseFromString(body)
        else:
            found = msgspec.json.decode(body, type=dict[str, Any])
            json_format.ParseDict(_with_base64(found), message, ignore_unknown_fields=True)
    except (DecodeError, json_format.ParseError, msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Malformed(f"This is no OTLP request in {form}: {str(error)[:200]}.") from None
    return message


def _with_base64(found: Any) -> Any:
    if isinstance(found, dict):
        return {
            name: _base64(name, value) if name in IDS and isinstance(value, str) else _with_base64(value)
            for name, value in cast("dict[str, Any]", found).items()
        }
    return [_with_base64(each) for each in cast("list[Any]", found)] if isinstance(found, list) else found


def _base64(name: str, value: str) -> str:
    try:
        return base64.b64encode(bytes.fromhex(value)).decode()
    except (ValueError, binascii.Error):
        raise Malformed(f"{name} is no hex: {value[:40]!r}.") from None


def answer(signal: Signal, form: Form, refused: Counter[str]) -> bytes:
    """Everything was taken, or all but these."""
    message = _answer(signal, refused.total(), "; ".join(f"{count} {why}" for why, count in refused.items()))
    return _written(message, form)


def _answer(signal: Signal, refused: int, why: str) -> Message:
    if signal is Signal.TRACES:
        said = ExportTracePartialSuccess(rejected_spans=refused, error_message=why)
        return ExportTraceServiceResponse(partial_success=said if refused else None)
    if signal is Signal.LOGS:
        said = ExportLogsPartialSuccess(rejected_log_records=refused, error_message=why)
        return ExportLogsServiceResponse(partial_success=said if refused else None)
    said = ExportMetricsPartialSuccess(rejected_data_points=refused, error_message=why)
    return ExportMetricsServiceResponse(partial_success=said if refused else None)


def refusal(form: Form, sentence: str) -> bytes:
    """OTLP's Status. The code stays empty: the HTTP status says it."""
    return _written(Status(message=sentence), form)


def _written(message: Message, form: Form) -> bytes:
    return message.SerializeToString() if form is Form.PROTOBUF else json_format.MessageToJson(message).encode()
