"""Opening a form: on top of the one it was asked from, or as the first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Conflict

TOO_LATE = "Slack waits three seconds for a form, and I was too slow. Please try again."


class OpenView:
    """`open_view` in a handler. A trigger that was used already means the form is open: a repeat does nothing."""

    def __init__(self, body: Mapping[str, Any], client: AsyncWebClient) -> None:
        self._body, self._client = body, client

    async def __call__(self, view: Mapping[str, Any]) -> None:
        try:
            await self._method(trigger_id=str(self._body.get("trigger_id", "")), view=dict(view))
        except SlackApiError as error:
            match _code(error):
                case "exchanged_trigger_id":
                    return
                case "expired_trigger_id":
                    raise Conflict(TOO_LATE) from error
                case _:
                    raise

    @property
    def _method(self) -> Any:
        from_form = (self._body.get("view") or {}).get("type") == "modal"
        return self._client.views_push if from_form else self._client.views_open


def _code(error: SlackApiError) -> str:
    """Slack's word for what is wrong; none when a proxy or a failing server answered in its place."""
    answer = getattr(error.response, "data", None)
    return str(answer.get("error", "")) if isinstance(answer, dict) else ""
