"""Listening: the socket is taken before anything else starts, so that a taken port is said at once."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager
from errno import EADDRINUSE
from typing import Any

import structlog
import uvicorn

from bot.errors import Unavailable

GRACE_SECONDS = 5

log = structlog.get_logger(__name__)


def listen(host: str, port: int, *, chosen: bool, variable: str = "SIGNALBOX_PORT") -> socket.socket:
    """A listening socket on `port`; on any free port when it is taken and nobody chose it. Raises Unavailable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in (port,) if chosen else (port, 0):
        # asyncio turns Nagle's delay off only where the protocol is named; else a small answer waits 40 ms for an ACK.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, number))
        except OSError as error:
            listening.close()
            if error.errno == EADDRINUSE and not chosen and number:
                continue
            raise _cannot_listen(host, port, variable, error) from error
        if number != port:
            taken = listening.getsockname()[1]
            log.warning("the usual port is taken, another one is used", usual=port, port=taken, variable=variable)
        listening.listen(1024)
        listening.setblocking(False)  # noqa: FBT003 - positional only
        return listening
    raise Unavailable(f"No port is free on {host}.")


def address_of(listening: socket.socket) -> str:
    """The address people open, such as http://127.0.0.1:8010."""
    host, port = listening.getsockname()[:2]
    return web_address(host, port)


def web_address(host: str, port: int) -> str:
    """Of what listens on `host`; what listens everywhere is reached on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - compared
    return f"http://{shown}:{port}"


class _Quiet(uvicorn.Server):
    """Signals are the process', see bot.runtime.processes."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class WebServer:
    """uvicorn without its own signal handling. `app` is an ASGI application."""

    def __init__(self, app: Any, listening: socket.socket) -> None:
        config = uvicorn.Config(
            app, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=GRACE_SECONDS
        )
        self._server = _Quiet(config)
        self._listening = listening
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._listening]), name="web")

    async def stop(self) -> None:
        """Let open requests finish for a few seconds."""
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving


def _cannot_listen(host: str, port: int, variable: str, error: OSError) -> Unavailable:
    if error.errno == EADDRINUSE:
        return Unavailable(f"{variable}={port} is taken by another program. Stop it, or set {variable} to a free port.")
    return Unavailable(f"Cannot listen on {host}:{port}: {error.strerror}. Set SIGNALBOX_HOST and {variable}.")
