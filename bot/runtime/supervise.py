"""Runs every loop of the process: whatever ends one, it is started again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

import structlog

from bot.errors import SignalboxError
from bot.runtime.metrics import LOOP_FAILURES, LOOP_UP

log = structlog.get_logger(__name__)

CANCEL_AGAIN_SECONDS = 2.0
WITHIN_A_LOOP_SECONDS = 0.2
"""Shorter, so that the parts of a loop have ended before the loop itself is cancelled again."""

Loop = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds to wait after each failure in a row: doubling from `first` to `most`, half of it left to chance.

    A loop that has run for `steady` seconds counts as recovered. Source of the jitter: Marc Brooker, "Exponential
    Backoff And Jitter", AWS Architecture Blog, 2015 ("equal jitter").
    """

    first: float = 0.2
    most: float = 30.0
    steady: float = 5.0

    def waits(self) -> Iterator[float]:
        chance, wait = SystemRandom(), self.first
        while True:
            yield wait / 2 + chance.uniform(0, wait / 2)
            wait = min(wait * 2, self.most)


async def supervise(name: str, loop: Loop, *, stop: asyncio.Event, backoff: Backoff = Backoff()) -> None:
    """Run `loop` until it returns or `stop` is set (then it is cancelled and awaited); start it again after any error.

    Logs once when it fails and once when it has recovered, however often it fails in between.
    """
    run = _Run(name, backoff)
    while not stop.is_set():
        error = await run.once(loop, stop)
        if error is None:
            return
        run.failed(error)
        await _sleep(run.next_wait(), until=stop)


class _Run:
    """What one supervised loop has been through."""

    def __init__(self, name: str, backoff: Backoff) -> None:
        self._name, self._backoff = name, backoff
        self._waits = backoff.waits()
        self._failing = False

    def next_wait(self) -> float:
        return next(self._waits)

    async def once(self, loop: Loop, stop: asyncio.Event) -> Exception | None:
        steady = asyncio.get_running_loop().call_later(self._backoff.steady, self._recovered)
        LOOP_UP.labels(self._name).set(1)
        try:
            await _until(stop, loop)
        except Exception as error:  # noqa: BLE001 - whatever ends a loop, it must be started again
            return error
        finally:
            steady.cancel()
            LOOP_UP.labels(self._name).set(0)
        return None

    def failed(self, error: Exception) -> None:
        LOOP_FAILURES.labels(self._name).inc()
        if not self._failing:
            trace = None if isinstance(error, SignalboxError) else error
            log.error("loop failed, restarting", loop=self._name, error=str(error), exc_info=trace)
        self._failing = True

    def _recovered(self) -> None:
        if self._failing:
            log.info("loop recovered", loop=self._name)
        self._failing, self._waits = False, self._backoff.waits()


async def _until(stop: asyncio.Event, loop: Loop) -> None:
    """Await `loop`; cancel it when `stop` is set or when we are cancelled ourselves."""
    running = asyncio.ensure_future(loop())
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        await end(running)
    if not running.cancelled():
        running.result()
    elif not stop.is_set():
        raise RuntimeError("cancelled from inside")


async def end(task: asyncio.Future[Any], *, again: float = CANCEL_AGAIN_SECONDS) -> None:
    """Cancel `task` until it has ended.

    Once is not enough: on Python 3.11 asyncio.wait_for, through which redis-py sends, may lose a cancellation
    (python/cpython issue 86296; two in three were lost when measured with redis-py 8.1).
    """
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=again)


async def together(*loops: Loop) -> None:
    """Run all until one of them ends or we are cancelled; then cancel the others until they have ended.

    Raises what the first one did. A TaskGroup cancels once, and would wait for ever for a part that has lost it.
    """
    parts = [asyncio.ensure_future(loop()) for loop in loops]
    try:
        await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        over = [part for part in parts if part.done()]
    finally:
        await asyncio.gather(*(end(part, again=WITHIN_A_LOOP_SECONDS) for part in parts))
    for part in over:
        part.result()


async def _sleep(seconds: float, *, until: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await until.wait()
