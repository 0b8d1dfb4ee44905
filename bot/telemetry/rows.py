"""Rows of the tables as the ports' values, without secrets. Pure.

bare: without attributes and events.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from bot.ports.telemetry import Attributes, Happened, Level, LogLine, Span, no_attributes
from bot.redaction import redact, redact_value
from bot.telemetry.moments import US, from_us
from bot.telemetry.spans import KINDS


def line(row: Mapping[str, Any], *, bare: bool = False) -> LogLine:
    return LogLine(
        from_us(row["at"]),
        row["service"],
        Level(row["level"]),
        redact(row["message"]),
        (row["trace_id"] or b"").hex(),
        (row["span_id"] or b"").hex(),
        no_attributes() if bare else _attributes(row["attributes"]),
    )


def span(row: Mapping[str, Any], *, bare: bool = False) -> Span:
    return Span(
        row["trace_id"].hex(),
        row["span_id"].hex(),
        row["parent_id"].hex(),
        row["service"],
        _named(row["name"]),
        KINDS.get(row["kind"], "internal"),
        from_us(row["start"]),
        row["duration"] * US,
        bool(row["failed"]),
        redact(row["status"]) if row["status"] else "",
        row["environment"],
        row["version"],
        no_attributes() if bare else _attributes(row["attributes"]),
        () if bare else _events(row["events"]),
    )


@lru_cache(maxsize=4_096)
def _named(name: str) -> str:
    """What is asked for is the same again and again."""
    return redact(name)


def _attributes(text: str) -> Attributes:
    return redact_value(msgspec.json.decode(text, type=dict[str, str])) if text else no_attributes()


def _events(text: str) -> tuple[Happened, ...]:
    found = msgspec.json.decode(text, type=list[tuple[int, str, dict[str, str]]]) if text else []
    return tuple(Happened(from_us(at), redact(name), redact_value(attributes)) for at, name, attributes in found)
