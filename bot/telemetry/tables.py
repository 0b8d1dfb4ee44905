"""What is kept of telemetry. A database of its own, which may be thrown away (deploy/docs/adr/0012).

Times and durations are microseconds, times since 1970 in UTC. Ids are the bytes that OTLP has.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    text,
)

VERSION = 1
"""Of these tables. A store that bears another one is emptied when it is opened."""

METADATA = MetaData()
ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the type is called INTEGER."""

FAILED, ROOT, ERRORS, TRACED = text("failed = 1"), text("root = 1"), text("level >= 17"), text("trace_id IS NOT NULL")
"""Conditions of partial indexes. SQLite uses one only where a query has the same words, without a parameter."""

STAMP = Table("telemetry_stamp", METADATA, Column("version", Integer, primary_key=True))

ORIGIN = Table(
    "telemetry_origin",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("service", String, nullable=False),
    Column("environment", String, nullable=False),
    Column("version", String, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    UniqueConstraint("service", "environment", "version"),
)
"""Who sends. since: from when on it has been this version; others of the service that ran beside it do not count."""

VISIT = Table(
    "telemetry_visit",
    METADATA,
    Column("origin", ID, primary_key=True),
    Column("since", BigInteger, primary_key=True),
    Column("last_seen", BigInteger, nullable=False),
)
"""From when until when an origin was there: a version that was rolled back to has been there twice."""

SPAN = Table(
    "telemetry_span",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("origin", Integer, nullable=False),
    Column("trace_id", LargeBinary, nullable=False),
    Column("span_id", LargeBinary, nullable=False),
    Column("parent_id", LargeBinary, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("duration", BigInteger, nullable=False),
    Column("failed", SmallInteger, nullable=False),
    Column("root", SmallInteger, nullable=False),
    Column("status", String, nullable=False),
    Column("attributes", String, nullable=False),
    Column("events", String, nullable=False),
    Index("telemetry_span_trace", "trace_id"),
    Index("telemetry_span_start", "start"),
    Index("telemetry_span_origin", "origin", "start"),
    Index("telemetry_span_failed", "start", sqlite_where=FAILED, postgresql_where=FAILED),
    Index("telemetry_span_root", "start", sqlite_where=ROOT, postgresql_where=ROOT),
)
"""kind: the number of OTLP's SpanKind. attributes, events: JSON."""

LINE = Table(
    "telemetry_line",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("origin", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("message", String, nullable=False),
    Column("folded", String),
    Column("trace_id", LargeBinary),
    Column("span_id", LargeBinary),
    Column("attributes", String, nullable=False),
    Index("telemetry_line_at", "at"),
    Index("telemetry_line_origin", "origin", "at"),
    Index("telemetry_line_trace", "trace_id", sqlite_where=TRACED, postgresql_where=TRACED),
    Index("telemetry_line_errors", "at", sqlite_where=ERRORS, postgresql_where=ERRORS),
)
"""folded: the message without letter case, where that is more than what SQL's lower() does: outside ASCII."""

RATE = Table(
    "telemetry_rate",
    METADATA,
    Column("origin", Integer, primary_key=True),
    Column("source", SmallInteger, primary_key=True),
    Column("slot", BigInteger, primary_key=True),
    Column("bucket", SmallInteger, primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("errors", BigInteger, nullable=False),
    Index("telemetry_rate_slot", "slot"),
)
"""Requests served, by the slot in which they ended and the bucket of how long they took (durations.py)."""

STREAM = Table(
    "telemetry_stream",
    METADATA,
    Column("key", LargeBinary, primary_key=True),
    Column("start", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("counts", String, nullable=False),
)
"""The latest point of a histogram that counts from a beginning on, so that the next one tells what came since."""

VOLUME = Table(
    "telemetry_volume",
    METADATA,
    Column("slot", BigInteger, primary_key=True),
    Column("size", BigInteger, nullable=False),
)
"""About how many bytes are kept of each minute."""

SERIES = Table(
    "telemetry_series",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("origin", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("state", String, nullable=False),
    Column("unit", String, nullable=False),
    UniqueConstraint("origin", "name", "state"),
)
"""Of what resources it is told how much is used (resources.py)."""

AMOUNT = Table(
    "telemetry_amount",
    METADATA,
    Column("series", Integer, primary_key=True),
    Column("slot", BigInteger, primary_key=True),
    Column("total", Float, nullable=False),
    Column("points", Integer, nullable=False),
    Index("telemetry_amount_slot", "slot"),
)
"""Of all points of the slot, whichever instance they are of: the sum, and how many there are."""

COUNTER = Table(
    "telemetry_counter",
    METADATA,
    Column("key", LargeBinary, primary_key=True),
    Column("start", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("value", Float, nullable=False),
)
"""The latest point of each part of what counts from a beginning on, so that the next one tells how quickly it grows."""
