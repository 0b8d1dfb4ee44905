"""What happens at set times. Every replica has the whole calendar in memory; each slot is claimed by one of them.

With a job store shared by three replicas a single job fired three times (APScheduler 3.11, measured); hence the claims.
A firing does nothing but enqueue a job.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs] - it has none
from apscheduler.triggers.cron import CronTrigger  # pyright: ignore[reportMissingTypeStubs] - it has none
from apscheduler.triggers.interval import IntervalTrigger  # pyright: ignore[reportMissingTypeStubs] - it has none
from redis.asyncio import Redis

from bot.ports.clock import Clock
from bot.runtime.jobs import Job, Jobs
from bot.runtime.metrics import FIRINGS
from bot.runtime.redis import Keys

log = structlog.get_logger(__name__)

START = datetime(2024, 1, 1, tzinfo=UTC)
"""A Monday. Intervals count from here, so that all replicas mean the same slots, whenever they started."""

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """Enqueue the job `name` at each slot: `every` interval, or by `cron` (five fields, in `zone`); exactly one is set.
    Write weekdays as names: APScheduler counts them from Monday = 0, cron from Sunday = 0.

    A slot missed by all replicas is made up for at the next start, if it is not older than `late`.
    """

    name: str
    every: timedelta | None = None
    cron: str = ""
    zone: tzinfo = UTC
    late: timedelta = timedelta(hours=1)

    def latest(self, now: datetime) -> datetime | None:
        """The newest slot that has come, if it is not older than `late`."""
        slot = _next(self.trigger(), None, now - self.late)
        newest: datetime | None = None
        while slot is not None and slot <= now:
            newest, slot = slot, _next(self.trigger(), slot, slot + timedelta(microseconds=1))
        return newest

    def coming(self, now: datetime) -> datetime | None:
        """The first slot after `now`."""
        return _next(self.trigger(), None, now + timedelta(microseconds=1))

    def trigger(self) -> Any:
        if self.every is not None:
            return IntervalTrigger(seconds=self.every.total_seconds(), start_date=START, timezone=UTC)  # pyright: ignore[reportArgumentType] - takes fractions
        return CronTrigger.from_crontab(self.cron, timezone=self.zone)  # pyright: ignore[reportUnknownMemberType] - untyped in the library


class Calendar:
    def __init__(self, entries: Sequence[Entry], redis: Redis, keys: Keys, jobs: Jobs, clock: Clock) -> None:
        self._entries = entries
        self._redis, self._keys = redis, keys
        self._jobs, self._clock = jobs, clock
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    async def start(self) -> None:
        """Make up for what was missed, then follow the calendar."""
        for entry in self._entries:
            await self.fire(entry)
            self._scheduler.add_job(  # pyright: ignore[reportUnknownMemberType] - APScheduler 3 is untyped
                self.fire, entry.trigger(), (entry,), id=entry.name, coalesce=True, misfire_grace_time=None
            )
        self._scheduler.start()

    async def stop(self) -> None:
        self._scheduler.shutdown(wait=False)  # pyright: ignore[reportUnknownMemberType] - APScheduler 3 is untyped

    async def fire(self, entry: Entry) -> bool:
        """Enqueue the newest slot's job unless some replica has. Says whether this one did."""
        slot = entry.latest(self._clock.now())
        if slot is None:
            return False
        stamp = slot.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        claim = self._keys.fired(entry.name, stamp)
        if not await self._redis.set(claim, 1, nx=True, ex=entry.late + DAY):
            FIRINGS.labels(entry.name, "taken").inc()
            return False
        await self._enqueue(Job(f"{entry.name}:{stamp}", entry.name, {"slot": stamp}), claim)
        return True

    async def _enqueue(self, job: Job, claim: str) -> None:
        enqueued = False
        try:
            await self._jobs.enqueue(job)
            enqueued = True
        finally:
            FIRINGS.labels(job.name, "enqueued" if enqueued else "failed").inc()
            if not enqueued:
                await self._redis.delete(claim)


def _next(trigger: Any, previous: datetime | None, now: datetime) -> datetime | None:
    return trigger.get_next_fire_time(previous, now)
