"""Redis and SQL: ours or others'."""

from __future__ import annotations

from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import text

from bot import migrations
from bot.bootstrap.floor import Floor
from bot.errors import Unavailable
from bot.runtime.database import Database, open_database
from bot.runtime.embedded import EmbeddedValkey, running
from bot.runtime.redis import open_redis


@dataclass(frozen=True, slots=True)
class Stores:
    redis: Redis
    listener: Redis
    database: Database
    redis_url: str


async def open_stores(floor: Floor) -> Stores:
    """Redis and SQL, ours or others'. Raises Unavailable."""
    url = await _redis_url(floor)
    redis, listener = await open_redis(url), await open_redis(url, blocking=True)
    floor.life.on_stop("redis", redis.aclose)
    floor.life.on_stop("redis listener", listener.aclose)
    address = floor.settings.database_address()
    await migrations.upgrade(address)
    database = await open_database(address)
    floor.life.on_stop("sql", database.close)
    return Stores(redis, listener, database, url)


async def _redis_url(floor: Floor) -> str:
    if floor.settings.redis_url is not None:
        return floor.settings.redis_url.get_secret_value()
    if floor.parts.embedded:
        valkey = EmbeddedValkey(floor.data)
        await valkey.start()
        floor.life.on_stop("valkey", valkey.stop)
        floor.life.run("valkey", valkey.run)
        return valkey.url
    if url := await running(floor.data):
        return url
    raise Unavailable(
        "This part of Signalbox needs a Redis that all parts share: set REDIS_URL, or run `signalbox up`."
    )


async def redis_well(redis: Redis) -> str | None:
    try:
        await redis.ping()  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs in redis-py
    except RedisError as error:
        return f"Redis does not answer: {error}"
    return None


async def sql_well(database: Database) -> str | None:
    try:
        async with database.read() as session:
            await (await session.connection()).execute(text("SELECT 1"))
    except Unavailable as error:
        return error.user_message
    return None
