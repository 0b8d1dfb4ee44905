"""Queries made of data (docs.datadoghq.com/logs/explorer/search_syntax, /metrics/advanced-filtering). Pure.

Whatever a name or text holds, it stays one value: quoted in a search, normalized in a metric's scope, which knows no
quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.ports.telemetry import Level, LogQuery, SpanQuery

STATUSES = {
    Level.FATAL: ("emergency", "alert", "critical", "fatal"),
    Level.ERROR: ("error",),
    Level.WARN: ("warn", "warning"),
    Level.INFO: ("notice", "info", "ok"),
    Level.DEBUG: ("debug",),
}
TRACE_OF_A_LINE = ("trace_id", "@trace_id", "@otel.trace_id", "@dd.trace_id")
LONGEST_TAG = 200
_TRACE_ID = re.compile(r"[0-9a-f]{32}")
_WORD = re.compile(r"[^\W_]+")


def quoted(text: str) -> str:
    plain = " ".join(text.split())
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def one_of(name: str, values: Iterable[str]) -> str:
    return f"{name}:({' OR '.join(map(quoted, values))})"


def tag(text: str) -> str:
    """A tag's value as Datadog keeps it: lower case, and `_` for what no tag may hold (docs, Getting started: tags)."""
    kept = "".join(char if char.isalnum() or char in "_-:./" else "_" for char in text.casefold())
    return re.sub(r"_+", "_", kept)[:LONGEST_TAG].rstrip("_") or "_"


def is_trace_id(text: str) -> bool:
    return _TRACE_ID.fullmatch(text) is not None


def log_search(query: LogQuery, environment_tag: str) -> str:
    """Finds every line that fits and perhaps more: a search knows words, and `text` is any part of a message."""
    parts = _common(query.services, query.environment, environment_tag)
    if query.level and query.level > Level.TRACE:
        words = [word for level, words in STATUSES.items() if level >= query.level for word in words]
        parts.append(one_of("status", words))
    if query.trace_id:
        parts.append(f"({' OR '.join(f'{name}:{id}' for name in TRACE_OF_A_LINE for id in _names_of(query.trace_id))})")
    parts += [f"*{word}*" for word in _WORD.findall(query.text)]
    return " ".join(parts) or "*"


def span_search(query: SpanQuery, environment_tag: str) -> str:
    parts = _common(query.services, query.environment, environment_tag)
    if query.name:
        parts.append(f"resource_name:{quoted(query.name)}")
    if query.failed_only:
        parts.append("status:error")
    if query.roots_only:
        parts.append("@_trace_root:1")
    if query.served_only:
        parts.append("@span.kind:server")
    if query.slower_than is not None:
        parts.append(f"@duration:>={round(query.slower_than.total_seconds() * 1e9)}")
    return " ".join(parts) or "*"


def trace_search(trace_id: str) -> str:
    return f"trace_id:({' OR '.join(_names_of(trace_id))})"


def scope(service: str, environment: str, environment_tag: str) -> str:
    """Of a metric."""
    tags = [f"service:{tag(service)}", *([f"{environment_tag}:{tag(environment)}"] if environment else [])]
    return f"{{{','.join(tags)}}}"


def _common(services: tuple[str, ...], environment: str, environment_tag: str) -> list[str]:
    return [
        *([one_of("service", services)] if services else []),
        *([f"{environment_tag}:{quoted(tag(environment))}"] if environment else []),
    ]


def _names_of(trace_id: str) -> tuple[str, str]:
    """Its 128 bits in hex, and the lower half in decimal, as Datadog's own libraries name a trace."""
    return trace_id, str(int(trace_id[16:], 16))
