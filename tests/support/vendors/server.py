"""Serving a vendor's protocol on loopback, with credentials checked and troubles on demand."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.support.vendors.world import Trouble, World

SILENCE = 1.0
CREDENTIALS = ("authorization", "private-token")


class Quiet(uvicorn.Server):
    """Signals belong to the test run."""

    @contextlib.contextmanager
    def capture_signals(self):
        yield


@asynccontextmanager
async def served(*apps: ASGIApp) -> AsyncIterator[list[str]]:
    """Their addresses. They end together: uvicorn takes its time over it."""
    servers = [Quiet(uvicorn.Config(app, log_config=None, lifespan="off", ws="none")) for app in apps]
    listeners = [_listener() for _ in apps]
    running = [
        asyncio.create_task(server.serve(sockets=[listener]))
        for server, listener in zip(servers, listeners, strict=True)
    ]
    try:
        yield [f"http://127.0.0.1:{listener.getsockname()[1]}" for listener in listeners]
    finally:
        for server in servers:
            server.should_exit = server.force_exit = True
        await asyncio.gather(*running)


def _listener() -> socket.socket:
    """Named as TCP, or asyncio leaves Nagle's algorithm on: 40 ms for every answer."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    return listener


def ranged(request: Request, data: bytes, *, suffixes: bool = True, status: int = 200) -> Response:
    """`data`, or the part of it that was asked for. suffixes: whether `bytes=-N` is understood (Azure's storage does
    not).
    """
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("range", ""))
    if found is None or (not found[1] and not suffixes):
        return Response(data, status, media_type="application/octet-stream")
    first, last = found.groups()
    begin = int(first) if first else max(len(data) - int(last), 0)
    end = min(int(last) + 1, len(data)) if first and last else len(data)
    if begin >= len(data):
        return Response(b"", 416, {"Content-Range": f"bytes */{len(data)}"})
    return Response(data[begin:end], 206, {"Content-Range": f"bytes {begin}-{end - 1}/{len(data)}"})


def storage(world: World, *, suffixes: bool) -> ASGIApp:
    """Where a vendor keeps files: signed addresses, so it refuses whoever shows credentials besides."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        shown = next((request.headers[name] for name in CREDENTIALS if name in request.headers), "")
        world.seen.append(("STORAGE", request.url.path, shown))
        data = world.store.get(request.url.path)
        if shown or request.query_params.get("sig") != "good":
            answer = Response("<Error><Code>InvalidArgument</Code></Error>", 400)
        else:
            answer = Response(status_code=404) if data is None else ranged(request, data, suffixes=suffixes)
        await answer(scope, receive, send)

    return app


class Front:
    """Before a vendor's API: who may come in, and what goes wrong."""

    def __init__(self, app: Starlette, world: World, allowed: tuple[str, str], denied: dict[str, Any]) -> None:
        self.app, self.world, self.allowed, self.denied = app, world, allowed, denied

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        name, value = self.allowed
        shown = request.headers.get(name, "")
        self.world.seen.append((request.method, request.url.path, shown))
        if shown != value:
            await JSONResponse(self.denied, 401)(scope, receive, send)
            return
        await self._serve(self._trouble(request.method), scope, receive, send)

    def _trouble(self, method: str) -> Trouble | None:
        troubles = self.world.troubles
        if not troubles or troubles[0].method != method:
            return None
        trouble = troubles[0]
        trouble.times -= 1
        if not trouble.times:
            troubles.popleft()
        return trouble

    async def _serve(self, trouble: Trouble | None, scope: Scope, receive: Receive, send: Send) -> None:
        if trouble is None:
            return await self.app(scope, receive, send)
        if trouble.kind == "status":
            return await JSONResponse(trouble.body, trouble.status, trouble.headers)(scope, receive, send)
        await self.app(scope, receive, _unheard)
        if trouble.kind == "silent":
            await asyncio.sleep(SILENCE)
        if trouble.kind == "garbled":
            return await Response('{"half": ', 200)(scope, receive, send)
        if trouble.kind == "nameless":
            return await Response(b"", 201)(scope, receive, send)
        head = [(b"content-length", b"100")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        return await send({"type": "http.response.body", "body": b"{", "more_body": True})


async def _unheard(_message: Message) -> None:
    """What the vendor would have answered."""
