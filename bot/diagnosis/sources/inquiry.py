"""One source that is asked: step by step, a few at once, until it is through, refuses, or the time is over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.diagnosis.values import Asked
from bot.errors import SignalboxError
from bot.ports.telemetry import Found, Window

AT_ONCE = 3
"""Calls of one source that are under way together."""

MICROSECOND = timedelta(microseconds=1)

T = TypeVar("T")
Step = Callable[[], Awaitable[None]]


class Inquiry:
    """name, kind: of the source. trouble: as of Asked. seconds: that it took, once it is over.

    after: of the same source, which it lets go first; however that one ends.
    """

    def __init__(self, name: str, kind: str, steps: Iterable[Step], after: Inquiry | None = None) -> None:
        self.name, self.kind, self.trouble = name, kind, ""
        self.seconds = 0.0
        self.over = asyncio.Event()
        self._steps, self._after = iter(steps), after

    def asked(self, items: int) -> Asked:
        return Asked(self.name, self.kind, items, round(self.seconds, 3), self.trouble)

    def called_off(self, after: float) -> None:
        """after: seconds."""
        self.seconds = self.seconds or after
        self.trouble = self.trouble or f"it had not told everything after {after:g} seconds"

    async def carry_out(self) -> None:
        """What it has told stays where the steps put it, however this ends."""
        if self._after:
            await self._after.over.wait()
        began = time.monotonic()
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(self._work())
        finally:
            self.seconds = time.monotonic() - began
            self.over.set()

    async def _work(self) -> None:
        for step in self._steps:
            if self.trouble:
                return
            try:
                await step()
            except SignalboxError as refused:
                self.trouble = refused.user_message


@dataclass(frozen=True, slots=True)
class Search(Generic[T]):
    """A question that is answered newest first. page: as many as are asked for at once. at: when an item was.

    again: whether items of the same instant are asked for again, since the same one twice is known as such.
    """

    ask: Callable[[Window, int], Awaitable[Found[T]]]
    take: Callable[[Sequence[T]], None]
    at: Callable[[T], datetime]
    page: int
    again: bool = False

    async def through(self, window: Window, most: int) -> tuple[int, datetime | None]:
        """How many were found, and how far back that was, where it is not to the start of the window."""
        end, count = window.end, 0
        while count < most:
            found = await self.ask(Window(window.start, end), min(most - count, self.page))
            self.take(found.items)
            count += len(found.items)
            if not found.more or not found.items:
                return count, None
            before, end = end, min(map(self.at, found.items)) + (MICROSECOND if self.again else timedelta())
            if end >= before:
                break
        return count, end
