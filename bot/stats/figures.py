"""How much environments were used, and how long people waited for them. Pure: lives in, figures out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from bot.catalog.values import Environment
from bot.reservations.values import Mode
from bot.stats.intervals import NOTHING, Interval, Intervals, common, length, middle, union, without, working_time
from bot.stats.lives import Life, Span
from bot.stats.where import WHOLE, Where


@dataclass(frozen=True, slots=True)
class Share:
    """Parts of a time that add up to 1: held exclusively, held shared by one or more, free."""

    exclusive: float
    shared: float
    free: float

    @property
    def held(self) -> float:
        return self.exclusive + self.shared


@dataclass(frozen=True, slots=True)
class Lengths:
    """Of how many, the median, and what nine in ten do not exceed; None of none."""

    count: int
    median: timedelta | None = None
    p90: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Of some environments in a period.

    all_hours, working_hours: of the time of their services, each counting the same; None without any such time.
    leases: held at some time. holds: of those that ended in the period; waits: of those that got it in the period
    after a wait. ended: how many by kind of the event. missed: offers that passed in silence.
    teams: their parts of the time that was held, the largest first; None stands for people without a team.
    """

    all_hours: Share | None
    working_hours: Share | None
    leases: int
    holds: Lengths
    waits: Lengths
    ended: Mapping[str, int]
    missed: int
    teams: tuple[tuple[str | None, float], ...]


def figures(lives: Sequence[Life], environments: Sequence[Environment], period: Interval) -> Figures:
    """Of `environments` in `period`, from the lives of leases as they stand at its end."""
    names = {env.name for env in environments}
    ours = [life for life in lives if life.lease.scope.environment in names]
    ended = [life for life in ours if life.started and life.end and _within(life.end, period)]
    held = [life for life in ours if any(span.held and clipped(span, period) for span in life.spans)]
    where = Where(ours)
    came = [life for life in ours if life.started and _within(life.started, period)]
    return Figures(
        all_hours=share(where, environments, period),
        working_hours=share(where, environments, period, working=True),
        leases=len({life.lease.id for life in (*held, *ended)}),
        holds=lengths(life.held_for(period[1]) for life in ended),
        waits=lengths(life.wait for life in came if life.wait is not None),
        ended=Counter(life.ended for life in ended),
        missed=sum(1 for life in ours for at in life.missed if _within(at, period)),
        teams=_by_team(held, period),
    )


def share(
    where: Where, environments: Iterable[Environment], period: Interval, *, working: bool = False
) -> Share | None:
    """Over all hours, or over the working hours of each environment."""
    whole = exclusive = shared = NOTHING
    for env in environments:
        times = working_time(env.hours, period) if working else (period,)
        for service in env.services or (WHOLE,):
            alone, together = times_held(where, env.name, service, period)
            whole += length(times)
            exclusive += length(common(alone, times))
            shared += length(common(together, times))
    if not whole:
        return None
    return Share(exclusive / whole, shared / whole, (whole - exclusive - shared) / whole)


def times_held(where: Where, environment: str, service: str, period: Interval) -> tuple[Intervals, Intervals]:
    """When a service was held exclusively, and when it was shared by one or more."""
    spans = [span for span in where.touching(environment, service) if span.held]
    alone = union(clip for span in spans if span.lease.mode is Mode.EXCLUSIVE for clip in clipped(span, period))
    together = union(clip for span in spans if span.lease.mode is Mode.SHARED for clip in clipped(span, period))
    return alone, without(together, alone)


def clipped(span: Span, period: Interval) -> Intervals:
    """The part of a span that lies in the period, if any."""
    start, end = max(span.start, period[0]), min(span.until(period[1]), period[1])
    return ((start, end),) if start < end else ()


def lengths(given: Iterable[timedelta]) -> Lengths:
    """The median and the 90th percentile by nearest rank."""
    ordered = sorted(given)
    if not ordered:
        return Lengths(0)
    return Lengths(len(ordered), middle(ordered), ordered[ceil(0.9 * len(ordered)) - 1])


def _by_team(held: Iterable[Life], period: Interval) -> tuple[tuple[str | None, float], ...]:
    times: dict[str | None, timedelta] = defaultdict(timedelta)
    for life in held:
        spans = (clip for span in life.spans if span.held for clip in clipped(span, period))
        times[life.lease.wanted.team] += length(tuple(spans))
    whole = sum(times.values(), NOTHING)
    parts = [(team, time / whole) for team, time in times.items()]
    return tuple(sorted(parts, key=lambda part: (-part[1], part[0] or "")))


def _within(at: datetime, period: Interval) -> bool:
    return period[0] < at <= period[1]
