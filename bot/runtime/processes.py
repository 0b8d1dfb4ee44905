"""Starting in order, stopping in the reverse order, and nothing left behind.

Bolt, Docket and uvicorn in one gather do not stop cleanly (measured: jobs cut, SIGINT hangs). So signals are ours
alone, and every part says how it is stopped; parts are registered in the order of their start.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from types import TracebackType
from typing import Self, TypeVar

import structlog

from bot.runtime.supervise import Loop, supervise

log = structlog.get_logger(__name__)

T = TypeVar("T")
Stop = Callable[[], Awaitable[object]]

HURRIED_SECONDS = 2.0
"""What each part still gets after a second Ctrl-C."""


class Lifecycle:
    """An async context; on leaving it, whatever was registered is stopped, last one first."""

    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        self._hurried = asyncio.Event()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        await self._stack.aclose()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    def stop(self) -> None:
        """The first call asks everything to stop; a second one does not wait for it much longer."""
        if self.stopping.is_set():
            self._hurried.set()
        self.stopping.set()

    async def until_stopped(self) -> None:
        await self.stopping.wait()

    def on_stop(self, name: str, stop: Stop, *, within: float = 10.0) -> None:
        """Await `stop` when its turn comes, for at most `within` seconds."""
        self._stack.push_async_callback(self._stop, name, stop, within)

    async def enter(self, name: str, context: AbstractAsyncContextManager[T]) -> T:
        """Enter `context` now, and leave it when its turn to stop comes."""
        entered = await context.__aenter__()

        async def leave() -> None:
            await context.__aexit__(None, None, None)

        self.on_stop(name, leave)
        return entered

    def run(self, name: str, loop: Loop) -> None:
        """Supervise `loop` from now until its turn to stop comes; then it is cancelled and awaited."""
        stop = asyncio.Event()
        task = asyncio.create_task(supervise(name, loop, stop=stop), name=name)

        async def end() -> None:
            stop.set()
            await task

        self.on_stop(name, end)

    async def _stop(self, name: str, stop: Stop, within: float) -> None:
        stopping = asyncio.ensure_future(stop())
        hurried = asyncio.ensure_future(self._hurried.wait())
        await asyncio.wait({stopping, hurried}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        if not stopping.done():
            log.warning("stopping takes too long, going on", part=name)
            stopping.cancel()
            await asyncio.wait({stopping}, timeout=HURRIED_SECONDS)
        if stopping.done() and not stopping.cancelled() and (error := stopping.exception()) is not None:
            log.error("stopping failed", part=name, exc_info=error)
