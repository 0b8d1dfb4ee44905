"""What both transports do with a payload they trust: write it down and acknowledge, or answer it at once."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import structlog
from slack_bolt.response import BoltResponse

from bot.errors import Unavailable
from bot.ports.chat import Message
from bot.ports.clock import Clock
from bot.ports.inbox import Arrival, Inbox, Kind
from handlers.kit import ids
from handlers.kit.answer import UNREACHABLE, response_url, say_at

log = structlog.get_logger(__name__)

Dispatch = Callable[[ids.Body], Awaitable[BoltResponse]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What Slack gets. Not accepted: no acknowledgement, so that Slack tries again or tells the person."""

    accepted: bool
    body: Mapping[str, Any] | None = None


class Reception:
    """dispatch: through Bolt, for forms and option lists, whose acknowledgement is their answer."""

    def __init__(self, inbox: Inbox, dispatch: Dispatch, clock: Clock) -> None:
        self._inbox, self._dispatch, self._clock = inbox, dispatch, clock

    async def receive(self, body: Mapping[str, Any]) -> Reply:
        if ids.is_inline(body):
            return _reply(await self._dispatch(body))
        try:
            await self._inbox.put(self._arrival(body))
        except Unavailable as error:
            log.warning("inbox away", request=ids.request_id(body), recorded=error.recorded)
            return await _truth(body, error)
        return Reply(accepted=True)

    def _arrival(self, body: Mapping[str, Any]) -> Arrival:
        return Arrival(
            id=ids.request_id(body),
            kind=kind_of(body),
            lane=ids.lane_of(body),
            body=body,
            received_at=self._clock.now().astimezone(UTC),
        )


def kind_of(body: Mapping[str, Any]) -> Kind:
    if "command" in body:
        return Kind.COMMAND
    return Kind.EVENT if body.get("type") == "event_callback" else Kind.INTERACTION


async def _truth(body: Mapping[str, Any], error: Unavailable) -> Reply:
    """Say what is true where Slack lets us: in the reply to a command, at the response_url of a click."""
    if kind_of(body) is Kind.COMMAND:
        return Reply(accepted=True, body={"response_type": "ephemeral", "text": error.user_message})
    if url := response_url(body):
        try:
            await say_at(url, Message(error.user_message), thread=ids.thread_of(body))
        except UNREACHABLE:
            log.warning("answer lost", request=ids.request_id(body))
    return Reply(accepted=False)


def _reply(response: BoltResponse) -> Reply:
    body = json.loads(response.body) if response.body.startswith("{") else None
    return Reply(accepted=response.status == 200, body=body)  # noqa: PLR2004 - HTTP
