"""Tempo, as its HTTP API and its language are described (grafana.com/docs/tempo), as far as both are used."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.ports.telemetry import Span
from tests.support.telemetry import attributes
from tests.support.vendors.server import Front
from tests.support.vendors.world import World

TOKEN = "tempo-token"
QUERY = re.compile(r"\{ (.*) \} \| select\(([\w.:, ]+)\) with \(most_recent=true\)", re.DOTALL)
TERM = re.compile(r'\s*([\w.:]+) (=|>=|<) ("(?:[^"\\\n]|\\.)*"|\w+)\s*(&&|\|\||$)')
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Document = dict[str, Any]
Test = Callable[[Document], bool]


class Server:
    """per_set: the most spans of one trace that a search gives."""

    def __init__(self, spans: Sequence[Span] = ()) -> None:
        self.world, self.spans, self.per_set = World(), spans, 100

    def app(self) -> Front:
        routes = [Route("/api/traces/{id}", self.trace), Route("/api/search", self.search)]
        return Front(Starlette(routes=routes), self.world, ("authorization", f"Bearer {TOKEN}"), {"message": "no"})

    async def trace(self, request: Request) -> Response:
        found = [span for span in self.spans if span.trace_id == request.path_params["id"]]
        return JSONResponse({"batches": [_batch(span) for span in found]}) if found else PlainTextResponse("", 404)

    async def search(self, request: Request) -> Response:
        asked = request.query_params
        try:
            test, selected = read(asked["q"])
        except ValueError as error:
            return PlainTextResponse(f"invalid TraceQL query: {error}", 400)
        start, end = (EPOCH + timedelta(seconds=int(asked[name])) for name in ("start", "end"))
        found = [span for span in self.spans if start <= span.start <= end and test(_fields(span))]
        traces: dict[str, list[Span]] = {}
        for span in sorted(found, key=lambda span: span.start, reverse=True):
            traces.setdefault(span.trace_id, []).append(span)
        size = min(int(asked["spss"]), self.per_set)
        told = [_found(id, spans, size, selected) for id, spans in list(traces.items())[: int(asked["limit"])]]
        return JSONResponse({"traces": told, "metrics": {}})


def read(query: str) -> tuple[Test, list[str]]:
    found = QUERY.fullmatch(query)
    if found is None:
        raise ValueError(query)
    inside, selected = found[1].strip(), found[2].split(", ")
    either, rest = _bracketed(inside)
    all_of = _terms(rest, "&&")
    any_of = _terms(either, "||")
    return (
        lambda fields: all(test(fields) for test in all_of) and (not any_of or any(test(fields) for test in any_of)),
        selected,
    )


def _bracketed(inside: str) -> tuple[str, str]:
    """What stands in brackets in front, up to the bracket that is in no text."""
    if not inside.startswith("("):
        return "", inside
    found = re.match(r'\(((?:[^()"]|"(?:[^"\\\n]|\\.)*")*)\)(?:\s*&&)?', inside)
    if found is None:
        raise ValueError(inside)
    return found[1], inside[found.end() :]


def _terms(text: str, between: str) -> list[Test]:
    tests: list[Test] = []
    at = 0
    while at < len(text):
        found = TERM.match(text, at)
        if found is None or found[4] not in {between, ""}:
            raise ValueError(text[at:])
        tests.append(_test(found[1], found[2], found[3]))
        at = found.end()
    return tests


def _test(name: str, how: str, text: str) -> Test:
    if how == "=":
        wanted = json.loads(text) if text.startswith('"') else text
        return lambda fields: fields.get(name) == wanted
    number = int(text.removesuffix("us"))
    return lambda fields: fields[name] >= number if how == ">=" else fields[name] < number


def _fields(span: Span) -> Document:
    return {
        "resource.service.name": span.service,
        "resource.service.version": span.version,
        "resource.deployment.environment.name": span.environment,
        "name": span.name,
        "status": "error" if span.failed else "unset",
        "statusMessage": span.status,
        "kind": span.kind,
        "span:parentID": span.parent_id,
        "nestedSetParent": 1 if span.parent_id else -1,
        "duration": span.duration // timedelta(microseconds=1),
    }


def _found(id: str, spans: list[Span], size: int, selected: list[str]) -> Document:
    told = [
        {
            "spanID": span.span_id,
            "name": span.name,
            "startTimeUnixNano": _nanos(span.start),
            "durationNanos": f"{span.duration // timedelta(microseconds=1)}000",
            "attributes": attributes({name.removeprefix("resource."): _fields(span)[name] for name in selected}),
        }
        for span in spans[:size]
    ]
    return {"traceID": id.lstrip("0"), "spanSets": [{"spans": told, "matched": len(spans)}]}


def _batch(span: Span) -> Document:
    told = {
        "traceId": _base64(span.trace_id),
        "spanId": _base64(span.span_id),
        **({"parentSpanId": _base64(span.parent_id)} if span.parent_id else {}),
        "name": span.name,
        "kind": f"SPAN_KIND_{span.kind.upper()}",
        "startTimeUnixNano": _nanos(span.start),
        "endTimeUnixNano": _nanos(span.start + span.duration),
        "attributes": attributes(span.attributes),
        "status": {"code": "STATUS_CODE_ERROR", "message": span.status} if span.failed else {},
        "events": [
            {"timeUnixNano": _nanos(each.at), "name": each.name, "attributes": attributes(each.attributes)}
            for each in span.events
        ],
    }
    who = {
        "service.name": span.service,
        "service.version": span.version,
        "deployment.environment.name": span.environment,
    }
    return {"resource": {"attributes": attributes(who)}, "scopeSpans": [{"scope": {}, "spans": [told]}]}


def _base64(id: str) -> str:
    return base64.b64encode(bytes.fromhex(id)).decode()


def _nanos(at: datetime) -> str:
    return f"{(at - EPOCH) // timedelta(microseconds=1)}000"
