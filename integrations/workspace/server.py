"""The server of the local workspace: Slack's Web API and Socket Mode, the page, and the control API for tests."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ipaddress
import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from integrations.workspace.answers import Answers
from integrations.workspace.control_api import ControlApi
from integrations.workspace.door import Door, drop
from integrations.workspace.errors import ApiError
from integrations.workspace.file_pages import FilePages
from integrations.workspace.limits import Limits
from integrations.workspace.page_api import PageApi
from integrations.workspace.seed import Seed, load_seed
from integrations.workspace.site import Site, open_site
from integrations.workspace.web_api import WebApi, refuse_by_fault

VERSION = 1
PAGE = Path(__file__).parent / "page"


class NotLoopback(ValueError):
    """The workspace has no login: it answers on this machine only."""


def create_app(data: Path, seed: Seed, *, base_url: str, limits: Limits | None = None) -> Door:
    """The ASGI application. `base_url`: where it answers (`http://127.0.0.1:8020`); `data`: the folder of its state."""
    site = open_site(data, seed, limits or Limits(), base_url)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await site.close()

    return Door(Starlette(routes=_routes(site), lifespan=lifespan))


def _routes(site: Site) -> list[Any]:
    async def health(_request: Request) -> Response:
        return JSONResponse({"ok": True, "data": data_key(site.data), "pid": os.getpid(), "version": VERSION})

    async def response_url(request: Request) -> Response:
        return await _answer(site, request)

    return [
        Route("/api/{method:path}", WebApi(site).handle, methods=["GET", "POST"]),
        WebSocketRoute("/link/", site.socket_mode.serve),
        Route("/_response/{kind}/{id}", response_url, methods=["POST"]),
        Route("/_control/health", health),
        *ControlApi(site).routes(),
        *PageApi(site).routes(),
        *FilePages(site).routes(),
        Route("/", _index),
        Route("/archives/{channel}/{message}", _index),
        Mount("/static", StaticFiles(directory=PAGE, check_dir=False)),
    ]


async def _index(_request: Request) -> Response:
    index = PAGE / "index.html"
    if not index.exists():
        return PlainTextResponse("The workspace is running, but its page is not installed.", status_code=404)
    return FileResponse(index)


async def _answer(site: Site, request: Request) -> Response:
    """What an app sends to a response_url."""
    text = (await request.body()).decode("utf-8", "replace")
    fault = site.faults.of_call("response_url")
    error: str | None = None
    try:
        refuse_by_fault(fault)
        origin = site.response_urls.spend(request.path_params["id"])
        Answers(site).answer(origin, json.loads(text))
        response: Response = PlainTextResponse("ok")
    except ValueError:
        error, response = "invalid_payload", JSONResponse({"ok": False, "error": "invalid_payload"}, status_code=400)
    except ApiError as refusal:
        status = 400 if refusal.status == 200 else refusal.status  # noqa: PLR2004 - these are not Web API methods
        error, response = refusal.error, JSONResponse(refusal.body, status_code=status, headers=refusal.headers)
    facts = {"of": request.path_params["id"], "ok": error is None, "error": error, "body": text}
    site.traffic.note("response_url", **facts, fault=fault.kind if fault else None)
    if fault is not None and fault.kind == "dropped":
        await drop(request)
    return response


def data_key(data: Path) -> str:
    """Names a data folder without telling its path, so that `up` can recognise a workspace that survived."""
    return hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any. Raises NotLoopback, or OSError when the port is taken."""
    if not _is_loopback(host):
        raise NotLoopback(
            f"The local workspace has no login, so it answers on this machine only: {host} is no loopback address. "
            "Use 127.0.0.1."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay off only where the protocol is named; else a small answer waits 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(256)
    return listener


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def serve(
    host: str,
    port: int,
    data: Path,
    seed_path: Path,
    *,
    limits: Limits | None = None,
    on_started: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM. `on_started` is called with the base URL once connections are taken.

    Raises NotLoopback, SeedError, or OSError when the port is taken.
    """
    listener = listen(host, port)
    url = base_url(listener)
    server = new_server(create_app(data, load_seed(seed_path), base_url=url, limits=limits), limits or Limits())
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, server.handle_exit, name, None)
    if on_started:
        on_started(url)
    await server.serve(sockets=[listener])


def base_url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Whoever runs it decides about signals: uvicorn would raise them again after a clean end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def new_server(app: Callable[..., Awaitable[None]], limits: Limits) -> Server:
    config = uvicorn.Config(
        app,
        log_config=None,  # logging is the process', which may be a test's or the bot's
        access_log=False,
        lifespan="on",
        ws="websockets-sansio",
        ws_ping_interval=limits.ping,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    return Server(config)
