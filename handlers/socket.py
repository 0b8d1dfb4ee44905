"""Slack over Socket Mode: acknowledge only what is written down. Reconnecting is slack_sdk's part.

Each payload goes to one of the app's connections; what is not acknowledged is sent again, on any of them.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from handlers.kit.reception import Reception

log = structlog.get_logger(__name__)


class SocketMode:
    """One connection. `run` returns when cancelled, after the connection was closed."""

    def __init__(self, reception: Reception, app_token: str, client: AsyncWebClient, *, ping: float = 5) -> None:
        self._reception, self._token, self._client, self._ping = reception, app_token, client, ping
        self._connection: SocketModeClient | None = None

    async def run(self) -> None:
        connection = SocketModeClient(self._token, web_client=self._client, ping_interval=self._ping)
        connection.socket_mode_request_listeners.append(self._receive)
        self._connection = connection
        try:
            await connection.connect()
            await asyncio.Event().wait()
        finally:
            self._connection = None
            await _close(connection)

    async def connected(self) -> bool:
        return self._connection is not None and await self._connection.is_connected()

    async def _receive(self, connection: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        reply = await self._reception.receive(request.payload)
        if not reply.accepted:
            log.warning("payload not acknowledged", envelope=request.envelope_id, kind=request.type)
            return
        payload = dict(reply.body) if reply.body is not None else None
        await connection.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))


async def _close(connection: SocketModeClient) -> None:
    """slack_sdk's close leaves its two background tasks to themselves."""
    await connection.close()
    for task in (connection.message_processor, connection.message_receiver, connection.current_session_monitor):
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
