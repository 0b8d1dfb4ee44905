"""Loki, as its HTTP API and its language are described (grafana.com/docs/loki), as far as both are used."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.ports.telemetry import LogLine
from tests.support.vendors.server import Front
from tests.support.vendors.world import World

TOKEN = "loki-token"
TEXT = r'"(?:[^"\\\n]|\\.)*"'
MATCHER = re.compile(rf"\s*(\w+)\s*(=~|=)\s*({TEXT})\s*(,|$)")
SELECTOR = re.compile(rf"\{{((?:[^{{}}\"]|{TEXT})*)\}}")
STAGE = re.compile(rf"\s*(?:\|~\s*({TEXT})|\|\s*(\w+)\s*(=~|=)\s*({TEXT}))")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Test = Callable[[dict[str, str], str], bool]


class Server:
    def __init__(self, places: Sequence[tuple[LogLine, str]] = ()) -> None:
        self.world = World()
        self.kept = sorted(
            ((_nanoseconds(line.at), _labels(line, place), line.message) for line, place in places),
            key=lambda each: each[0],
        )

    def app(self) -> Front:
        routes = [Route("/loki/api/v1/query_range", self.query_range)]
        return Front(Starlette(routes=routes), self.world, ("authorization", f"Bearer {TOKEN}"), {"message": "no"})

    async def query_range(self, request: Request) -> Response:
        asked = request.query_params
        limit = int(asked["limit"])
        if limit > 5000:
            return PlainTextResponse("max entries limit per query exceeded", 400)
        try:
            test = read(asked["query"])
        except ValueError as error:
            return PlainTextResponse(f"parse error : {error}", 400)
        start, end = int(asked["start"]), int(asked["end"])
        found = [each for each in self.kept if start <= each[0] < end and test(each[1], each[2])]
        chosen = (found[::-1] if asked["direction"] == "backward" else found)[:limit]
        streams: dict[str, Any] = {}
        for at, labels, text in chosen:
            stream = streams.setdefault(json.dumps(labels), {"stream": labels, "values": []})
            stream["values"].append([str(at), text])
        return JSONResponse(
            {"status": "success", "data": {"resultType": "streams", "result": list(streams.values()), "stats": {}}}
        )


def read(query: str) -> Test:
    found = SELECTOR.match(query)
    if found is None:
        raise ValueError("no selector")
    tests = _matchers(found[1])
    at = found.end()
    while at < len(query.rstrip()):
        stage = STAGE.match(query, at)
        if stage is None:
            raise ValueError(f"unexpected {query[at:]}")
        tests.append(_line_filter(stage[1]) if stage[1] else _label(stage[2], stage[3], stage[4]))
        at = stage.end()
    return lambda labels, text: all(test(labels, text) for test in tests)


def _matchers(inside: str) -> list[Test]:
    tests: list[Test] = []
    at = 0
    while at < len(inside):
        found = MATCHER.match(inside, at)
        if found is None:
            raise ValueError(f"unexpected {inside[at:]}")
        tests.append(_label(found[1], found[2], found[3]))
        at = found.end()
    return tests


def _label(name: str, how: str, text: str) -> Test:
    """A pattern is matched as a whole."""
    wanted = json.loads(text)
    if how == "=":
        return lambda labels, _: labels.get(name, "") == wanted
    pattern = re.compile(wanted)
    return lambda labels, _: pattern.fullmatch(labels.get(name, "")) is not None


def _line_filter(text: str) -> Test:
    pattern = re.compile(json.loads(text))
    return lambda _, line: pattern.search(line) is not None


def _labels(line: LogLine, environment: str) -> dict[str, str]:
    ids = {"trace_id": line.trace_id, "span_id": line.span_id} if line.trace_id else {}
    return {
        "service_name": line.service,
        "deployment_environment_name": environment,
        "detected_level": line.level.name.lower(),
        **ids,
        **line.attributes,
    }


def _nanoseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1) * 1000
