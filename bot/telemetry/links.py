"""Addresses of the pages about telemetry: absolute in time, so that they show tomorrow what they show today. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from bot.ports.telemetry import LogQuery, RateQuery, SpanQuery, Window


def logs(root: str, query: LogQuery) -> str:
    parts = {
        "service": query.services,
        "environment": query.environment,
        "level": query.level.name.lower() if query.level else "",
        "text": query.text,
        "trace": query.trace_id,
    }
    return f"{root}/telemetry/logs?{written({**window(query.window), **parts})}"


def trace(root: str, trace_id: str) -> str:
    return f"{root}/telemetry/traces/{quote(trace_id, safe='')}"


def spans(root: str, query: SpanQuery) -> str:
    slower = query.slower_than
    parts = {
        "service": query.services,
        "environment": query.environment,
        "name": query.name,
        "all": "" if query.roots_only else "served" if query.served_only else "yes",
        "kind": "failed" if query.failed_only else "slow" if slower is not None else "",
        "ms": "" if slower is None else str(slower // timedelta(milliseconds=1)),
    }
    return f"{root}/telemetry/traces?{written({**window(query.window), **parts})}"


def rates(root: str, query: RateQuery) -> str:
    parts = {**window(query.window), "environment": query.environment}
    return f"{root}/telemetry/services/{quote(query.service, safe='')}?{written(parts)}"


def written(parts: Mapping[str, str | tuple[str, ...]]) -> str:
    """A query string without what is empty."""
    return urlencode({name: value for name, value in parts.items() if value}, doseq=True)


def moment(at: datetime) -> str:
    """As an address has it, to the second where it is one."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def window(window: Window) -> dict[str, str]:
    return {"from": moment(window.start), "to": moment(window.end)}
