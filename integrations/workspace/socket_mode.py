"""Socket Mode: the app opens WebSockets to us, each payload goes to one of them (docs.slack.dev: Using Socket Mode)."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from integrations.workspace.delivery import ACKED, CLOSED, NO_APP, TIMEOUT, Ack, Envelope
from integrations.workspace.errors import ApiError
from integrations.workspace.hub import Hub
from integrations.workspace.ids import new_id
from integrations.workspace.limits import Limits
from integrations.workspace.traffic import Traffic


@dataclass(eq=False, slots=True)
class Connection:
    socket: WebSocket
    waiting: dict[str, asyncio.Future[Ack]] = field(default_factory=dict)

    def answer(self, envelope_id: str, ack: Ack) -> bool:
        """False when nobody waits for it any more."""
        future = self.waiting.pop(envelope_id, None)
        if future is None or future.done():
            return False
        future.set_result(ack)
        return True


class SocketMode:
    def __init__(self, app_id: str, limits: Limits, hub: Hub, traffic: Traffic) -> None:
        self._app_id = app_id
        self._limits = limits
        self._hub = hub
        self._traffic = traffic
        self._tickets: dict[str, float] = {}
        self._connections: list[Connection] = []

    @property
    def connected(self) -> bool:
        return bool(self._connections)

    @property
    def count(self) -> int:
        return len(self._connections)

    def new_ticket(self) -> str:
        """Good for one connection. Raises ApiError when the app has all the connections it may have."""
        if len(self._connections) >= self._limits.connections:
            raise ApiError("too_many_websockets")
        ticket = new_id("K")
        self._tickets[ticket] = time.monotonic() + self._limits.ticket
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """One connection of the app, from its ticket to its end."""
        expires = self._tickets.pop(socket.query_params.get("ticket", ""), 0.0)
        if expires < time.monotonic():
            await socket.close(4001, "The ticket is unknown, used or too old: call apps.connections.open again.")
            return
        await socket.accept()
        connection = Connection(socket)
        self._connections.append(connection)
        try:
            await socket.send_json(self._hello())
            self._hub.push_all({"type": "app", "connected": True})
            await self._listen(connection)
        except (WebSocketDisconnect, RuntimeError):
            pass  # RuntimeError is how Starlette says that the other side went away while we were writing
        finally:
            self._forget(connection)

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "debug_info": {"host": "local", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }

    async def _listen(self, connection: Connection) -> None:
        async for text in connection.socket.iter_text():
            frame = _parsed(text)
            if frame.get("type") == "ping":
                await connection.socket.send_json({"type": "pong", "num": frame.get("num")})
            elif id := frame.get("envelope_id"):
                late = not connection.answer(id, Ack(ACKED, payload=frame.get("payload")))
                if late:
                    self._traffic.note("ack", envelope=id, state="late", payload=frame.get("payload"))

    def _forget(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
        for id in list(connection.waiting):
            connection.answer(id, Ack(CLOSED))
        self._hub.push_all({"type": "app", "connected": self.connected})

    async def send(self, envelope: Envelope, within: float) -> Ack:
        if not self._connections:
            return Ack(NO_APP)
        connection = self._connections.pop(0)
        self._connections.append(connection)
        future = connection.waiting[envelope.id] = asyncio.get_running_loop().create_future()
        try:
            await connection.socket.send_text(json.dumps(_frame(envelope)))
            return await asyncio.wait_for(future, within)
        except TimeoutError:
            return Ack(TIMEOUT)
        except (WebSocketDisconnect, RuntimeError):
            return Ack(CLOSED)
        finally:
            connection.waiting.pop(envelope.id, None)

    async def ask_to_reconnect(self, reason: str) -> int:
        """Send `disconnect` (refresh_requested, warning, link_disabled); only a warning leaves connections open."""
        connections = list(self._connections)
        for connection in connections:
            await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}})
            if reason != "warning":
                self._forget(connection)
                await connection.socket.close(1000)
        return len(connections)

    async def cut(self) -> int:
        """End every connection without a word."""
        connections = list(self._connections)
        for connection in connections:
            self._forget(connection)
            await connection.socket.close(1011)
        return len(connections)

    async def close(self) -> None:
        await self.cut()


def _frame(envelope: Envelope) -> dict[str, Any]:
    facts = asdict(envelope)
    frame = {
        "envelope_id": facts["id"],
        "type": facts["kind"],
        "payload": facts["payload"],
        "accepts_response_payload": facts["accepts_response_payload"],
    }
    if envelope.kind == "events_api":
        frame |= {"retry_attempt": envelope.retry_attempt, "retry_reason": envelope.retry_reason}
    return frame


def _parsed(text: str) -> dict[str, Any]:
    try:
        frame = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return frame if isinstance(frame, dict) else {}
