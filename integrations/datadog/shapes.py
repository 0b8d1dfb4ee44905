"""What Datadog answers, as far as it is read (docs.datadoghq.com/api/latest)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

A = TypeVar("A")


class Cursor(msgspec.Struct, frozen=True):
    after: str | None = None


class Meta(msgspec.Struct, frozen=True):
    """status: done, or timeout when the answer is only a part."""

    page: Cursor | None = None
    status: str = "done"


class Event(msgspec.Struct, Generic[A], frozen=True):
    attributes: A


class Events(msgspec.Struct, Generic[A], frozen=True):
    """One page of a search."""

    data: list[Event[A]] | None = None
    meta: Meta = Meta()

    @property
    def after(self) -> str:
        return (self.meta.page.after if self.meta.page else None) or ""


class LogSeen(msgspec.Struct, frozen=True):
    timestamp: datetime
    service: str | None = None
    status: str | None = None
    message: str | None = None
    attributes: dict[str, Any] | None = None


class SpanSeen(msgspec.Struct, frozen=True):
    """custom: attributes of the span, nested by their dots. Ids are hex or decimal."""

    trace_id: str
    span_id: str
    start_timestamp: datetime
    end_timestamp: datetime
    parent_id: str | None = None
    service: str | None = None
    env: str | None = None
    resource_name: str | None = None
    operation_name: str | None = None
    type: str | None = None
    status: str | None = None
    tags: list[str] | None = None
    attributes: dict[str, Any] | None = None
    custom: dict[str, Any] | None = None


class Unit(msgspec.Struct, frozen=True):
    """scale_factor: of the family's base, seconds for time."""

    family: str = ""
    scale_factor: float = 1.0


class Series(msgspec.Struct, frozen=True):
    query_index: int = 0
    unit: list[Unit | None] | None = None


class Timeseries(msgspec.Struct, frozen=True):
    """times: milliseconds; values: one row for each series, one value or None for each time."""

    series: list[Series] = msgspec.field(default_factory=list)
    times: list[int] = msgspec.field(default_factory=list)
    values: list[list[float | None]] = msgspec.field(default_factory=list)


class TimeseriesAnswer(msgspec.Struct, frozen=True):
    data: Event[Timeseries]
    errors: str | None = None


def flat(nested: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """Names with dots, values as text."""
    found: dict[str, str] = {}
    for name, value in nested.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{before}{name}.")
        elif value is not None:
            found[f"{before}{name}"] = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return found
