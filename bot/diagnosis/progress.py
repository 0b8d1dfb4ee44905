"""How far an answer is, told as fast as whoever writes it down can bear: the newest word wins."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

import structlog

from bot.errors import SignalboxError

log = structlog.get_logger(__name__)

APART = 2.0
"""Seconds between two words; Slack takes an edit of one message every three."""


class Progress:
    """`async with` it. write: does something with the newest word; what it cannot do is let be."""

    def __init__(self, write: Callable[[str], Awaitable[None]], apart: float = APART) -> None:
        self._write, self._apart = write, apart
        self._newest, self._said = "", asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def say(self, doing: str) -> None:
        self._newest = doing
        self._said.set()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        """What is over within a moment is not told: it waits before the first word as well."""
        while True:
            await self._said.wait()
            await asyncio.sleep(self._apart)
            self._said.clear()
            try:
                await self._write(self._newest)
            except SignalboxError as error:
                log.info("progress was not told", reason=error.user_message)
