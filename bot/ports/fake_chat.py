"""A chat in memory, for tests: held to the same contract as the real one (tests/contract/test_chat_port.py)."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TypeVar

from bot.ports.chat import Message, MessageGone, OutcomeUnknown, Posted, RateLimited, Refused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it stands: `edits` counts how often it was changed."""

    at: Posted
    message: Message
    outbox_id: str
    thread: str | None = None
    broadcast: bool = False
    edits: int = 0


@dataclass(slots=True)
class Trouble:
    """What meets the next call: `error` instead of what it does, or `after` that, in place of its answer."""

    error: BaseException
    after: bool = False


@dataclass(slots=True)
class FakeChat:
    """channels: names to ids. gone: destinations that no longer take messages. troubles: one for each coming call.

    pictures: name, bytes and words of each, by id. slow: seconds each call takes. began: unix seconds of the first one.
    """

    channels: dict[str, str] = field(default_factory=dict[str, str])
    gone: set[str] = field(default_factory=set[str])
    troubles: deque[Trouble | None] = field(default_factory=deque[Trouble | None])
    pictures: dict[str, tuple[str, bytes, str]] = field(default_factory=dict[str, tuple[str, bytes, str]])
    said: list[Said] = field(default_factory=list[Said])
    calls: list[str] = field(default_factory=list[str])
    slow: float = 0.0
    began: float = field(default_factory=time.time)
    _ts: count[int] = field(default_factory=lambda: count(1))

    async def channel_of(self, destination: str) -> str:
        if destination[:1] in "CGD":
            return destination
        if destination[:1] in "UW":
            return f"D{destination}"
        if destination not in self.channels:
            raise Refused("channel_not_found", "conversations.list")
        return self.channels[destination]

    async def post(
        self, channel: str, message: Message, *, outbox_id: str, thread: str | None = None, broadcast: bool = False
    ) -> Posted:
        trouble = await self._call("post")
        if channel in self.gone:
            raise Refused("is_archived", "chat.postMessage")
        at = Posted(channel, f"{self.began + next(self._ts) / 1000:.6f}")
        self.said.append(Said(at, message, outbox_id, thread, broadcast))
        return _unless(trouble, at)

    async def update(self, at: Posted, message: Message, *, outbox_id: str) -> None:
        trouble = await self._call("update")
        for place, said in enumerate(self.said):
            if said.at == at:
                self.said[place] = replace(said, message=message, outbox_id=outbox_id, edits=said.edits + 1)
                return _unless(trouble, None)
        raise MessageGone("message_not_found", "chat.update")

    async def find(self, channel: str, outbox_id: str, *, oldest: float, thread: str | None = None) -> Posted | None:
        await self._call("find")
        for said in self.said:
            here = said.thread == thread or (thread is None and said.broadcast)
            mine = (said.at.channel, said.outbox_id) == (channel, outbox_id)
            if here and mine and float(said.at.ts) >= oldest:
                return said.at
        return None

    async def upload_picture(self, png: bytes, *, name: str, alt: str) -> str:
        trouble = await self._call("upload_picture")
        id = f"F{len(self.pictures) + 1:08}"
        self.pictures[id] = (name, png, alt)
        return _unless(trouble, id)

    def rate_limit(self, method: str, retry_after: float) -> None:
        self.troubles.append(Trouble(RateLimited(method, retry_after)))

    def lose_answer(self) -> None:
        """The next call is carried out, and nobody hears of it."""
        self.troubles.append(Trouble(OutcomeUnknown("no answer"), after=True))

    async def _call(self, name: str) -> Trouble | None:
        self.calls.append(name)
        await asyncio.sleep(self.slow)
        trouble = self.troubles.popleft() if self.troubles else None
        if trouble is not None and not trouble.after:
            raise trouble.error
        return trouble


def _unless(trouble: Trouble | None, answer: T) -> T:
    if trouble is not None:
        raise trouble.error
    return answer
