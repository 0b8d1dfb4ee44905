"""The outermost layer: who may come in, and how to hang up on somebody.

The workspace has no login. So that no web page elsewhere can speak to it through somebody's browser, it answers only to
loopback names, and to pages only when they are its own.
"""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


class HungUp(Exception):
    """The connection is gone; there is nothing to answer."""


class Door:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not _welcome(Headers(scope=scope)):
            refusal = PlainTextResponse("Only pages of this workspace, on this machine, may ask.", status_code=403)
            await (WebSocketClose(4003) if scope["type"] == "websocket" else refusal)(scope, receive, send)
            return
        if scope["type"] == "http":
            # ASGI has no way to hang up; uvicorn's `send` is a method of the object that owns the transport.
            transport = getattr(getattr(send, "__self__", None), "transport", None)
            scope["hang_up"] = getattr(transport, "abort", None)
        with contextlib.suppress(HungUp):
            await self._app(scope, receive, send)


def _welcome(headers: Headers) -> bool:
    host, origin = headers.get("host", ""), headers.get("origin")
    if urlsplit(f"//{host}").hostname not in _NAMES:
        return False
    return origin is None or urlsplit(origin).netloc == host


async def drop(request: Request) -> None:
    """Close the connection of the request without an answer. Raises HungUp."""
    hang_up = request.scope.get("hang_up")
    if hang_up is not None:
        hang_up()
        await asyncio.sleep(0.01)  # uvicorn learns of the closed transport in a later turn of the loop
    raise HungUp
