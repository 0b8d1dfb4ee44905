"""What turns no run red: tests that are quarantined, and those that passed when they were tried again."""

from __future__ import annotations

from bot.cases.desk import Desk
from bot.cases.reading import excused
from bot.cases.values import Place
from bot.ports.clock import Clock
from bot.runtime.database import Database
from bot.suites.report import Report
from bot.suites.values import Excused, SuiteRun
from bot.suites.walks import Walks


class ByRules:
    """Implements Excuses of bot.suites.needs."""

    def __init__(self, database: Database, desk: Desk, clock: Clock) -> None:
        self._database, self._desk, self._clock = database, desk, clock

    async def __call__(self, run: SuiteRun, report: Report, walks: Walks) -> Excused:
        """Raises Unavailable."""
        if not (report.counts.red or report.counts.flaky):
            return Excused()
        place, now = Place(run.suite, run.environment), self._clock.now()
        async with self._database.read() as session:
            known = await session.run_sync(lambda _: self._desk.known(session.sync_session, place, run.number))
        return excused(report, known, run.ended_at or now, now, walks)
