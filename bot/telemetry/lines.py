"""Log records of OTLP as rows. Pure."""

from __future__ import annotations

from itertools import chain

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from bot.ports.telemetry import Level
from bot.telemetry.attributes import clean, origin_of, packed, text_of, texts
from bot.telemetry.spans import NOBODY, SPAN_ID, TRACE_ID, wrong_time
from bot.telemetry.values import Group, Limits, Parcel, Row

OVERHEAD = 130
"""Bytes that a row takes beside its texts, its indexes included (measured with SQLite)."""

_WORDS = {"WARNING": Level.WARN, "CRITICAL": Level.FATAL, **{level.name: level for level in Level}}
_PER_LEVEL = 4
"""SeverityNumber has four steps within each level."""


def taken_apart(request: ExportLogsServiceRequest, now: int, limits: Limits) -> Parcel:
    """now: microseconds."""
    parcel = Parcel()
    for sent in request.resource_logs:
        group = Group(origin_of(sent.resource, limits))
        for record in chain.from_iterable(scope.log_records for scope in sent.scope_logs):
            at = (record.time_unix_nano or record.observed_time_unix_nano) // 1000 or now
            if wrong := wrong_time(at, now, limits):
                parcel.refused[wrong] += 1
            else:
                _add(group, record, at, limits)
        parcel.groups.append(group)
    return parcel


def _add(group: Group, record: LogRecord, at: int, limits: Limits) -> None:
    message = clean(text_of(record.body), limits.text)
    traced = len(record.trace_id) == TRACE_ID and record.trace_id != NOBODY
    row: Row = {
        "at": at,
        "level": level_of(record.severity_number, record.severity_text),
        "message": message,
        "folded": folded(message),
        "trace_id": record.trace_id if traced else None,
        "span_id": record.span_id if traced and len(record.span_id) == SPAN_ID else None,
        "attributes": packed(texts(record.attributes, limits)),
    }
    group.lines.append(row)
    group.size += OVERHEAD + len(message) + len(row["folded"] or "") + len(row["attributes"])


def level_of(number: int, word: str) -> Level:
    """Of a SeverityNumber; of the sender's own word for it where there is none."""
    if Level.TRACE <= number < Level.FATAL + _PER_LEVEL:
        return Level(number - (number - 1) % _PER_LEVEL)
    return _WORDS.get(word.upper(), Level.INFO)


def folded(message: str) -> str | None:
    return None if message.isascii() else message.casefold()
