"""Datadog, as its API is described (docs.datadoghq.com/api/latest)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.ports.telemetry import Level, LogLine, Span
from tests.support.vendors.datadog_search import NoSearch, Thing, read
from tests.support.vendors.server import Front
from tests.support.vendors.world import World, payload

API_KEY, APP_KEY = "api-0123456789", "app-0123456789"
STATUSES = {
    Level.TRACE: "debug",
    Level.DEBUG: "debug",
    Level.INFO: "info",
    Level.WARN: "warn",
    Level.ERROR: "error",
    Level.FATAL: "emergency",
}
METRIC = re.compile(
    r"(?P<what>sum|p50|p95|p99):trace\.http\.server\.request(?P<count>\.hits|\.errors)?\{(?P<scope>[^{}\"]+)\}"
    r"(?:\.as_count\(\))?"
)
AVERAGE = re.compile(r"avg:(?P<metric>[a-z_.]+)\{(?P<scope>[^{}\"]+)\}(?P<rate>\.as_rate\(\))?")
TAG = re.compile(r"\w[\w.-]*:[\w\-:./]+")
Document = dict[str, Any]
Kept = tuple[datetime, Thing, Document]


def app(server: Server) -> Front:
    return Front(Starlette(routes=server.routes()), server.world, ("dd-api-key", API_KEY), {"errors": ["Unauthorized"]})


class Server:
    """served: what answers (at, service, took, failed, environment). used: what instances of services have used up (at,
    service, memory, cpu, instance, environment). page: the most that one page holds."""

    def __init__(
        self,
        lines: Sequence[Any] = (),
        spans: Sequence[Span] = (),
        served: Sequence[Any] = (),
        used: Sequence[Any] = (),
    ) -> None:
        self.world, self.events, self.asked = World(), list[Document](), list[Document]()
        self.lines = [_log(line, place) for line, place in lines]
        self.spans = [_span(span) for span in spans]
        self.served, self.used, self.page, self.status = served, used, 1000, "done"

    def routes(self) -> list[Route]:
        return [
            Route("/api/v2/logs/events/search", self.find_logs, methods=["POST"]),
            Route("/api/v2/spans/events/search", self.find_spans, methods=["POST"]),
            Route("/api/v2/query/timeseries", self.timeseries, methods=["POST"]),
            Route("/api/v2/events", self.mark, methods=["POST"]),
            Route("/api/v2/events/search", self.find_events, methods=["POST"]),
        ]

    async def find_logs(self, request: Request) -> Response:
        body = await request.json()
        return self._search(request, self.lines, body) if "filter" in body else _wrong("no filter")

    async def find_spans(self, request: Request) -> Response:
        body = (await request.json()).get("data", {})
        fits = body.get("type") == "search_request"
        return self._search(request, self.spans, body["attributes"]) if fits else _wrong("no search_request")

    def _search(self, request: Request, kept: list[Kept], asked: Document) -> Response:
        self.asked.append(asked)
        if request.headers.get("dd-application-key") != APP_KEY:
            return JSONResponse({"errors": ["Forbidden"]}, 403)
        size = asked["page"]["limit"]
        if not 0 < size <= 1000:
            return _wrong("limit")
        try:
            test = read(asked["filter"]["query"])
        except NoSearch as error:
            return _wrong(str(error))
        first, last = (_moment(int(asked["filter"][name])) for name in ("from", "to"))
        found = [each for each in kept if first <= each[0] <= last and test(each[1])]
        found.sort(key=lambda each: each[0], reverse=asked["sort"] == "-timestamp")
        begin, size = int(asked["page"].get("cursor", "0")), min(size, self.page)
        more = begin + size < len(found)
        meta = {"elapsed": 132, "status": self.status, "page": {"after": str(begin + size)} if more else {}}
        return JSONResponse({"data": [document for _, _, document in found[begin : begin + size]], "meta": meta})

    async def timeseries(self, request: Request) -> Response:
        asked = (await request.json())["data"]["attributes"]
        self.asked.append(asked)
        first, last, step = asked["from"], asked["to"], asked["interval"]
        times = list(range(first - first % step, last, step))
        rows: list[list[float | None]] = []
        for each in asked["queries"]:
            found = METRIC.fullmatch(each["query"]) or AVERAGE.fullmatch(each["query"])
            if found is None or not all(map(TAG.fullmatch, found["scope"].split(","))):
                return _wrong(f"unable to parse {each['query']}")
            value = self._value if found.re is METRIC else self._used
            rows.append([value(found, max(at, first), min(at + step, last)) for at in times])
        told = [index for index, row in enumerate(rows) if any(value is not None for value in row)]
        seconds = {"family": "time", "name": "second", "scale_factor": 1.0}
        series = [
            {"group_tags": [], "query_index": index, "unit": [seconds if index > 1 else None, None]} for index in told
        ]
        attributes = {"series": series, "times": times, "values": [rows[index] for index in told]}
        return JSONResponse({"data": {"id": "0", "type": "timeseries_response", "attributes": attributes}})

    def _value(self, asked: re.Match[str], begin: int, end: int) -> float | None:
        tags = dict(each.split(":", 1) for each in asked["scope"].split(","))
        took = [
            each.took.total_seconds()
            for each in self.served
            if _moment(begin) <= each.at < _moment(end)
            and each.service == tags["service"]
            and each.environment == tags.get("env", each.environment)
            and (each.failed or asked["count"] != ".errors")
        ]
        if not took:
            return None
        share = asked["what"].removeprefix("p")
        return sorted(took)[int(len(took) * int(share) / 100)] if share.isdigit() else float(len(took))

    def _used(self, asked: re.Match[str], begin: int, end: int) -> float | None:
        """Of what it has of them; a metric that was never sent is an empty series and no mistake."""
        tags = dict(each.split(":", 1) for each in asked["scope"].split(","))
        mine = [
            each
            for each in self.used
            if _moment(begin) <= each.at < _moment(end)
            and each.service == tags["service"]
            and each.environment == tags.get("env", each.environment)
        ]
        if asked["metric"] == "container.memory.usage" and mine:
            return sum(each.memory for each in mine) / len(mine)
        if asked["metric"] != "process.cpu.time" or not asked["rate"] or not mine:
            return None
        instances = {each.instance for each in mine}
        grown = [[each.cpu for each in mine if each.instance == one] for one in instances]
        return sum(max(of) - min(of) for of in grown) / len(grown) / ((end - begin) / 1000 - 10)

    async def mark(self, request: Request) -> Response:
        body = await request.json()
        self.events.append(body["data"])
        return JSONResponse({"data": {"type": "event", "attributes": {"attributes": {"evt": {"id": "1"}}}}}, 202)

    async def find_events(self, request: Request) -> Response:
        asked = {"sort": "timestamp", **await request.json()}
        kept: list[Kept] = []
        for event in self.events:
            told = event["attributes"]
            fields = dict(tag.split(":", 1) for tag in told["tags"])
            kept.append((datetime.fromisoformat(told["timestamp"]), Thing(fields, told["title"]), event))
        return self._search(request, kept, asked)


def _log(line: LogLine, environment: str) -> Kept:
    ids = {"trace_id": line.trace_id, "span_id": line.span_id} if line.trace_id else {}
    status = STATUSES[line.level]
    attributes = {
        "timestamp": _written(line.at),
        "service": line.service,
        "status": status,
        "message": line.message,
        "tags": [f"env:{environment}"],
        "attributes": {"otel": ids, **_nested(line.attributes)},
    }
    fields = {"service": line.service, "env": environment, "status": status, "@otel.trace_id": line.trace_id}
    return line.at, Thing(fields, line.message), payload("datadog", "log", attributes=attributes)


def _span(span: Span) -> Kept:
    """Ids of spans in decimal, as Datadog has them."""
    duration = span.duration // timedelta(microseconds=1) * 1000
    status = "error" if span.failed else "ok"
    events = [
        {"name": each.name, "time_unix_nano": _nanoseconds(each.at), "attributes": dict(each.attributes)}
        for each in span.events
    ]
    custom = {
        "duration": duration,
        "span": {"kind": span.kind},
        "otel": {"status_description": span.status},
        **_nested(span.attributes),
        **({"events": json.dumps(events)} if events else {}),
    }
    attributes = {
        **payload("datadog", "span")["attributes"],
        "custom": custom,
        "attributes": {},
        "env": span.environment,
        "service": span.service,
        "resource_name": span.name,
        "operation_name": f"http.{span.kind}.request",
        "status": status,
        "start_timestamp": _written(span.start),
        "end_timestamp": _written(span.start + span.duration),
        "trace_id": span.trace_id,
        "span_id": str(int(span.span_id, 16)),
        "parent_id": str(int(span.parent_id or "0", 16)),
        "tags": [f"version:{span.version}", f"env:{span.environment}"],
    }
    fields = {
        "service": span.service,
        "env": span.environment,
        "status": status,
        "resource_name": span.name,
        "trace_id": span.trace_id,
        "@duration": str(duration),
        "@_trace_root": "0" if span.parent_id else "1",
        "@span.kind": span.kind,
    }
    return span.start, Thing(fields), payload("datadog", "span", attributes=attributes)


def _nested(found: Any) -> Document:
    """{"a.b": 1} as {"a": {"b": 1}}."""
    nested: Document = {}
    for name, value in found.items():
        *outer, last = name.split(".")
        place = nested
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return nested


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _nanoseconds(at: datetime) -> int:
    return round(at.timestamp() * 1e6) * 1000


def _wrong(why: str) -> Response:
    return JSONResponse({"errors": [f"Invalid query: {why}"]}, 400)
