"""When suites run by themselves, as the catalog says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.catalog import Catalog, Schedule, Suite
from bot.errors import SignalboxError
from bot.ports.clock import Clock
from bot.runtime.calendar import Entry
from bot.suites.needs import Start
from bot.suites.values import Trigger, Wish
from bot.values import PIPELINE, Caller

log = structlog.get_logger(__name__)

SCHEDULE = "suites.schedule"
LATE = timedelta(minutes=10)
"""What nobody started in time is made up for within these; a later one would surprise people."""

BY = f"{PIPELINE}schedule"


class Schedules:
    """The calendar asks once a minute; each firing is one request, however often it is asked for."""

    def __init__(self, start: Start, catalog: Callable[[], Catalog], clock: Clock) -> None:
        self._start, self._catalog, self._clock = start, catalog, clock

    async def fire(self, _arguments: Mapping[str, str]) -> None:
        """A job's task. Raises Unavailable, to be tried again."""
        for wish, request in due(self._catalog(), self._clock.now()):
            try:
                await self._start(wish, caller=Caller(BY, request, via="system"))
            except SignalboxError as refused:
                if not refused.expected:
                    raise
                log.warning("a scheduled suite was not run", suite=wish.suite, reason=refused.user_message)


def due(catalog: Catalog, now: datetime) -> Iterator[tuple[Wish, str]]:
    """What is to run, each with the id of its request: the newest firing of each schedule."""
    for suite in catalog.suites.values():
        for schedule in suite.schedules:
            slot = _entry(schedule, suite, catalog).latest(now)
            environment = environment_of(schedule, suite, catalog)
            if slot is not None and environment:
                wish = Wish(
                    suite.name,
                    environment,
                    schedule.parameters,
                    trigger=Trigger.SCHEDULE,
                    when_held=schedule.when_held,
                )
                yield wish, f"schedule:{suite.name}:{schedule.cron}:{slot.isoformat()}"


def next_time(schedule: Schedule, suite: Suite, catalog: Catalog, now: datetime) -> datetime | None:
    return _entry(schedule, suite, catalog).coming(now)


def environment_of(schedule: Schedule, suite: Suite, catalog: Catalog) -> str:
    """Empty when there is none."""
    known = (environment.name for environment in catalog.environments.values())
    return schedule.environment or next(iter(suite.environments), "") or next(known, "")


def _entry(schedule: Schedule, suite: Suite, catalog: Catalog) -> Entry:
    zone = schedule.zone_name
    if not zone:
        here = catalog.environments.get(environment_of(schedule, suite, catalog).casefold())
        zone = here.hours.zone_name if here else catalog.hours.zone_name
    return Entry(SCHEDULE, cron=schedule.cron, zone=ZoneInfo(zone), late=LATE)
