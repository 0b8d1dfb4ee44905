"""All there is to say of some environments over a period. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.catalog.values import Environment, Hours
from bot.stats.figures import Figures, figures
from bot.stats.intervals import Interval
from bot.stats.lives import Life
from bot.stats.timeline import Timeline, timeline


@dataclass(frozen=True, slots=True)
class Report:
    period: Interval
    figures: Figures
    timeline: Timeline


def report(
    lives: Sequence[Life], environments: Sequence[Environment], period: Interval, hours: Hours, title: str
) -> Report:
    """hours: the reader's, for the days of the picture."""
    return Report(period, figures(lives, environments, period), timeline(lives, environments, period, hours, title))
