"""The catalog's freezes as intervals. Pure.

Each beginning is an interval of its own, also where it overlaps the one before: then its name follows from it alone and
stays the same however often it is planned, and whoever thaws one does not thaw the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.triggers.cron import CronTrigger  # pyright: ignore[reportMissingTypeStubs] - it ships none

from bot.catalog.values import Environment, Freeze
from bot.reservations.places import FreezeWindow
from bot.reservations.values import Scope, derived_id

BY = "catalog"
AHEAD = timedelta(days=15)
"""Two weeks, and the day until it is planned again."""
LONGEST_SHIFT = timedelta(days=1)
"""By how much clocks were ever set back or forward at once: Samoa left out a whole day in 2011."""


def planned(environment: Environment, now: datetime) -> tuple[FreezeWindow, ...]:
    """What is in force at `now`, or begins before `now + AHEAD`, the earliest first. Times are aware UTC.

    A length is time that passes: clocks that are set back or forward meanwhile do not change it.
    """
    windows: dict[str, FreezeWindow] = {}
    for freeze in environment.freezes:
        for start in _starts(freeze, environment, now):
            window = _window(environment.name, freeze, start)
            known = windows.get(window.id)
            if start < now + AHEAD and window.end > now and (known is None or known.end < window.end):
                windows[window.id] = window
    return tuple(sorted(windows.values(), key=lambda window: (window.start, window.id)))


def _window(environment: str, freeze: Freeze, start: datetime) -> FreezeWindow:
    id = derived_id("freeze", environment, start.isoformat(), freeze.reason)
    return FreezeWindow(id, Scope(environment), start, start + freeze.length, freeze.reason, BY, planned=True)


def _starts(freeze: Freeze, environment: Environment, now: datetime) -> Iterator[datetime]:
    """Every beginning that may count at `now`, and a few more."""
    if freeze.start is not None:
        yield freeze.start.astimezone(UTC)
        return
    zone = environment.hours.zone
    first, last = (now - freeze.length).astimezone(zone), (now + AHEAD).astimezone(zone)
    for clock in _readings(freeze.cron, first.replace(tzinfo=None), last.replace(tzinfo=None)):
        yield clock.replace(tzinfo=zone).astimezone(UTC)


def _readings(cron: str, first: datetime, last: datetime) -> Iterator[datetime]:
    """What clocks on the wall show whenever `cron` asks for it, from a day before `first` to a day after `last`.

    They are asked for as if in UTC, where none is left out or comes twice: in a zone APScheduler (3.11) leaves out a
    midnight that clocks jump over, and takes an hour that they show twice for two. A reading that no clock shows is
    then as much later as clocks were set forward; of one that comes twice it is the first.
    """
    trigger = CronTrigger.from_crontab(cron, timezone=UTC)  # pyright: ignore[reportUnknownMemberType] - untyped
    trigger.end_date = (last + LONGEST_SHIFT).replace(tzinfo=UTC)
    at = (first - LONGEST_SHIFT).replace(tzinfo=UTC)
    while (fires := _next(trigger, at)) is not None:
        yield fires.replace(tzinfo=None)
        at = fires + timedelta(microseconds=1)


def _next(trigger: Any, at: datetime) -> datetime | None:
    return trigger.get_next_fire_time(None, at)
