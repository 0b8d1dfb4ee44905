"""Logs from Loki (grafana.com/docs/loki, HTTP API: query_range), as services send them over OTLP.

Labels are those that Loki makes of OpenTelemetry's attributes; everything else of a line is structured metadata.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
from pydantic import SecretStr

from bot.ports.telemetry import Found, Level, LogLine, LogQuery
from integrations.kit.credentials import signed
from integrations.kit.grafana import Explore
from integrations.kit.queries import any_of, literal
from integrations.kit.source import Source

REMEDY = "Check SIGNALBOX_LOKI_URL, SIGNALBOX_LOKI_TOKEN and SIGNALBOX_LOKI_TENANT."
MOST = 4999
"""Loki gives 5,000 lines unless it is told otherwise (limits_config: max_entries_limit_per_query)."""

WORDS = {
    Level.FATAL: ("fatal", "critical"),
    Level.ERROR: ("error", "err"),
    Level.WARN: ("warn", "warning"),
    Level.INFO: ("info", "information"),
    Level.DEBUG: ("debug",),
    Level.TRACE: ("trace",),
}
LEVELS = {word: level for level, words in WORDS.items() for word in words}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
WHAT = "logs"


class _Stream(msgspec.Struct, frozen=True):
    """values: time in nanoseconds as text, the line, and perhaps more of it."""

    stream: dict[str, str]
    values: list[list[object]]


class _Streams(msgspec.Struct, frozen=True):
    result: list[_Stream]


class _Answer(msgspec.Struct, frozen=True):
    data: _Streams


class LokiLogs:
    """Implements LogSource. user: with the token as password, where that is asked for. tenant: X-Scope-OrgID, where
    several share one Loki. explore: where links lead.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        base_url: str,
        user: str = "",
        token: SecretStr | None = None,
        tenant: str = "",
        explore: Explore | None = None,
        service_label: str = "service_name",
        environment_label: str = "deployment_environment_name",
        level_label: str = "detected_level",
    ) -> None:
        credentials = {**signed(user, token), **({"X-Scope-OrgID": tenant} if tenant else {})}
        self._api = Source(http, name="Loki", base_url=base_url, credentials=credentials, remedy=REMEDY)
        self._explore, self._service, self._environment = explore, service_label, environment_label
        self._level = level_label

    async def logs(self, query: LogQuery) -> Found[LogLine]:
        """At most 4,999 lines."""
        limit = min(query.limit, MOST)
        asked: dict[str, str | int] = {
            "query": self._search(query),
            "start": _nanoseconds(query.window.start),
            "end": _nanoseconds(query.window.end),
            "limit": limit + 1,
            "direction": "backward" if query.newest_first else "forward",
        }
        seen = await self._api.fetch("/loki/api/v1/query_range", WHAT, _Answer, asked)
        found = [self._line(each.stream, value) for each in seen.data.result for value in each.values]
        found.sort(key=lambda line: line.at, reverse=query.newest_first)
        return Found(tuple(found[:limit]), more=len(found) > limit)

    def logs_link(self, query: LogQuery) -> str:
        if self._explore is None:
            return ""
        return self._explore.link("loki", {"expr": self._search(query)}, query.window)

    def _search(self, query: LogQuery) -> str:
        """Loki asks for at least one label that is not empty."""
        matchers = [f"{self._service}=~{any_of(query.services) if query.services else literal('.+')}"]
        if query.environment:
            matchers.append(f"{self._environment}={literal(query.environment)}")
        stages = [f"{{{', '.join(matchers)}}}"]
        if query.text:
            stages.append(f"|~ {any_of([query.text], before='(?i)')}")
        if query.level and query.level > Level.TRACE:
            worse = [word for level, words in WORDS.items() if level >= query.level for word in words]
            stages.append(f"| {self._level} =~ {any_of(worse, before='(?i)')}")
        if query.trace_id:
            stages.append(f"| trace_id = {literal(query.trace_id)}")
        return " ".join(stages)

    def _line(self, labels: Mapping[str, str], value: Sequence[object]) -> LogLine:
        at, text = (value[0], value[1]) if len(value) > 1 else ("", "")
        if not isinstance(at, str) or not at.isascii() or not at.isdigit() or not isinstance(text, str):
            raise self._api.malformed(WHAT, "a line has no time")
        level = LEVELS.get(labels.get(self._level, "").casefold(), Level.INFO)
        known = {self._service, self._environment, self._level, "trace_id", "span_id"}
        return LogLine(
            EPOCH + timedelta(microseconds=int(at) // 1000),
            labels.get(self._service, ""),
            level,
            text,
            labels.get("trace_id", ""),
            labels.get("span_id", ""),
            {name: value for name, value in labels.items() if name not in known},
        )


def _nanoseconds(at: datetime) -> str:
    return f"{(at - EPOCH) // MICROSECOND}000"
