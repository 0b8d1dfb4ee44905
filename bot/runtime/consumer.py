"""Hands what is in the inbox to the app: many at once, each person's in order, none forgotten when a replica dies.

Order is kept per lane (a person) within a replica: somebody who reserves and at once releases means it in that order.
Across replicas it is not kept: a stream hands each entry to whoever asks first, and to hold a lane across replicas
would cost a lock per payload for what two quick clicks of one person may at worst see as "already ended".
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from weakref import WeakValueDictionary

import structlog
from redis.exceptions import RedisError, ResponseError

from bot.ports.inbox import Arrival
from bot.runtime.inbox import Entry, RedisInbox
from bot.runtime.metrics import ARRIVALS
from bot.runtime.supervise import together

log = structlog.get_logger(__name__)

Dispatch = Callable[[Arrival], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Limits:
    """workers: arrivals handled at once. held: arrivals taken from the stream and not finished, at most.

    longest: how long one may take. idle: a replica that has not kept an entry for so long is taken for dead.
    attempts: how often an entry may be tried before it is buried. block: how long one read waits.
    drain: how long a stop waits for what is running.
    """

    workers: int = 32
    held: int = 256
    longest: timedelta = timedelta(seconds=120)
    idle: timedelta = timedelta(seconds=30)
    attempts: int = 5
    block: timedelta = timedelta(seconds=2)
    drain: timedelta = timedelta(seconds=10)


class Consumer:
    """One per replica; `replica` is unique per process. Handles at least once: handlers are safe to repeat."""

    def __init__(
        self, inbox: RedisInbox, dispatch: Dispatch, *, replica: str, on_dead: Dispatch, limits: Limits = Limits()
    ) -> None:
        self._inbox, self._dispatch, self._on_dead = inbox, dispatch, on_dead
        self._replica, self._limits = replica, limits
        self._workers = asyncio.Semaphore(limits.workers)
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._held: dict[str, asyncio.Task[None]] = {}
        self._finished: set[str] = set()
        self._room = asyncio.Event()

    async def run(self) -> None:
        """Read until cancelled, then let what is running finish. Ends when Redis goes away; run again, it resumes."""
        try:
            await together(self._read, self._beat)
        except asyncio.CancelledError:
            await self._drained()
            raise

    async def _read(self) -> None:
        await self._inbox.open_group()
        await self._finish_late()
        for entry in await self._inbox.read_again(self._replica):
            self._admit(entry)
        while True:
            room = await self._has_room()
            for entry in await self._next(room):
                self._admit(entry)

    async def _next(self, room: int) -> list[Entry]:
        try:
            return await self._inbox.read(self._replica, count=room, block=self._limits.block)
        except ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
            await self._inbox.open_group()
            return []

    async def _has_room(self) -> int:
        while len(self._held) >= self._limits.held:
            self._room.clear()
            await self._room.wait()
        return min(self._limits.held - len(self._held), self._limits.workers)

    async def _beat(self) -> None:
        """Keep what we work on, take over what the dead have left."""
        while True:
            await asyncio.sleep(self._limits.idle.total_seconds() / 3)
            await self._finish_late()
            await self._inbox.keep(self._replica, self._held)
            for entry in await self._inbox.take_over(self._replica, idle=self._limits.idle, count=self._limits.workers):
                self._admit(entry)

    async def _finish_late(self) -> None:
        late = tuple(self._finished)
        await self._inbox.finish(late)
        self._finished.difference_update(late)

    def _admit(self, entry: Entry) -> None:
        if entry.id in self._held or entry.id in self._finished:
            return
        tired = entry.attempts > self._limits.attempts
        task = asyncio.create_task(self._bury(entry) if tired else self._handle(entry))
        self._held[entry.id] = task
        task.add_done_callback(lambda task: self._settled(entry, task))

    async def _handle(self, entry: Entry) -> None:
        lane = self._lanes.setdefault(entry.arrival.lane, asyncio.Lock())
        async with lane, self._workers, asyncio.timeout(self._limits.longest.total_seconds()):
            await self._dispatch(entry.arrival)
        try:
            await self._inbox.finish([entry.id])
        except RedisError:
            self._finished.add(entry.id)

    async def _bury(self, entry: Entry) -> None:
        log.error("arrival given up", arrival=entry.arrival.id, kind=entry.arrival.kind, attempts=entry.attempts)
        await self._inbox.bury(entry)
        ARRIVALS.labels("dead").inc()
        await self._on_dead(entry.arrival)

    def _settled(self, entry: Entry, task: asyncio.Task[None]) -> None:
        """A failed entry is no longer kept: after `idle` it is taken over, by whoever comes first, and tried again."""
        del self._held[entry.id]
        self._room.set()
        if task.cancelled():
            return
        error = task.exception()
        ARRIVALS.labels("failed" if error else "handled").inc()
        if error:
            log.error("arrival failed", arrival=entry.arrival.id, kind=entry.arrival.kind, exc_info=error)

    async def _drained(self) -> None:
        """Whoever stops us may cancel again while we wait; how long that is, is limited already."""
        draining = asyncio.ensure_future(self._drain())
        while not draining.done():
            with suppress(asyncio.CancelledError):
                await asyncio.shield(draining)

    async def _drain(self) -> None:
        if running := list(self._held.values()):
            _, late = await asyncio.wait(running, timeout=self._limits.drain.total_seconds())
            for task in late:
                task.cancel()
