"""What an app says through a response_url, or in the acknowledgement of a command.

docs.slack.dev: Handling user interaction.
"""

from __future__ import annotations

import time
from typing import Any

from integrations.workspace.api_chat import content
from integrations.workspace.calls import Call
from integrations.workspace.errors import ApiError
from integrations.workspace.messages import Message
from integrations.workspace.site import Site
from integrations.workspace.triggers import Origin

KEYS = frozenset(
    [
        "text",
        "blocks",
        "attachments",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "metadata",
        "mrkdwn",
        "unfurl_links",
        "unfurl_media",
    ]
)


class Answers:
    def __init__(self, site: Site) -> None:
        self._site = site

    def answer(self, origin: Origin, given: Any) -> Message | None:
        """The message that appears, changes or goes. Raises ApiError."""
        answer = {"text": given} if isinstance(given, str) else given
        if not isinstance(answer, dict):
            raise ApiError("invalid_payload", status=400)
        unknown = sorted(set(answer) - KEYS)
        if unknown:
            raise ApiError(
                "invalid_payload", status=400, response_metadata={"messages": [f"unknown field: {unknown[0]}"]}
            )
        if answer.get("delete_original"):
            return self._delete(origin)
        if answer.get("replace_original"):
            return self._replace(origin, answer)
        return self._say(origin, answer)

    def _say(self, origin: Origin, answer: dict[str, Any]) -> Message:
        kind = answer.get("response_type", "ephemeral")
        if kind not in ("ephemeral", "in_channel"):
            raise ApiError("invalid_response_type", status=400)
        message = content(Call(self._site, answer, ""))
        if thread := answer.get("thread_ts"):
            message["thread_ts"] = thread
        if kind == "ephemeral":
            return self._site.posts.whisper(origin.channel, message, origin.person)
        return self._site.posts.post(origin.channel, message)

    def _replace(self, origin: Origin, answer: dict[str, Any]) -> Message:
        original = self._original(origin)
        message = content(Call(self._site, answer, ""), fallback=original.get("text", ""))
        kept = {name: value for name, value in original.items() if name not in ("text", "blocks", "attachments")}
        changed = {**kept, **message, "edited": {"user": self._site.directory.bot, "ts": f"{time.time():.6f}"}}
        self._site.posts.update(origin.channel, changed)
        return changed

    def _delete(self, origin: Origin) -> None:
        self._site.posts.delete(origin.channel, self._original(origin))

    def _original(self, origin: Origin) -> Message:
        """The message the action came from: there is none behind a command."""
        if origin.message_ts is None:
            raise ApiError("message_not_found", status=404)
        only_for = origin.person if origin.ephemeral else None
        message = self._site.messages.get(origin.channel, origin.message_ts, only_for=only_for)
        if message is None:
            raise ApiError("message_not_found", status=404)
        return message
