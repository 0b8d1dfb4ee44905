"""The ordered log in Redis: one stream per workspace, one script that appends to it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any, Protocol, cast

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import ResponseError

from bot.ports.clock import Clock
from bot.reservations.log.codec import decode, encode
from bot.reservations.log.entries import Entry, Memory, Position
from bot.runtime.redis import Keys

REMEMBERED_MS = 24 * 60 * 60 * 1000
"""How long a request id is known."""

AT_ONCE = 500
"""Most entries in one answer."""

LISTEN_MS = 60_000
KEPT = 5_000
"""Entries that stay in the stream after they are committed, for replicas that lag."""


class LedgerClock(Clock, Protocol):
    """A clock that Redis' answers put right."""

    def learn(self, redis_ms: int, *, sent: float, received: float) -> None: ...


class Word(StrEnum):
    """What the script says; append.lua has the meanings."""

    OK = "OK"
    DONE = "DONE"
    BEHIND = "BEHIND"
    ABSENT = "ABSENT"
    EPOCH = "EPOCH"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class Answer:
    """`known` has an item for each request that was asked about; `entries` start with the caller's own last one."""

    word: Word
    epoch: int
    known: tuple[Memory | None, ...] = ()
    entries: tuple[Entry, ...] = ()


class Stream:
    """Every method raises redis' RedisError when it cannot reach it. `listener` is a client that may wait for long."""

    def __init__(self, redis: Redis, listener: Redis, keys: Keys, clock: LedgerClock) -> None:
        self._redis, self._listener, self._keys, self._clock = redis, listener, keys, clock
        self._heard = (0, 0)
        self._append = _script(redis, "append.lua")
        self._reset = _script(redis, "reset.lua")

    async def append(
        self, at: Position, mark: str, requests: Sequence[tuple[str, Memory | None]], entries: Iterable[Entry]
    ) -> Answer:
        """Append `entries` if `at` is the head and none of the requests (id, what to remember) is known."""
        keys = [self._keys.head, self._keys.events, *(self._keys.request(at.epoch, id) for id, _ in requests)]
        memories = [str(memory or "") for _, memory in requests]
        events = [encode(entry) for entry in entries]
        args = [at.epoch, at.seq, at.mark, mark, REMEMBERED_MS, AT_ONCE, *memories, *events]
        sent = time.monotonic()
        try:
            answer = cast("list[Any]", await self._append(keys=keys, args=args))
        except ResponseError as error:
            if "equal or smaller" in str(error):  # the stream is ahead of its head: somebody has tampered with it
                return Answer(Word.LOST, at.epoch)
            raise
        self._clock.learn(answer[1], sent=sent, received=time.monotonic())
        return _answer(answer)

    async def reset(self, at: Position, requests: Iterable[tuple[str, Memory, int]]) -> None:
        """Begin the epoch of `at`, unless it has begun. Each request: id, memory, and the ms it has left to live."""
        pipeline = self._redis.pipeline(transaction=False)
        for id, memory, lifetime in requests:
            pipeline.set(self._keys.request(at.epoch, id), str(memory), px=max(lifetime, 1))
        await pipeline.execute()
        await self._reset(keys=[self._keys.head, self._keys.events], args=[at.epoch, at.seq, at.mark])

    async def listen(self, after: Position) -> list[Entry | None]:
        """Wait for entries behind `after` that were not heard before; [] when none came within a minute.

        None stands for the entry that opens an epoch.
        """
        self._heard = max(self._heard, (after.epoch, after.seq))
        since = f"{self._heard[0]}-{self._heard[1]}"
        raw = await self._listener.xread({self._keys.events: since}, AT_ONCE, LISTEN_MS)
        entries = _of_one_stream(raw)
        if entries:
            self._heard = _place(entries[-1][0])
        return [_entry(*entry) for entry in entries]

    async def trim(self, committed: Position) -> None:
        """Forget what has been committed for long."""
        if committed.seq > KEPT:
            oldest = f"{committed.epoch}-{committed.seq - KEPT}"
            await self._redis.xtrim(self._keys.events, minid=oldest, approximate=True)


def _answer(raw: list[Any]) -> Answer:
    word, _, epoch, known, entries = raw
    memories = tuple(Memory.parse(memory.decode()) if memory else None for memory in known)
    placed = (_entry(id, dict(zip(fields[::2], fields[1::2], strict=True))) for id, fields in entries)
    return Answer(Word(word.decode()), epoch, memories, tuple(entry for entry in placed if entry))


def _place(id: bytes) -> tuple[int, int]:
    epoch, seq = id.split(b"-")
    return int(epoch), int(seq)


def _entry(id: bytes, fields: dict[bytes, bytes]) -> Entry | None:
    """None for the entry that only opens an epoch."""
    epoch, seq = _place(id)
    event = fields.get(b"event")
    return decode(epoch, seq, event) if event is not None else None


def _of_one_stream(raw: Any) -> list[Any]:
    """The entries in XREAD's answer: [[name, entries]], or None."""
    return raw[0][1] if raw else []


def _script(redis: Redis, name: str) -> AsyncScript:
    """Sent once, then called by its hash; a server that has forgotten it is sent it again."""
    return redis.register_script(files("bot.reservations.log").joinpath(name).read_text())
