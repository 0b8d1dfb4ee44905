"""Looking: 200 environments with 1,000 leases, from the ledger to Slack's blocks."""

import asyncio
import time
from datetime import timedelta

from bot.catalog.values import Catalog, Environment
from bot.reservations.commands import Reserve
from bot.reservations.values import Mode, Scope, Wanted
from handlers.views import board as boards
from tests.bench.figures import ROUNDS, Figure, at_most
from tests.bench.stage import a_place
from tests.support.valkey import ValkeyServer

ENVIRONMENTS, LEASES = 200, 1_000


async def measure(server: ValkeyServer) -> list[Figure]:
    catalog = Catalog({name: Environment(name) for name in (f"env-{n}" for n in range(ENVIRONMENTS))})
    took, views = [], []
    async with a_place(server) as town:
        ledger = await town.replica()
        await asyncio.gather(
            *(ledger.submit(Reserve(_wanted(n)), request_id=f"r{n}", by=f"U{n}") for n in range(LEASES))
        )
        for _ in range(ROUNDS * 3):
            began = time.perf_counter()
            state = await ledger.current()
            read = time.perf_counter()
            boards.board(boards.overview(state, catalog, "U7", town.clock.now()), "/env")
            done = time.perf_counter()
            took.append((done - began) * 1000)
            views.append((done - read) * 1000)
    return [
        Figure("board of 200 environments, 1,000 leases", took, "ms", at_most(50)),
        Figure("the same, without asking SQL", views, "ms"),
    ]


def _wanted(n: int) -> Wanted:
    """One holder and four waiters in each environment."""
    return Wanted(f"L{n}", f"U{n}", Scope(f"env-{n % ENVIRONMENTS}"), Mode.EXCLUSIVE, timedelta(hours=2))
