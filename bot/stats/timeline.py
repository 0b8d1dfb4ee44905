"""What a picture of a period shows: a row for each environment, or for each service of one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.catalog.values import Environment, Hours
from bot.stats.figures import Share, clipped, share, times_held, touches
from bot.stats.intervals import Interval, Intervals, union, working_time
from bot.stats.lives import Life


@dataclass(frozen=True, slots=True)
class Lane:
    """One service, or all of an environment that names none. The three do not overlap, except that some may wait."""

    exclusive: Intervals
    shared: Intervals
    waiting: Intervals


@dataclass(frozen=True, slots=True)
class Row:
    """Lanes of one height lie one below the other. share: of its working hours."""

    name: str
    lanes: tuple[Lane, ...]
    share: Share | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """zone: in which days begin. working: the hours that count. now: the end of what is known."""

    title: str
    period: Interval
    now: datetime
    hours: Hours
    working: Intervals
    rows: tuple[Row, ...]


def timeline(
    lives: Sequence[Life], environments: Sequence[Environment], period: Interval, hours: Hours, title: str
) -> Timeline:
    """`hours` are the reader's: the days are drawn in their zone. Several environments give a row each."""
    rows = tuple(_environment(lives, env, period) for env in environments)
    if len(environments) == 1 and environments[0].services:
        rows = tuple(_service(lives, environments[0], service, period) for service in environments[0].services)
    return Timeline(title, period, period[1], hours, working_time(hours, period), rows)


def _environment(lives: Sequence[Life], env: Environment, period: Interval) -> Row:
    lanes = tuple(_lane(lives, env.name, service, period) for service in env.services or ("",))
    return Row(env.name, lanes, share(lives, (env,), period, working=True))


def _service(lives: Sequence[Life], env: Environment, service: str, period: Interval) -> Row:
    alone = Environment(env.name, services=(service,), hours=env.hours)
    return Row(service, (_lane(lives, env.name, service, period),), share(lives, (alone,), period, working=True))


def _lane(lives: Sequence[Life], environment: str, service: str, period: Interval) -> Lane:
    exclusive, shared = times_held(lives, environment, service, period)
    spans = [span for life in lives for span in life.spans if span.waits and touches(span, environment, service)]
    return Lane(exclusive, shared, union(clip for span in spans for clip in clipped(span, period)))
