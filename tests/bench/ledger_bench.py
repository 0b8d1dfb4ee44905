"""How long a promise takes: Valkey with every append fsynced, SQLite FULL. Run: `python tests/bench/ledger_bench.py`."""

import asyncio
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.reservations.entries import Position
from bot.reservations.events import LeaseGranted, LeaseReleased, Recorded
from bot.reservations.folding import evolve
from bot.reservations.stream import Stream
from bot.reservations.values import State
from bot.runtime.clock import RedisClock
from bot.runtime.redis import Keys, open_redis
from tests.support.ledgers import NINE, a_town, release, reserve, wanted
from tests.support.valkey import SAFE, ValkeyServer

PAIRS = 300


async def timed(work):
    began = time.perf_counter()
    await work
    return (time.perf_counter() - began) * 1000


async def empty_appends(server):
    """The script's round trip alone, nothing written."""
    redis = await open_redis(server.url)
    stream = Stream(redis, redis, Keys("none"), RedisClock())
    times = [await timed(stream.append(Position(1, 0, "-"), "m", [], [])) for _ in range(PAIRS)]
    await redis.aclose()
    return times


async def client(ledger, name, pairs):
    times = []
    for n in range(pairs):
        id = f"{name}-{n}"
        times.append(await timed(ledger.submit(reserve(id, name, services=name), request_id=f"t{id}", by=name)))
        times.append(await timed(ledger.submit(release(id, name), request_id=f"f{id}", by=name)))
    return times


async def submits(ledger, name, clients):
    began = time.perf_counter()
    every = await asyncio.gather(*(client(ledger, f"{name}{n}", PAIRS // clients + 1) for n in range(clients)))
    times = sorted(each for times in every for each in times)
    rate = len(times) / 2 / (time.perf_counter() - began)
    print(f"{name}: p50 {median(times):.2f} ms, p99 {times[int(len(times) * 0.99)]:.2f} ms, {rate:.0f} pairs/s")


def fold(count):
    """Rebuilding the state from SQL's events."""
    state = State()
    began = time.perf_counter()
    for n in range(1, count, 2):
        granted = LeaseGranted(wanted(f"L{n}"), NINE + timedelta(hours=1))
        state = evolve(state, Recorded(1, n, NINE, granted, "r", "ana"))
        state = evolve(state, Recorded(1, n + 1, NINE, LeaseReleased(f"L{n}", "ana"), "r", "ana"))
    print(f"fold of {count} events: {time.perf_counter() - began:.2f} s")


async def main():
    with tempfile.TemporaryDirectory() as folder:
        server = ValkeyServer(folder, SAFE).start()
        try:
            print(f"script, nothing to append: p50 {median(await empty_appends(server)):.2f} ms")
            async with a_town(server.url, f"sqlite+aiosqlite:///{folder}/bench.db", RedisClock()) as town:
                ledger = await town.replica()
                await submits(ledger, "one client", 1)
                await submits(ledger, "sixteen clients", 16)
        finally:
            server.stop()
    fold(100_000)


asyncio.run(main())
