"""Hanging up: a connection closed without an answer, after the effect has happened."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send


class Door:
    """Outermost: puts into the scope a way to close the connection of a request without answering it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            # ASGI has no way to hang up; uvicorn's `send` is a method of the object that owns the transport.
            transport = getattr(getattr(send, "__self__", None), "transport", None)
            scope["hang_up"] = getattr(transport, "abort", None)
        try:
            await self._app(scope, receive, send)
        except HungUp:
            pass


class HungUp(Exception):
    """The connection is gone; there is nothing to answer."""


async def drop(request: Request) -> None:
    """Close the connection of the request and raise HungUp."""
    hang_up = request.scope.get("hang_up")
    if hang_up is not None:
        hang_up()
        await asyncio.sleep(0.01)  # uvicorn learns of the closed transport in a later turn of the loop
    raise HungUp
