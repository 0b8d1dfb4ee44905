"""What a picture of a period shows: a row for each environment, or for each service of one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.catalog.values import Environment, Hours
from bot.reservations.values import Scope
from bot.stats.closures import Closure
from bot.stats.figures import Share, clipped, share, times_held
from bot.stats.intervals import Interval, Intervals, common, union, working_time
from bot.stats.lives import Life
from bot.stats.where import WHOLE, Where


@dataclass(frozen=True, slots=True)
class Lane:
    """One service, or all of an environment that names none: when it was held one way or the other, when somebody
    waited for it, and when it was frozen or down.
    """

    exclusive: Intervals
    shared: Intervals
    waiting: Intervals
    frozen: Intervals = ()
    down: Intervals = ()


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


@dataclass(frozen=True, slots=True)
class Seen:
    """What happened in a period."""

    lives: Sequence[Life]
    closures: Sequence[Closure]
    period: Interval


def timeline(seen: Seen, environments: Sequence[Environment], hours: Hours, title: str) -> Timeline:
    """`hours` are the reader's: the days are drawn in their zone. Several environments give a row each."""
    period, where = seen.period, Where(seen.lives)
    rows = tuple(_environment(seen, where, env) for env in environments)
    if len(environments) == 1 and environments[0].services:
        rows = tuple(_service(seen, where, environments[0], service) for service in environments[0].services)
    return Timeline(title, period, period[1], hours, working_time(hours, period), rows)


def _environment(seen: Seen, where: Where, env: Environment) -> Row:
    lanes = tuple(_lane(seen, where, env.name, service) for service in env.services or (WHOLE,))
    return Row(env.name, lanes, share(where, (env,), seen.period, working=True))


def _service(seen: Seen, where: Where, env: Environment, service: str) -> Row:
    alone = Environment(env.name, services=(service,), hours=env.hours)
    return Row(service, (_lane(seen, where, env.name, service),), share(where, (alone,), seen.period, working=True))


def _lane(seen: Seen, where: Where, environment: str, service: str) -> Lane:
    exclusive, shared = times_held(where, environment, service, seen.period)
    spans = [span for span in where.touching(environment, service) if span.waits]
    waiting = union(clip for span in spans for clip in clipped(span, seen.period))
    scope = Scope(environment, frozenset([service] if service else ()))
    return Lane(exclusive, shared, waiting, _closed(seen, scope, down=False), _closed(seen, scope, down=True))


def _closed(seen: Seen, scope: Scope, *, down: bool) -> Intervals:
    concerned = [each for each in seen.closures if each.down is down and each.scope.overlaps(scope)]
    return common(union((each.start, each.end or seen.period[1]) for each in concerned), (seen.period,))
