"""No request of the API needs much room: what is larger is refused before it is read."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handlers.http.api.problems import respond

LARGEST, LARGEST_REPORT = 32_000, 50_000_000
"""Bytes. The longest target and reason together take a tenth of the first; 200,000 tests fit into the second."""
PATHS = "/v1/"
LIMIT_THEMSELVES = frozenset({"/v1/traces", "/v1/logs", "/v1/metrics"})
"""Telemetry comes in batches (handlers/http/otlp.py)."""


class BodyLimit:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _limited(scope["path"]):
            await self._app(scope, receive, send)
            return
        most = LARGEST_REPORT if _is_report(scope["path"]) else LARGEST
        body = await _read(receive, most)
        if body is None:
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            refused = respond(status, "too_large", f"The request has more than {most:,} bytes.")
            await refused(scope, Request(scope).receive, send)
            return
        await self._app(scope, _again(body, receive), send)


def _limited(path: str) -> bool:
    return path.startswith(PATHS) and path not in LIMIT_THEMSELVES


def _is_report(path: str) -> bool:
    return path.startswith("/v1/runs/") and path.endswith("/reports")


async def _read(receive: Receive, most: int) -> bytes | None:
    """The whole body; None when it is too large. A client that went away has sent what it has sent."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            return None
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Hand out what was read, then whatever comes after it, such as the client's going away."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message
