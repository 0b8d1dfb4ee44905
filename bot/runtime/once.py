"""What may happen only once, remembered in Redis."""

from __future__ import annotations

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.errors import Unavailable
from bot.runtime.redis import Keys

CANNOT_TELL = "I cannot tell whether this was done already: Signalbox cannot reach its store."


class RedisOnce:
    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis, self._keys = redis, keys

    async def first(self, name: str, *, seconds: int) -> bool:
        """True for the first who asks with this name within `seconds`. A lost answer counts as asked."""
        try:
            return bool(await self._redis.set(self._keys.once(name), 1, nx=True, ex=seconds))
        except RedisError as error:
            raise Unavailable(CANNOT_TELL, recorded=None) from error

    async def moment(self, name: str, now: float, *, seconds: int) -> float:
        key = self._keys.once(name)
        try:
            if await self._redis.set(key, repr(now), nx=True, ex=seconds):
                return now
            return float(await self._redis.get(key) or now)
        except RedisError as error:
            raise Unavailable(CANNOT_TELL, recorded=None) from error

    async def forget(self, name: str) -> None:
        try:
            await self._redis.delete(self._keys.once(name))
        except RedisError as error:
            raise Unavailable(CANNOT_TELL, recorded=None) from error
