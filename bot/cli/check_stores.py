"""doctor: Redis and SQL."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.engine import URL, make_url

from bot.cli.findings import Finding, fail, ok, warn
from bot.errors import SignalboxError
from bot.migrations.run import pending
from bot.redaction import redact
from bot.runtime.embedded import binary, running
from bot.runtime.redis import open_redis
from bot.settings import Settings

OLDEST_REDIS = (7, 0)
CLOCKS_DIFFER_SECONDS = 2.0


async def redis(settings: Settings) -> list[Finding]:
    if settings.redis_url is None:
        return [await _embedded(settings)]
    try:
        client = await open_redis(settings.redis_url.get_secret_value())
    except (RedisError, ValueError) as error:
        return [_unusable(error)]
    try:
        return await _foreign(client)
    except (RedisError, OSError) as error:
        return [_unusable(error)]
    finally:
        await client.aclose()


def _unusable(error: Exception) -> Finding:
    return fail("redis", f"does not answer: {redact(str(error))}", "Start it, or correct REDIS_URL.")


async def _embedded(settings: Settings) -> Finding:
    try:
        path = binary()
    except SignalboxError as error:
        return fail("redis", error.user_message)
    if await running(settings.data_dir.resolve()):
        return ok("redis", "the embedded Valkey of this data folder runs")
    return ok("redis", f"embedded Valkey, started when needed ({path.name})")


async def _foreign(client: Redis) -> list[Finding]:
    told = cast("Mapping[str, Any]", await client.info("all"))  # pyright: ignore[reportUnknownMemberType] - untyped
    if not _is_one_node(told):
        return [ok("redis", f"a cluster of {len(told)} nodes answers")]
    return [_version(told), _persistence(told), _eviction(told), await _clock(client)]


def _is_one_node(told: Mapping[str, Any]) -> bool:
    return "redis_version" in told


def _version(told: Mapping[str, Any]) -> Finding:
    shown = str(told.get("valkey_version") or told["redis_version"])
    if _number(str(told["redis_version"])) < OLDEST_REDIS:
        return fail("redis", f"version {shown}", "Use Redis 7 or Valkey 7.2, or newer.")
    return ok("redis", f"version {shown} answers")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])


def _persistence(told: Mapping[str, Any]) -> Finding:
    if not told.get("aof_enabled"):
        fix = "Set `appendonly yes` in its configuration: what waits in the inbox would not survive its restart."
        return fail("redis persistence", "the append-only file is off", fix)
    return ok("redis persistence", "the append-only file is on")


def _eviction(told: Mapping[str, Any]) -> Finding:
    policy = told.get("maxmemory_policy", "unknown")
    if policy != "noeviction":
        fix = "Set `maxmemory-policy noeviction`: a full memory must refuse, not forget."
        return fail("redis eviction", f"the policy is {policy}", fix)
    return ok("redis eviction", "the policy is noeviction")


async def _clock(client: Redis) -> Finding:
    seconds, micros = await client.time()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - untyped
    apart = abs(time.time() - (int(seconds) + int(micros) / 1e6))
    return clock_finding("redis clock", apart)


def clock_finding(name: str, apart: float, most: float = CLOCKS_DIFFER_SECONDS) -> Finding:
    if apart > most:
        return warn(name, f"differs by {apart:.0f} s from this machine's", "Set both clocks by NTP.")
    return ok(name, "agrees with this machine's")


async def database(settings: Settings) -> Finding:
    address = settings.database_address()
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and not _exists(url):
        return ok("database", f"SQLite, made at the first start ({url.database})")
    try:
        behind = await pending(address)
    except SignalboxError as error:
        shown = url.render_as_string(hide_password=True)
        return fail("database", f"{shown}: {error.user_message}", "Start it, or correct DATABASE_URL.")
    if behind:
        return warn("database", "is not up to date", "Run `signalbox migrate`; `signalbox up` does it by itself.")
    return ok("database", f"{url.get_backend_name()} answers and is up to date")


def _exists(url: URL) -> bool:
    return Path(url.database or "").exists()
