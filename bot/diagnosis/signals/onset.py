"""When it began: an alert is raised after the fault, by as long as its rule waits. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from bot.diagnosis.evidence import Alert, Series
from bot.diagnosis.signals.findings import spread
from bot.diagnosis.signals.kinds import words
from bot.diagnosis.signals.usage import least

FEWEST = 10
"""Values before the alert, below which its series tells nothing of when it began."""

LEFT_USUAL = 4.0
"""Usual spreads."""

FLOOR = 0.2
"""Of the usual level."""


def onset(alert: Alert, series: Sequence[Series], told: float) -> float:
    """Since when the alert's own metric has been out of its usual range without a break; `told` when it has not."""
    mine = [one for one in series if _complained_of(one, alert)]
    starts = [start for one in mine if (start := _since(one, told))]
    return min(starts, default=told)


def first_seen(service: str, before: Sequence[Series], now: Sequence[Series], told: float) -> float:
    """Since when any metric of the service has been out of its usual range; `told` when that was not before."""
    earlier = {(one.service, one.metric): one for one in before}
    whole = [joined(earlier.get((one.service, one.metric)), one) for one in now if one.service == service]
    starts = [start for one in whole if (start := _since(one, _middle(one, told))) is not None]
    return min([told, *starts])


def joined(one: Series | None, other: Series) -> Series:
    if one is None:
        return other
    return Series(one.service, one.metric, (*one.times, *other.times), (*one.values, *other.values), one.link, one.unit)


def _middle(one: Series, start: float) -> float:
    after = [time for time in one.times if time >= start]
    return after[len(after) // 2] if after else start


def _complained_of(one: Series, alert: Alert) -> bool:
    if not alert.metric or (alert.service and one.service != alert.service):
        return False
    return one.metric == alert.metric or words(alert.metric) <= words(one.metric)


def _since(one: Series, told: float) -> float | None:
    points = [(time, value) for time, value in zip(one.times, one.values, strict=True) if time <= told]
    if len(points) < FEWEST:
        return None
    early = [value for _, value in points[: max(FEWEST // 2, len(points) // 2)]]
    usual = median(early)
    limit = LEFT_USUAL * max(spread(early), FLOOR * abs(usual), least(one), 1e-9)
    start = None
    for time, value in reversed(points):
        if abs(value - usual) <= limit:
            break
        start = time
    return start
