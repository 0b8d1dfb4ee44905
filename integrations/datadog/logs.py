"""Logs (docs.datadoghq.com/api/latest/logs): a flat body, unlike that of spans."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from bot.ports.telemetry import Found, Level, LogLine, LogQuery
from integrations.datadog.pages import collected, milliseconds, page_size, within
from integrations.datadog.shapes import Events, LogSeen, flat
from integrations.datadog.syntax import STATUSES, is_trace_id, log_search
from integrations.kit.source import Source

LEVELS = {word: level for level, words in STATUSES.items() for word in words} | {
    "emerg": Level.FATAL,
    "err": Level.ERROR,
    "trace": Level.TRACE,
}
TRACE_IDS = ("otel.trace_id", "trace_id", "dd.trace_id")
SPAN_IDS = ("otel.span_id", "span_id", "dd.span_id")
WHAT = "logs"


class DatadogLogs:
    """Implements LogSource. pages: the address at which people look at Datadog. environment_tag: its name."""

    def __init__(self, api: Source, *, pages: str, environment_tag: str = "env") -> None:
        self._api, self._pages, self._tag = api, pages, environment_tag

    async def logs(self, query: LogQuery) -> Found[LogLine]:
        """A text is looked for in at most 5,000 lines that hold its words: `more` says when there were more."""
        if query.trace_id and not is_trace_id(query.trace_id):
            return Found(())
        body = {
            "filter": {"query": log_search(query, self._tag), **within(query.window)},
            "options": {"timezone": "UTC"},
            "sort": "-timestamp" if query.newest_first else "timestamp",
        }
        size, text = page_size(query.limit, sifted=bool(query.text)), query.text.casefold()

        async def page(cursor: str) -> Events[LogSeen]:
            asked: dict[str, Any] = {**body, "page": {"limit": size, **({"cursor": cursor} if cursor else {})}}
            return await self._api.search("/api/v2/logs/events/search", WHAT, Events[LogSeen], json=asked)

        def read(seen: LogSeen) -> LogLine | None:
            fits = query.window.start <= seen.timestamp < query.window.end and text in (seen.message or "").casefold()
            return _line(seen, query.trace_id) if fits else None

        return await collected(page, read, query.limit)

    def logs_link(self, query: LogQuery) -> str:
        """`live=false`: or the page moves on with the clock."""
        parts = {
            "query": log_search(query, self._tag),
            "from_ts": milliseconds(query.window.start),
            "to_ts": milliseconds(query.window.end),
            "live": "false",
        }
        return f"{self._pages}/logs?{urlencode(parts)}"


def _line(seen: LogSeen, asked_trace: str) -> LogLine:
    said = flat(seen.attributes or {})
    trace_id = next((said[name] for name in TRACE_IDS if said.get(name)), "")
    span_id = next((said[name] for name in SPAN_IDS if said.get(name)), "")
    return LogLine(
        seen.timestamp,
        seen.service or "",
        LEVELS.get((seen.status or "info").casefold(), Level.INFO),
        seen.message or "",
        asked_trace or hex_id(trace_id, 32),
        hex_id(span_id, 16),
        {name: value for name, value in said.items() if name not in {*TRACE_IDS, *SPAN_IDS}},
    )


def hex_id(text: str, length: int) -> str:
    """From hex, or from the decimal of 64 bits that Datadog's own libraries write; no parent is "0" there."""
    if len(text) != length and text.isascii() and text.isdigit():
        return f"{int(text):0{length}x}" if int(text) else ""
    return text.casefold()
