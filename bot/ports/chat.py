"""The chat people use. Slack is one implementation; the local workspace speaks the same protocol to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.errors import IntegrationError

Block = Mapping[str, Any]
"""One Block Kit block, as sent."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """What is too long for a message, as plain text. name: of the file, with its ending."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """What a message says. `text` is the fallback that notifications and screen readers use; `blocks` may be empty.

    file: goes with a message that is posted; one that has blocks has none, and an edit leaves it as it is.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    file: TextFile | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands: a channel id (never a name or a person) and Slack's ts."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is. team: the workspace's id; bot and user: its ids as an app and as a user; url: the workspace's."""

    team: str
    team_name: str
    bot: str
    user: str
    url: str


class Pictures(Protocol):
    """Raises as Chat does. A file that nobody refers to is seen by nobody."""

    async def upload_picture(self, png: bytes, *, name: str, alt: str) -> str:
        """The id of the file, for the `slack_file` of an image block. It may take a second until a block may show it.

        alt: what it shows, in words, at most 1,000 characters.
        """
        ...


class Chat(Pictures, Protocol):
    """Every call raises IntegrationError when the chat says no, `RateLimited` when it says later,
    and `OutcomeUnknown` when it did not answer and the message may or may not have arrived.
    """

    async def channel_of(self, destination: str) -> str:
        """The channel id of a `#name`, a channel id (C.., G.., D..) or a person's id (U.., W..: direct messages)."""
        ...

    async def post(
        self, channel: str, message: Message, *, outbox_id: str, thread: str | None = None, broadcast: bool = False
    ) -> Posted:
        """Post with `outbox_id` in the message's metadata, so that `find` can recognise it.

        thread: the ts of the message that it replies to. broadcast: a reply that stands in the channel as well.
        """
        ...

    async def update(self, at: Posted, message: Message, *, outbox_id: str) -> None: ...

    async def find(self, channel: str, outbox_id: str, *, oldest: float, thread: str | None = None) -> Posted | None:
        """The message in `channel` that carries `outbox_id`, posted after `oldest` (unix seconds)."""
        ...


class Refused(IntegrationError):
    """The chat says no for good: repeating the same call cannot help. `code` is the chat's own word for why."""

    def __init__(self, code: str, method: str) -> None:
        super().__init__(f"Slack refused {method}: {code}.", vendor="slack", status=200)
        self.code = code


class MessageGone(Refused):
    """The message to update is no longer there, or can no longer be changed."""


class RateLimited(Exception):
    """The chat asked to wait `retry_after` seconds before the next call of `method`."""

    def __init__(self, method: str, retry_after: float) -> None:
        super().__init__(f"{method}: retry after {retry_after} s")
        self.method = method
        self.retry_after = retry_after


class OutcomeUnknown(Exception):
    """The call was sent and no answer came: look with `find` before sending it again."""
