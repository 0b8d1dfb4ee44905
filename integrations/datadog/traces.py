"""Spans (docs.datadoghq.com/api/latest/spans): a body wrapped as JSON:API, unlike that of logs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from bot.ports.telemetry import Found, Happened, Span, SpanQuery, Window
from integrations.datadog.logs import hex_id
from integrations.datadog.pages import LARGEST_PAGE, PAGES, collected, milliseconds, page_size, within
from integrations.datadog.shapes import Events, SpanSeen, flat
from integrations.datadog.syntax import is_trace_id, span_search, trace_search
from integrations.kit.source import Source

KINDS = {"web": "server", "rpc": "server", "http": "client", "sql": "client", "db": "client", "cache": "client"}
"""By a span's type, where its kind is not told."""

ALL_OF_A_TRACE: Final = LARGEST_PAGE * PAGES
WHAT = "spans"


class _Event(msgspec.Struct, frozen=True):
    name: str = ""
    time_unix_nano: int = 0
    attributes: dict[str, Any] | None = None


class DatadogTraces:
    """Implements TraceSource. pages: the address at which people look at Datadog. environment_tag: its name."""

    def __init__(self, api: Source, *, pages: str, environment_tag: str = "env") -> None:
        self._api, self._pages, self._tag = api, pages, environment_tag

    async def trace(self, trace_id: str, around: Window) -> tuple[Span, ...]:
        """At most 5,000 spans, the earliest."""
        if not is_trace_id(trace_id):
            return ()
        found = await self._found(trace_search(trace_id), around, ALL_OF_A_TRACE, sort="timestamp")
        return tuple(sorted(found.items, key=lambda span: span.start))

    async def spans(self, query: SpanQuery) -> Found[Span]:
        return await self._found(span_search(query, self._tag), query.window, query.limit, sort="-timestamp")

    def trace_link(self, trace_id: str, at: datetime) -> str:
        """timeHint: or Datadog looks for it in the last days only."""
        return f"{self._pages}/apm/trace/{trace_id}?{urlencode({'timeHint': milliseconds(at)})}"

    def spans_link(self, query: SpanQuery) -> str:
        """`paused`: or the page moves on with the clock."""
        parts = {
            "query": span_search(query, self._tag),
            "start": milliseconds(query.window.start),
            "end": milliseconds(query.window.end),
            "paused": "true",
        }
        return f"{self._pages}/apm/traces?{urlencode(parts)}"

    async def _found(self, search: str, window: Window, limit: int, *, sort: str) -> Found[Span]:
        filter = {"query": search, **within(window)}

        async def page(cursor: str) -> Events[SpanSeen]:
            wanted = {"limit": page_size(limit), **({"cursor": cursor} if cursor else {})}
            attributes = {"filter": filter, "options": {"timezone": "UTC"}, "page": wanted, "sort": sort}
            body = {"data": {"type": "search_request", "attributes": attributes}}
            return await self._api.search("/api/v2/spans/events/search", WHAT, Events[SpanSeen], json=body)

        def read(seen: SpanSeen) -> Span | None:
            return _span(seen) if window.start <= seen.start_timestamp < window.end else None

        return await collected(page, read, limit)


def _span(seen: SpanSeen) -> Span:
    said = flat({**(seen.attributes or {}), **(seen.custom or {})})
    tags = {name: value for name, _, value in (each.partition(":") for each in seen.tags or ())}
    duration = said.pop("duration", "")
    return Span(
        hex_id(seen.trace_id, 32),
        hex_id(seen.span_id, 16),
        hex_id(seen.parent_id or "0", 16),
        seen.service or "",
        seen.resource_name or seen.operation_name or "",
        said.get("span.kind") or KINDS.get(seen.type or "", "internal"),
        seen.start_timestamp,
        timedelta(microseconds=int(duration) / 1000)
        if duration.isdigit()
        else seen.end_timestamp - seen.start_timestamp,
        failed=(seen.status or said.get("status")) == "error",
        status=said.get("otel.status_description") or said.get("error.message", ""),
        environment=seen.env or tags.get("env", ""),
        version=said.get("version") or tags.get("version", ""),
        events=_events(said.pop("events", ""), said, seen.end_timestamp),
        attributes=said,
    )


def _events(listed: str, said: dict[str, str], ended: datetime) -> tuple[Happened, ...]:
    """As OpenTelemetry's exporter lists them; else the error that Datadog's own libraries note at the span."""
    try:
        found = msgspec.json.decode(listed or "[]", type=list[_Event])
    except msgspec.DecodeError:
        found = []
    if found:
        return tuple(Happened(_moment(each.time_unix_nano), each.name, flat(each.attributes or {})) for each in found)
    noted = {
        f"exception.{name}": said[f"error.{name}"] for name in ("type", "message", "stack") if f"error.{name}" in said
    }
    return (Happened(ended, "exception", noted),) if noted else ()


def _moment(nanoseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=nanoseconds / 1000)
