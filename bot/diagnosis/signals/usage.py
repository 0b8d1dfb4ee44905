"""What services use up, as evidence: which of it may tell of a fault, and how much of it is nothing yet. Pure.

Processes warm up, and pools of threads grow with what is asked: that is usual, however rarely it was seen. So below an
amount that a person would not look at either, nothing stands out.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import accumulate, pairwise

from bot.diagnosis.evidence import Series
from bot.diagnosis.signals.kinds import CAUSES, kind_of, words
from bot.ports.telemetry import ResourceSeries
from bot.quantities import share_of

LEAST: Mapping[str, float] = {
    "By": 8e6,
    "By/s": 1e6,
    "s/s": 0.05,
    "s": 0.02,
    "%": 5.0,
    "{thread}": 8.0,
    "{goroutine}": 50.0,
    "{file_descriptor}": 25.0,
    "{restart}": 0.2,
}
"""By unit, a spread that is usual everywhere."""

UNSAID = {
    "thread": "{thread}",
    "threads": "{thread}",
    "goroutines": "{goroutine}",
    "descriptor": "{file_descriptor}",
    "fds": "{file_descriptor}",
}
"""Units of what is counted, by words of the metric."""

SHARE, COUNT = 0.05, 1.0
"""The same of shares, and of whatever else is counted."""

RESTARTED = frozenset({"restart", "restarts"})
SET_ASIDE = frozenset({"virtual", "vms", "limit", "max", "idle", "committed", "init"})
"""Words of what is reserved and not used, or free."""

COUNTS_WORK = re.compile(r"(?!s|By).*/s")
"""Units of what happens so often a second: it tells how much is asked."""


def least(one: Series) -> float:
    """Below which a spread is not believed; 0 where the unit is not known."""
    if not one.unit:
        return 0.0
    return SHARE if share_of(one.metric, one.unit) else LEAST.get(one.unit, COUNT)


def used(service: str, told: Iterable[ResourceSeries]) -> Iterator[Series]:
    """Those that may be why: restarts as their number since the window began."""
    for each in told:
        said = words(each.metric)
        if said & RESTARTED:
            yield _series(service, each, _since_the_beginning(each), "{restart}")
        elif kind_of(each.metric, service) in CAUSES and not (said & SET_ASIDE or COUNTS_WORK.fullmatch(each.unit)):
            yield _series(service, each, [one.value for one in each.amounts], each.unit or _unit(said))


def _unit(said: Container[str]) -> str:
    """Of what is told without one, as Python's own instrumentation does it; a number of something else."""
    return next((unit for word, unit in UNSAID.items() if word in said), "1")


def _series(service: str, of: ResourceSeries, values: Iterable[float], unit: str) -> Series:
    times = tuple(one.at.timestamp() for one in of.amounts)
    return Series(service, of.metric, times, tuple(values), of.link, unit)


def _since_the_beginning(of: ResourceSeries) -> list[float]:
    """Told by the second or as a number that grows; one that is smaller than before was begun anew."""
    if of.unit.endswith("/s"):
        return [round(count, 3) for count in accumulate(each.value * of.step.total_seconds() for each in of.amounts)]
    grown = (max(0.0, later.value - each.value) for each, later in pairwise(of.amounts))
    return list(accumulate(grown, initial=0.0))
