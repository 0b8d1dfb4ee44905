"""What a promise costs: deciding and appending, committing, and how often Redis is asked."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.reservations.ledger import Ledger
from tests.bench.figures import ROUNDS, Figure, at_least, at_most
from tests.bench.stage import a_client, a_place, pair, timed, without_sql
from tests.support.valkey import ValkeyServer

PAIRS = 160
ENTRY = "x" * 500
"""An event with all that is remembered of it has about so many characters."""
XADD = "return redis.call('XADD', KEYS[1], '*', 'event', ARGV[1])"

Pair = Callable[[], Awaitable[None]]


async def measure(server: ValkeyServer) -> list[Figure]:
    return [*await appended(server), await promised(server), *await round_trips(server)]


async def appended(server: ValkeyServer) -> list[Figure]:
    """Against what no ordered log can do without: one entry appended for each of the two."""
    async with a_place(server) as town, a_client(server) as redis:
        ledger = without_sql(await town.replica())
        script = redis.register_script(XADD)

        async def ours() -> None:
            await pair(ledger)

        async def bare() -> None:
            await script(keys=["bare"], args=[ENTRY])
            await script(keys=["bare"], args=[ENTRY])

        figures: list[Figure] = []
        for clients, goal in ((1, 0.9), (16, 1.5)):
            mine, other = [], []
            for _ in range(ROUNDS):
                mine.append(await rate(ours, clients))
                other.append(await rate(bare, clients))
            name = f"reserve+release appended, {clients} client{'s' if clients > 1 else ''}"
            figures.append(Figure(name, mine, "/s", at_least(goal, relative=True), other, "two XADD scripts"))
        return figures


async def rate(pair: Pair, clients: int) -> float:
    """Pairs a second."""

    async def client() -> None:
        for _ in range(PAIRS * (4 if clients > 1 else 1) // clients):
            await pair()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return PAIRS * (4 if clients > 1 else 1) / (time.perf_counter() - began)


async def promised(server: ValkeyServer) -> Figure:
    """Against one entry appended and one bare row committed with FULL, each waited for."""
    ours, other = [], []
    with TemporaryDirectory(prefix="bench") as folder, ThreadPoolExecutor(1) as thread:
        async with a_place(server) as town, a_client(server) as redis:
            ledger, script = await town.replica(), redis.register_script(XADD)
            rows = _rows(Path(folder) / "bare.db")

            async def bare() -> None:
                await script(keys=["bare"], args=[ENTRY])
                await asyncio.get_running_loop().run_in_executor(thread, rows.execute, "INSERT INTO row VALUES (1)")

            for _ in range(ROUNDS * 20):
                ours.append(await timed(pair(ledger)) / 2)
                other.append(await timed(bare()))
            rows.close()
    return Figure("promised (committed), 1 client, p50", ours, "ms", at_most(5), other, "XADD, then one row")


def _rows(path: Path) -> sqlite3.Connection:
    rows = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    rows.execute("PRAGMA journal_mode=WAL")
    rows.execute("PRAGMA synchronous=FULL")
    rows.execute("CREATE TABLE row (number INTEGER)")
    return rows


async def round_trips(server: ValkeyServer) -> list[Figure]:
    """Calls of the script per operation, as Redis counts them."""
    async with a_place(server) as town:
        one, other = await town.replica(), await town.replica()
        alone = [await _trips(server, one) for _ in range(ROUNDS)]
        both = [await _trips(server, one, other) for _ in range(ROUNDS)]
    return [
        Figure("round trips per operation, alone", alone, "", at_most(1)),
        Figure("round trips per operation, two replicas at once", both, ""),
    ]


async def _trips(server: ValkeyServer, *ledgers: Ledger) -> float:
    pairs = 25
    before = _scripts(server)

    async def client(ledger: Ledger) -> None:
        for _ in range(pairs):
            await pair(ledger)

    await asyncio.gather(*map(client, ledgers))
    return (_scripts(server) - before) / (2 * pairs * len(ledgers))


def _scripts(server: ValkeyServer) -> int:
    with server.client as client:
        return client.info("commandstats")["cmdstat_evalsha"]["calls"]
