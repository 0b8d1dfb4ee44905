"""What a person wants to be told, and when it is quiet for them. Pure. Times of day are local to their zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from bot.catalog.values import Catalog, Hours
from bot.notices.model import Envelope
from bot.notices.topics import Topic, can_wait, topic_of

EVERY_DAY = frozenset(range(7))
A_WEEK_AND_MORE = range(-1, 9)


class Quiet(StrEnum):
    """When quiet hours are."""

    NEVER = "never"
    OUTSIDE_WORK = "outside_work"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What somebody has chosen; as it stands here, what holds for whoever has chosen nothing.

    muted: topics they do not want. quiet_from, quiet_to: every day, with Quiet.OWN.
    zone_name, work: in place of what the catalog says of them. known_zone: theirs, as the chat said when they chose.
    unlimited: what can be turned off comes on full days too.
    """

    muted: frozenset[Topic] = frozenset()
    quiet: Quiet = Quiet.NEVER
    quiet_from: time = time(18)
    quiet_to: time = time(9)
    zone_name: str = ""
    work: tuple[time, time] | None = None
    known_zone: str = ""
    unlimited: bool = False


def working_hours(chosen: Preferences, catalog: Catalog, person: str) -> Hours:
    """Their own choice; else the catalog's; for people not in it its default, in the zone that the chat knows."""
    listed = catalog.person(person)
    hours = listed.hours if listed else replace(catalog.hours, zone_name=chosen.known_zone or catalog.hours.zone_name)
    start, end = chosen.work or (hours.start, hours.end)
    return replace(hours, zone_name=chosen.zone_name or hours.zone_name, start=start, end=end)


def midnight(hours: Hours, now: datetime) -> datetime:
    """When the day began for whoever has these hours, aware."""
    return datetime.combine(now.astimezone(hours.zone).date(), time(), hours.zone)


def next_morning(hours: Hours, now: datetime) -> datetime:
    """When the next working day begins for whoever has these hours, aware UTC; in a day for who has none."""
    return min((start for start, _ in _spans(hours, now) if start > now), default=now + timedelta(days=1))


def quiet_until(chosen: Preferences, hours: Hours, now: datetime) -> datetime | None:
    """When the quiet hours end in which `now` lies, aware UTC; None when it lies in none."""
    match chosen.quiet:
        case Quiet.NEVER:
            return None
        case Quiet.OUTSIDE_WORK:
            work = list(_spans(hours, now))
            if any(start <= now < end for start, end in work):
                return None
            return min((start for start, _ in work if start > now), default=None)
        case Quiet.OWN:
            quiet = replace(hours, start=chosen.quiet_from, end=chosen.quiet_to, days=EVERY_DAY)
            return max((end for start, end in _spans(quiet, now) if start <= now < end), default=None)


def _spans(hours: Hours, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Each of the days around `now`, aware UTC. One that ends before it starts ends on the next day."""
    today = now.astimezone(hours.zone).date()
    over_midnight = timedelta(days=hours.end <= hours.start)
    for day in (today + timedelta(days=n) for n in A_WEEK_AND_MORE):
        if day.weekday() in hours.days:
            start = datetime.combine(day, hours.start, hours.zone)
            end = datetime.combine(day + over_midnight, hours.end, hours.zone)
            yield start.astimezone(UTC), end.astimezone(UTC)


def considerate(envelope: Envelope, chosen: Preferences, catalog: Catalog, now: datetime) -> Envelope | None:
    """As its person wants it: at once, held back until it is no longer quiet for them, or not at all."""
    topic = topic_of(envelope.notice)
    if topic in chosen.muted:
        return None
    if topic is None or not can_wait(envelope.notice):
        return envelope
    return replace(envelope, not_before=quiet_until(chosen, working_hours(chosen, catalog, envelope.to), now))
