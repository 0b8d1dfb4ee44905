"""Payloads to the app: over Socket Mode or signed HTTP, with a deadline, and for events with retries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from integrations.workspace.faults import Faults
from integrations.workspace.ids import new_id
from integrations.workspace.limits import Limits
from integrations.workspace.traffic import Traffic

ACKED, TIMEOUT, CLOSED, NO_APP, HTTP_ERROR = "acked", "timeout", "closed", "no_app", "http_error"


@dataclass(frozen=True, slots=True)
class Envelope:
    """kind: events_api, interactive or slash_commands. name: what it is (`/env`, app_mention, block_actions)."""

    kind: str
    name: str
    payload: dict[str, Any]
    accepts_response_payload: bool = False
    retry_attempt: int = 0
    retry_reason: str = ""
    id: str = field(default_factory=lambda: new_id("E"))


@dataclass(frozen=True, slots=True)
class Ack:
    """How the app answered. state: acked, timeout, closed (the connection went away), no_app or http_error.

    envelope: the id of what was delivered, once it was.
    """

    state: str
    ms: float = 0.0
    payload: Any = None
    envelope: str = ""

    @property
    def ok(self) -> bool:
        return self.state == ACKED

    @property
    def error(self) -> str:
        """What Slack calls it to the person."""
        return {ACKED: "", TIMEOUT: "operation_timeout", CLOSED: "operation_timeout"}.get(self.state, "dispatch_failed")


class Transport(Protocol):
    @property
    def connected(self) -> bool: ...

    async def send(self, envelope: Envelope, within: float) -> Ack:
        """Give the envelope to the app once, and wait for the acknowledgement for `within` seconds."""
        ...

    async def close(self) -> None: ...


class Delivery:
    def __init__(self, transport: Transport, limits: Limits, faults: Faults, traffic: Traffic) -> None:
        self.transport = transport
        self._limits = limits
        self._faults = faults
        self._traffic = traffic
        self._background: set[asyncio.Task[Any]] = set()

    async def send(self, envelope: Envelope) -> Ack:
        """Deliver once. What the app has not acknowledged in time counts as a timeout, whatever comes later."""
        self._traffic.note(
            "delivery",
            envelope=envelope.id,
            type=envelope.kind,
            name=envelope.name,
            retry_attempt=envelope.retry_attempt,
            payload=envelope.payload,
        )
        started = time.monotonic()
        ack = await self.transport.send(envelope, self._limits.ack)
        if ack.ok and self._faults.of_delivery("drop_ack", envelope.kind, envelope.name):
            await asyncio.sleep(self._limits.ack - (time.monotonic() - started))
            ack = Ack(TIMEOUT)
        ack = replace(ack, ms=round((time.monotonic() - started) * 1000, 1), envelope=envelope.id)
        self._traffic.note(
            "ack", envelope=envelope.id, name=envelope.name, state=ack.state, ms=ack.ms, payload=ack.payload
        )
        if self._faults.of_delivery("duplicate", envelope.kind, envelope.name):
            self._go(self.send(replace(envelope, id=new_id("E"), retry_attempt=1, retry_reason="timeout")))
        return ack

    def send_event(self, envelope: Envelope) -> None:
        """Deliver in the background, again after each delay of the limits until the app acknowledges."""
        self._go(self._insist(envelope))

    async def _insist(self, envelope: Envelope) -> None:
        ack = await self.send(envelope)
        for attempt, delay in enumerate(self._limits.event_retries, start=1):
            if ack.ok:
                return
            await asyncio.sleep(0 if ack.state == CLOSED else delay)
            reason = {TIMEOUT: "http_timeout", HTTP_ERROR: "http_error"}.get(ack.state, "connection_failed")
            retry = replace(envelope, id=new_id("E"), retry_attempt=attempt, retry_reason=reason)
            ack = await self.send(retry)

    def _go(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def close(self) -> None:
        for task in self._background:
            task.cancel()
        await self.transport.close()
