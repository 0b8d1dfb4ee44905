"""Traces from Tempo (grafana.com/docs/tempo, HTTP API): one by its id as OTLP/JSON, and searches in TraceQL."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta

import httpx
from pydantic import SecretStr

from bot.errors import NotFound
from bot.ports.telemetry import Found, Span, SpanQuery, Window
from integrations.kit.credentials import signed
from integrations.kit.grafana import Explore
from integrations.kit.queries import literal
from integrations.kit.source import Source
from integrations.tempo.otlp import Searched, TraceSeen, found_span, spans_of

REMEDY = "Check SIGNALBOX_TEMPO_URL, SIGNALBOX_TEMPO_TOKEN and SIGNALBOX_TEMPO_TENANT."
PER_TRACE = 100
"""Spans that a search gives of one trace; Tempo gives no more (query_frontend: max_spans_per_span_set)."""

AT_ONCE = 500
"""Traces of one answer when many are read: an answer is in memory as a whole, and each may have a hundred spans."""

WIDTH = timedelta(minutes=15)
MICROSECOND = timedelta(microseconds=1)
TRACE_ID = re.compile(r"[0-9a-f]{32}")
SELECTED = "status, statusMessage, kind, span:parentID, resource.service.name, resource.service.version"
WHAT = "traces"


class TempoTraces:
    """Implements TraceSource. user: with the token as password, where that is asked for. tenant: X-Scope-OrgID, where
    several share one Tempo. explore: where links lead.

    environment: the attribute of a resource that names it.
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
        environment: str = "deployment.environment.name",
    ) -> None:
        credentials = {**signed(user, token), **({"X-Scope-OrgID": tenant} if tenant else {})}
        self._api = Source(http, name="Tempo", base_url=base_url, credentials=credentials, remedy=REMEDY)
        self._explore, self._environment = explore, environment

    async def trace(self, trace_id: str, around: Window) -> tuple[Span, ...]:
        if not TRACE_ID.fullmatch(trace_id):
            return ()
        try:
            seen = await self._api.read(f"/api/traces/{trace_id}", WHAT, TraceSeen, _seconds(around))
        except NotFound:
            return ()
        try:
            found = spans_of(seen, self._environment)
        except (ValueError, OverflowError) as error:
            raise self._api.malformed(WHAT, str(error)) from error
        return tuple(sorted(found, key=lambda span: span.start))

    async def spans(self, query: SpanQuery) -> Found[Span]:
        """Those of one trace beyond its first 100 are not found: `more` says so."""
        traces = min(query.limit, AT_ONCE) if query.bare else query.limit
        asked = {
            **_seconds(query.window),
            "q": self._search(query),
            "limit": traces + 1,
            "spss": PER_TRACE,
        }
        seen = await self._api.fetch("/api/search", WHAT, Searched, asked)
        try:
            found = [
                found_span(trace.trace_id, each, self._environment)
                for trace in seen.traces[:traces]
                for each in trace.spans()
            ]
        except (ValueError, OverflowError) as error:
            raise self._api.malformed(WHAT, str(error)) from error
        fitting = [span for span in found if query.window.start <= span.start < query.window.end]
        fitting.sort(key=lambda span: span.start, reverse=True)
        cut = len(seen.traces) > traces or any(trace.is_cut() for trace in seen.traces)
        return Found(tuple(fitting[: query.limit]), more=cut or len(fitting) > query.limit)

    def trace_link(self, trace_id: str, at: datetime) -> str:
        if self._explore is None:
            return ""
        query = {"queryType": "traceql", "query": trace_id}
        return self._explore.link("tempo", query, Window(at - WIDTH, at + WIDTH))

    def spans_link(self, query: SpanQuery) -> str:
        if self._explore is None:
            return ""
        return self._explore.link("tempo", {"queryType": "traceql", "query": self._filter(query)}, query.window)

    def _search(self, query: SpanQuery) -> str:
        selected = f"{SELECTED}, resource.{self._environment}"
        return f"{self._filter(query)} | select({selected}) with (most_recent=true)"

    def _filter(self, query: SpanQuery) -> str:
        named = " || ".join(f"resource.service.name = {literal(name)}" for name in query.services)
        parts = [f"({named})"] if named else []
        if query.environment:
            parts.append(f"resource.{self._environment} = {literal(query.environment)}")
        if query.name:
            parts.append(f"name = {literal(query.name)}")
        if query.failed_only:
            parts.append("status = error")
        if query.roots_only:
            parts.append("nestedSetParent < 0")
        if query.served_only:
            parts.append("kind = server")
        if query.slower_than is not None:
            parts.append(f"duration >= {query.slower_than // MICROSECOND}us")
        return f"{{ {' && '.join(parts)} }}"


def _seconds(window: Window) -> dict[str, str | int]:
    return {"start": math.floor(window.start.timestamp()), "end": math.ceil(window.end.timestamp())}
