"""Opening a form: on top of the one it was asked from, or as the first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Conflict
from bot.ports.chat import Message
from handlers.kit.answer import Answer
from handlers.views.errors import said_in

TOO_LATE = "Slack waits three seconds for a form, and I was too slow. Please try again."


async def answer_form(said: Message, form: Mapping[str, Any], ack: AsyncAck, respond: Answer) -> None:
    """The form turns into what is said; what comes too late for that is said by a message."""
    if ack.response is None:
        await ack(response_action="update", view=said_in(form, said))
    else:
        await respond(said)


class OpenView:
    """`open_view` in a handler. A trigger that was used already means the form is open: a repeat does nothing."""

    def __init__(self, body: Mapping[str, Any], client: AsyncWebClient) -> None:
        self._body, self._client = body, client

    async def __call__(self, view: Mapping[str, Any]) -> None:
        """Raises Conflict when Slack takes it no more."""
        if not await self.in_time(view):
            raise Conflict(TOO_LATE)

    async def in_time(self, view: Mapping[str, Any]) -> bool:
        """False when it came too late, and nothing is open."""
        try:
            await self._method(trigger_id=str(self._body.get("trigger_id", "")), view=dict(view))
        except SlackApiError as error:
            match _code(error):
                case "exchanged_trigger_id":
                    return True
                case "expired_trigger_id":
                    return False
                case _:
                    raise
        return True

    @property
    def _method(self) -> Any:
        from_form = (self._body.get("view") or {}).get("type") == "modal"
        return self._client.views_push if from_form else self._client.views_open


def _code(error: SlackApiError) -> str:
    """Slack's word for what is wrong; none when a proxy or a failing server answered in its place."""
    answer = getattr(error.response, "data", None)
    return str(answer.get("error", "")) if isinstance(answer, dict) else ""
