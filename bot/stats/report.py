"""All there is to say of some environments over a period. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.catalog.values import Environment, Hours
from bot.stats.figures import Figures, figures
from bot.stats.intervals import Interval
from bot.stats.timeline import Seen, Timeline, timeline


@dataclass(frozen=True, slots=True)
class Report:
    period: Interval
    figures: Figures
    timeline: Timeline


def report(seen: Seen, environments: Sequence[Environment], hours: Hours, title: str) -> Report:
    """hours: the reader's, for the days of the picture."""
    told = figures(seen.lives, environments, seen.period)
    return Report(seen.period, told, timeline(seen, environments, hours, title))
