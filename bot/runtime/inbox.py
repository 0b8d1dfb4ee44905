"""The inbox: payloads in a Redis stream between Slack's acknowledgement and their handling.

"Received" (Slack's ack) means: the payload is in this stream. Redis keeps it with `appendfsync always`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError, ResponseError

from bot.errors import Unavailable
from bot.ports.inbox import Arrival, Kind
from bot.runtime.redis import Keys, never_sent

GROUP = "signalbox"
REMEMBERED = timedelta(hours=24)
DEAD_KEPT = 1000
PATIENCE = 2.2
"""Seconds to get a payload written: Slack waits 3 s for its answer."""
RETRY_EVERY = 0.1

NOTHING_CHANGED = "Nothing was changed: Signalbox cannot reach its store. Please try again in a minute."
CANNOT_TELL = "I cannot tell whether this arrived: Signalbox lost its store just now. Look before you try again."


@dataclass(frozen=True, slots=True)
class Entry:
    """An arrival in the stream. `attempts` counts the times it was handed to a replica, this one included."""

    id: str
    arrival: Arrival
    attempts: int = 1


class RedisInbox:
    """The stream and its consumer group. Reading is `Consumer`'s."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis, self._keys = redis, keys
        self._put = _script(redis, "inbox.lua")
        self._finish = _script(redis, "inbox_finish.lua")
        self._bury = _script(redis, "inbox_bury.lua")

    async def put(self, arrival: Arrival) -> bool:
        """Write it down, once. Repeating a lost call is safe, so it is repeated as long as Slack waits."""
        doubt = _Doubt()
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._until_written(arrival, doubt)
        except TimeoutError as error:
            raise doubt.as_error() from error

    async def _until_written(self, arrival: Arrival, doubt: _Doubt) -> bool:
        lifetime = int(REMEMBERED.total_seconds() * 1000)
        keys = [self._keys.arrival(arrival.id), self._keys.inbox]
        while True:
            with doubt:
                return bool(await self._put(keys=keys, args=[lifetime, *_fields(arrival)]))
            await asyncio.sleep(RETRY_EVERY)

    async def open_group(self) -> None:
        """Create the stream and its group, unless they are there. Entries written before the group count too."""
        try:
            await self._redis.xgroup_create(self._keys.inbox, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise

    async def read(self, replica: str, *, count: int, block: timedelta) -> list[Entry]:
        """New entries for this replica; waits `block` for the first. Empty when none came."""
        milliseconds = int(block.total_seconds() * 1000)
        answer = await self._redis.xreadgroup(GROUP, replica, {self._keys.inbox: ">"}, count=count, block=milliseconds)
        return [_entry(id, fields) for id, fields in _entries(answer)]

    async def read_again(self, replica: str) -> list[Entry]:
        """Entries this replica was given and has not finished: after a lost answer it may not know of them."""
        answer = await self._redis.xreadgroup(GROUP, replica, {self._keys.inbox: "0"})
        return [_entry(id, fields) for id, fields in _entries(answer) if fields]

    async def take_over(self, replica: str, *, idle: timedelta, count: int) -> list[Entry]:
        """Entries of replicas that have not kept them for `idle`."""
        milliseconds = int(idle.total_seconds() * 1000)
        answer: Any = await self._redis.xautoclaim(self._keys.inbox, GROUP, replica, milliseconds, "0-0", count=count)
        return [_entry(id, fields, await self._attempts(id)) for id, fields in answer[1] if fields]

    async def keep(self, replica: str, ids: Iterable[str]) -> None:
        """Say that these are still being worked on: resets their idle time."""
        held: list[Any] = list(ids)
        if held:
            await self._redis.xclaim(self._keys.inbox, GROUP, replica, 0, held, justid=True)

    async def finish(self, ids: Iterable[str]) -> None:
        done = list(ids)
        if done:
            await self._finish(keys=[self._keys.inbox], args=[GROUP, *done])

    async def bury(self, entry: Entry) -> None:
        await self._bury(keys=[self._keys.inbox, self._keys.inbox_dead], args=[GROUP, entry.id, DEAD_KEPT])

    async def _attempts(self, id: bytes) -> int:
        pending: Any = await self._redis.xpending_range(self._keys.inbox, GROUP, min=id, max=id, count=1)
        return pending[0]["times_delivered"] if pending else 1


class _Doubt:
    """Whether a write that failed may have been carried out. Swallows what a repeat may heal."""

    def __init__(self) -> None:
        self._sent = False

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, ResponseError):
            raise self.as_error() from error
        if isinstance(error, asyncio.CancelledError) or (isinstance(error, RedisError) and not never_sent(error)):
            self._sent = True
        return isinstance(error, RedisError)

    def as_error(self) -> Unavailable:
        return Unavailable(CANNOT_TELL, recorded=None) if self._sent else Unavailable(NOTHING_CHANGED, recorded=False)


def _script(redis: Redis, name: str) -> AsyncScript:
    return redis.register_script(files("bot.runtime").joinpath(name).read_text())


def _fields(arrival: Arrival) -> Sequence[str | bytes]:
    body = msgspec.json.encode(arrival.body)
    at = arrival.received_at.isoformat()
    return ("id", arrival.id, "kind", arrival.kind, "lane", arrival.lane, "body", body, "at", at)


def _entries(answer: Any) -> list[tuple[bytes, Mapping[bytes, bytes]]]:
    """RESP2 answers with a list of (stream, entries), RESP3 with a dict of stream to [entries]."""
    if not answer:
        return []
    if hasattr(answer, "values"):
        return next(iter(answer.values()))[0]
    return answer[0][1]


def _entry(id: bytes, fields: Mapping[bytes, bytes], attempts: int = 1) -> Entry:
    arrival = Arrival(
        id=fields[b"id"].decode(),
        kind=Kind(fields[b"kind"].decode()),
        lane=fields[b"lane"].decode(),
        body=msgspec.json.decode(fields[b"body"]),
        received_at=datetime.fromisoformat(fields[b"at"].decode()).astimezone(UTC),
    )
    return Entry(id.decode(), arrival, attempts)
