"""Those who wait: how soon the next one knows, in which order they get it, and what it costs to keep them waiting."""

import asyncio
import random
import time
from contextlib import asynccontextmanager

from redis.asyncio.lock import Lock

from bot.reservations.commands import Accept
from bot.reservations.events import LeaseOffered
from bot.reservations.ledger import Ledger
from bot.reservations.values import Status
from tests.bench.figures import ROUNDS, Figure, at_most
from tests.bench.stage import NAMES, a_client, a_place, pair, timed
from tests.support.ledgers import Town, release, reserve
from tests.support.valkey import ValkeyServer


async def measure(server: ValkeyServer) -> list[Figure]:
    return [*await handed_over(server), *await drained(server), *await a_thousand(server)]


async def handed_over(server: ValkeyServer) -> list[Figure]:
    """From release to the event that the next one waits for, committed; here and in another replica."""
    here, there, lock, hop = [], [], [], []
    async with a_place(server) as town, a_client(server) as redis:
        heard = asyncio.Event()
        one, other = await town.replica(), await town.replica(on_committed=heard.set)
        for _ in range(ROUNDS * 3):
            mine, theirs = await _hand_over(one, other, heard)
            here.append(mine)
            there.append(theirs)
            lock.append(await _lock_handed_over(redis))
            hop.append(await _hop(redis))
    limit = at_most(0.15, relative=True)
    return [
        Figure("release to the next one's event", here, "ms", limit, lock, "redis-py Lock"),
        Figure("the same, against a bare hop", here, "ms", None, hop, "pub/sub"),
        Figure("release to the event in another replica", there, "ms", limit, lock, "redis-py Lock"),
    ]


async def _hand_over(one: Ledger, other: Ledger, heard: asyncio.Event) -> tuple[float, float]:
    first, second = f"L{next(NAMES)}", f"L{next(NAMES)}"
    for id in (first, second):
        await one.submit(reserve(id, id, services="s"), request_id=f"take {id}", by=id)
    await asyncio.sleep(0.05)
    began = time.perf_counter()
    outcome = await one.submit(release(first, first), request_id=f"free {first}", by=first)
    here = time.perf_counter() - began
    assert any(isinstance(each.event, LeaseOffered) for each in outcome.recorded)
    while (lease := other.cached().leases.get(second)) is None or lease.status is not Status.OFFERED:
        heard.clear()
        await heard.wait()
    there = time.perf_counter() - began
    await one.submit(release(second, second), request_id=f"free {second}", by=second)
    return here * 1000, there * 1000


async def _lock_handed_over(redis) -> float:
    """As anybody would use it: it looks again every 0.1 s."""
    name = f"lock {next(NAMES)}"
    holder, waiter = Lock(redis, name), Lock(redis, name)
    await holder.acquire()
    waiting = asyncio.create_task(waiter.acquire())
    await asyncio.sleep(0.05 + random.uniform(0, 0.1))
    began = time.perf_counter()
    await holder.release()
    await waiting
    took = (time.perf_counter() - began) * 1000
    await waiter.release()
    return took


async def _hop(redis) -> float:
    async with redis.pubsub() as subscribed:
        await subscribed.subscribe("hop")
        await subscribed.get_message(timeout=1)
        heard = asyncio.create_task(subscribed.get_message(ignore_subscribe_messages=True, timeout=1))
        await asyncio.sleep(0.01)
        began = time.perf_counter()
        await redis.publish("hop", "now")
        await heard
        return (time.perf_counter() - began) * 1000


async def drained(server: ValkeyServer) -> list[Figure]:
    """A hundred wait for one thing; each takes it as soon as it is offered, and lets it go at once."""
    order, lock_order, took, ideal = [], [], [], []
    for turn in range(ROUNDS):
        async with a_place(server) as town, a_client(server) as redis:
            async with queue(town, 100) as waiters:
                took.append(await timed(waiters.drain()))
                order.append(inversions(waiters.served))
            ledger = waiters.ledger
            ideal.append(await timed(_pairs(ledger, 100)))
            if turn % 3 == 0:  # a hundred that poll keep the machine busy for seconds
                lock_order.append(inversions(await _lock_order(redis, 100)))
    return [
        Figure("waiters overtaken, of 100", order, "%", at_most(0), lock_order, "redis-py Lock"),
        Figure("100 waiters, one after another", took, "ms", at_most(1.2, relative=True), ideal, "100 who never wait"),
    ]


async def a_thousand(server: ValkeyServer) -> list[Figure]:
    async with a_place(server) as town, queue(town, 1_000) as waiters:
        connections = _connections(server)
        await waiters.drain()
        order = inversions(waiters.served)
    return [
        Figure("waiters overtaken, of 1,000", [order], "%", at_most(0)),
        Figure("Redis connections for 1,000 waiters", [connections], "", at_most(4)),
    ]


class Queue:
    """People in the order in which they asked, each ready to act when it is their turn."""

    def __init__(self, ledger: Ledger, waiting: int) -> None:
        self.ledger = ledger
        self.ids = [f"W{next(NAMES)}" for _ in range(waiting)]
        self.served: list[int] = []
        self._turns = {id: asyncio.Event() for id in self.ids}

    async def form(self) -> None:
        """In this order, since a batch is decided in the order in which it was asked for."""
        asked = ("H", *self.ids)
        commands = (self.ledger.submit(reserve(id, id, services="s"), request_id=f"take {id}", by=id) for id in asked)
        await asyncio.gather(*commands)

    def look(self) -> None:
        """Whoever is offered it now has their turn."""
        for lease in self.ledger.cached().leases.values():
            if lease.status is Status.OFFERED:
                self._turns[lease.id].set()

    async def drain(self) -> None:
        async with asyncio.TaskGroup() as group:
            for place, id in enumerate(self.ids):
                group.create_task(self._wait(place, id))
            await self.ledger.submit(release("H", "H"), request_id="free H", by="H")

    async def _wait(self, place: int, id: str) -> None:
        await self._turns[id].wait()
        self.served.append(place)
        await self.ledger.submit(Accept(id, id), request_id=f"accept {id}", by=id)
        await self.ledger.submit(release(id, id), request_id=f"free {id}", by=id)


@asynccontextmanager
async def queue(town: Town, waiting: int):
    looks = []
    ledger = await town.replica(on_committed=lambda: [look() for look in looks])
    waiters = Queue(ledger, waiting)
    await waiters.form()
    looks.append(waiters.look)
    yield waiters
    looks.clear()


async def _pairs(ledger: Ledger, count: int) -> None:
    for _ in range(count):
        await pair(ledger)


async def _lock_order(redis, waiting: int) -> list[int]:
    holder, served = Lock(redis, "queue"), []
    await holder.acquire()

    async def wait(place: int) -> None:
        async with Lock(redis, "queue"):
            served.append(place)

    async with asyncio.TaskGroup() as group:
        for place in range(waiting):
            group.create_task(wait(place))
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.1)
        await holder.release()
    return served


def inversions(served: list[int]) -> float:
    """Per cent of all pairs in which the later one came first; 50 is chance."""
    pairs = len(served) * (len(served) - 1) / 2
    later_first = sum(one > other for n, one in enumerate(served) for other in served[n + 1 :])
    return 100 * later_first / pairs


def _connections(server: ValkeyServer) -> int:
    """All but the one that asks."""
    with server.client as client:
        return client.info("clients")["connected_clients"] - 1
