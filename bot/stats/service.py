"""What may be asked about how environments were used."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.catalog.values import Environment, Hours
from bot.ports.clock import Clock
from bot.reservations.chronicle import Chronicle
from bot.reservations.events import Recorded
from bot.reservations.service import Reservations
from bot.reservations.values import Lease
from bot.stats.closures import closures_of
from bot.stats.intervals import Interval
from bot.stats.lives import lives_of
from bot.stats.report import Report, report
from bot.stats.timeline import Seen
from bot.stats.usual import Kind, usual, usual_lengths

LOOKS_BACK = timedelta(days=60)
LOOKS_AGAIN = timedelta(hours=1)


class Statistics:
    def __init__(self, chronicle: Chronicle, reservations: Reservations, clock: Clock) -> None:
        self._chronicle, self._reservations, self._clock = chronicle, reservations, clock
        self._usual: Mapping[Kind, timedelta] = {}

    async def report(self, environments: Sequence[Environment], back: timedelta, hours: Hours, title: str) -> Report:
        """The time from `back` ago until now. hours: the reader's, for the days of the picture. Raises Unavailable."""
        now = self._clock.now()
        period = (now - back, now)
        one = environments[0].name if len(environments) == 1 else ""
        history = await self._leases(period, one), await self._chronicle.places(period[0], environment=one)
        return await asyncio.to_thread(_reported, history, period, environments, hours, title)

    async def run(self) -> None:
        """Learn again and again how long leases last. Raises Unavailable: a loop for `supervise`."""
        while True:
            now = self._clock.now()
            self._usual = await asyncio.to_thread(_learned, await self._leases((now - LOOKS_BACK, now)), now)
            await asyncio.sleep(LOOKS_AGAIN.total_seconds())

    def usual(self, leases: Iterable[Lease]) -> Mapping[str, timedelta]:
        """How long leases like these last, by lease id, as learned within the hour."""
        return usual(leases, self._usual)

    async def _leases(self, period: Interval, environment: str = "") -> list[Recorded]:
        living = (await self._reservations.current()).leases
        return await self._chronicle.leases(period[0], environment=environment, living=list(living))


def _reported(
    history: tuple[list[Recorded], list[Recorded]],
    period: Interval,
    environments: Sequence[Environment],
    hours: Hours,
    title: str,
) -> Report:
    """history: of leases, and of places."""
    leases, places = history
    return report(Seen(lives_of(leases), closures_of(places), period), environments, hours, title)


def _learned(history: list[Recorded], now: datetime) -> Mapping[Kind, timedelta]:
    return usual_lengths(lives_of(history), now)
