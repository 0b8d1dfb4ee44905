"""The whole of Signalbox in a week that passes as fast as it can: nothing is left out but the waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

import redis
from sqlalchemy import text

from bot.reservations.rules.clocks import next_deadline
from bot.reservations.state import State
from bot.runtime.database import Database
from bot.runtime.redis import Keys
from tests.support.signalbox import Signalbox
from tests.week.jobs import Jobs

Act = Callable[[], Awaitable[None]]
UNDER_WAY = """
    SELECT count(*) FROM outbox WHERE stage IN ('pending', 'sending', 'delivered') AND not_before = 0
    AND (card IS NULL OR confirm IS NOT NULL OR final)
"""
"""What people would see in the next minute. Other edits of a card keep their distance, and nobody is told of them."""
MOMENT = timedelta(seconds=1)
LOOKS = timedelta(minutes=1)
"""So often is looked at what pipelines do: sooner than that, a week takes long and people are told no more."""


@dataclass(slots=True)
class Stage:
    """What is to happen, and the clock that jumps from one thing to the next."""

    signalbox: Signalbox
    database: Database
    valkey: redis.Redis
    jobs: Jobs
    agenda: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _order: count = field(default_factory=count)

    @property
    def now(self) -> datetime:
        return self.signalbox.clock.now()

    @property
    def state(self) -> State:
        return self.signalbox.started.rooms.reservations.cached()

    def at(self, when: datetime, act: Act) -> None:
        heappush(self.agenda, (when, next(self._order), act))

    async def play(self, until: datetime, look: Callable[[], None]) -> None:
        """All that happens up to then. look: called after each step, so that people see what has come of it."""
        while (when := await self._next()) is not None and when <= until:
            await self._jump(when)
            while self.agenda and self.agenda[0][0] <= self.now:
                await heappop(self.agenda)[2]()
                await self._settle()
            look()
        await self._jump(until)

    async def _next(self) -> datetime | None:
        job = await self.jobs.next()
        looked = max(job, self.now + LOOKS) if job else None
        first = next_deadline(self.state), looked, *(entry[0] for entry in self.agenda[:1])
        return min((when for when in first if when), default=None)

    async def _jump(self, when: datetime) -> None:
        """The minutes that pass fill the budgets for calls of Slack, too."""
        if when > self.now:
            self.signalbox.advance(when - self.now + MOMENT)
        if keys := self.valkey.keys(f"{Keys('local').budget('*', '*')}"):
            self.valkey.delete(*keys)
        self.signalbox.started.rooms.delivery.wake()
        await self._settle()

    async def _settle(self) -> None:
        """Until the ledger and the worker have done what is due, and everybody has been told."""
        async with asyncio.timeout(60):
            while self._due() or await self.jobs.under_way(self.now) or await self._under_way():  # noqa: ASYNC110 - what is waited for stands in SQL
                await asyncio.sleep(0.01)

    def _due(self) -> bool:
        deadline = next_deadline(self.state)
        return deadline is not None and deadline <= self.now

    async def _under_way(self) -> int:
        async with self.database.read() as session:
            return (await (await session.connection()).execute(text(UNDER_WAY))).scalar_one()
