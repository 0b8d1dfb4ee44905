"""Anthropic's Messages API (platform.claude.com/docs), as far as it is used: the answers are a script, bodies are kept.

Tokens are counted from what arrives, three bytes each. Whoever shows another key is refused; SDKs show it as a bearer
token, older ones as x-api-key.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

KEY = "sk-ant-api03-of-the-tests-only"
BYTES = 3
MODELS = ("claude-opus-5-5",)

Body = dict[str, Any]
Line = Callable[[Body], Any]
"""From a request to a message's content and stop reason, or to a whole Response."""


@dataclass
class Script:
    """lines: what is answered, one after another; the last one again and again. asked: the bodies that came."""

    lines: deque[Line] = field(default_factory=deque)
    asked: list[Body] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    tokens: int = 0
    counts: Body | None = None
    """What it says that each answer cost, whatever it did."""

    def says(self, *lines: Line) -> None:
        self.lines = deque(lines)

    def next(self) -> Line:
        return self.lines.popleft() if len(self.lines) > 1 else self.lines[0]


def claude_api(script: Script) -> Starlette:
    async def messages(request: Request) -> Response:
        raw = await request.body()
        if not _shows_the_key(request):
            return failure(401, "authentication_error", "invalid x-api-key")
        body = json.loads(raw)
        script.asked.append(body)
        script.raw.append(raw)
        answer = script.next()(body)
        if asyncio.iscoroutine(answer):
            answer = await answer
        return answer if isinstance(answer, Response) else JSONResponse(_message(script, raw, body, *answer))

    async def model(request: Request) -> Response:
        if not _shows_the_key(request):
            return failure(401, "authentication_error", "invalid x-api-key")
        name = request.path_params["name"]
        if name not in MODELS:
            return failure(404, "not_found_error", f"model: {name}")
        return JSONResponse({"type": "model", "id": name, "display_name": name, "created_at": "2026-09-01T00:00:00Z"})

    routes = [Route("/v1/messages", messages, methods=["POST"]), Route("/v1/models/{name}", model)]
    return Starlette(routes=routes)


def _shows_the_key(request: Request) -> bool:
    shown = request.headers.get("x-api-key") or request.headers.get("authorization", "").removeprefix("Bearer ")
    return shown == KEY and bool(request.headers.get("anthropic-version"))


def _message(script: Script, raw: bytes, body: Body, content: list[Body], stop: str) -> Body:
    written = len(json.dumps(content)) // BYTES
    usage = script.counts or {"input_tokens": len(raw) // BYTES, "output_tokens": min(written, body["max_tokens"])}
    script.tokens += sum(usage.values())
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": content,
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {**usage, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0},
    }


def failure(status: int, kind: str, message: str = "no", **headers: str) -> Response:
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}
    return JSONResponse(body, status, headers)


def says(text: str, stop: str = "end_turn") -> Line:
    return lambda _: ([{"type": "text", "text": text}], stop)


def answers(**said: Any) -> Line:
    """In the schema that is asked for; what is left out is as of a good answer without anything in it."""
    whole = {
        "service": 1,
        "inconclusive": False,
        "confidence": "high",
        "summary": statement(""),
        "because": [],
        "ruled_out": [],
        "try_next": [],
        **said,
    }
    return says(json.dumps(whole))


def statement(words: str, *evidence: str) -> Body:
    return {"words": words, "evidence": list(evidence)}


def looks_up(*calls: tuple[str, Body]) -> Line:
    content: list[Body] = [{"type": "thinking", "thinking": "", "signature": "c2lnbmVk"}]
    content += [
        {"type": "tool_use", "id": f"toolu_{place}", "name": name, "input": arguments}
        for place, (name, arguments) in enumerate(calls)
    ]
    return lambda _: (content, "tool_use")


def refuses(_: Body) -> tuple[list[Body], str]:
    return [], "refusal"


def fails(status: int, kind: str, message: str = "no", **headers: str) -> Line:
    return lambda _: failure(status, kind, message, **headers)


async def hangs(_: Body) -> Response:
    await asyncio.sleep(30)
    return Response()


def breaks_off(_: Body) -> Response:
    """A header that promises more than comes."""

    async def half() -> AsyncIterator[bytes]:
        yield b'{"id": "msg_1", "content": [{"type": "te'
        raise ConnectionResetError

    return StreamingResponse(half(), 200, {"content-length": "500"}, media_type="application/json")


def raw(content: bytes, status: int = 200) -> Line:
    return lambda _: Response(content, status, media_type="application/json")
