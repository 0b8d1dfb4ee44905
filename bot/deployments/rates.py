"""Requests of a service before and after a deployment, taken together and side by side. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.ports.telemetry import RatePoint

FEWEST_ERRORS = 4
FEWEST_REQUESTS = 12
WORSE_SHARE = 0.05
"""Of requests: so many more have to fail than before."""

NEARLY_ALL = 0.9
"""Of the failed requests that were looked at."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests of a window taken together. slow: the 95th percentile of latency, as the typical request met it."""

    requests: int = 0
    errors: int = 0
    slow: timedelta | None = None

    @property
    def share(self) -> float:
        return self.errors / self.requests if self.requests else 0.0


@dataclass(frozen=True, slots=True)
class Compared:
    """A service before and after. own: it is the one that was deployed, not one that calls it.

    looked_at: so many of its failed requests were; passed_by: so many of these never reached the one that was deployed.
    through: so many may have reached others that are known not to be well, or went wrong there first where it is the
    deployed one, or in what came meanwhile: `unwell` and `since`, with their versions. began: services in which some of
    them went wrong first, the most first. astray: that one of them in which nearly all did, where nobody can say what
    was deployed has to do with it; silent: since it does not answer.
    """

    service: str
    before: Rates
    after: Rates
    own: bool = False
    looked_at: int = 0
    passed_by: int = 0
    through: int = 0
    unwell: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    began: tuple[tuple[str, int], ...] = ()
    astray: str = ""
    silent: bool = False

    @property
    def mostly_in(self) -> str:
        """Where nearly all of them went wrong first; empty where that is no single service."""
        service, count = self.began[0] if self.began else ("", 0)
        return service if count >= NEARLY_ALL * self.looked_at else ""

    @property
    def its_share(self) -> Compared:
        """Only with those errors that may have to do with what was deployed."""
        return self._without(self.passed_by)

    @property
    def not_of_others(self) -> Compared:
        """Only with those errors that what is known not to be well has nothing to do with."""
        return self._without(self.through)

    def _without(self, some: int) -> Compared:
        """some: of the failed requests that were looked at."""
        errors = self.after.errors
        elsewhere = round(errors * some / self.looked_at) if self.looked_at else 0
        return replace(self, after=replace(self.after, errors=errors - elsewhere))


@dataclass(frozen=True, slots=True)
class SlowRequest:
    """The slowest that was found of a service that is slower since. name: what was asked of it, without secrets."""

    service: str
    name: str
    took: timedelta
    trace_url: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """How it was before. rates: by service. errors: templates of error lines, by the source that has them."""

    rates: Mapping[str, Rates]
    errors: Mapping[str, tuple[str, ...]]


def fails(each: Compared) -> bool:
    """Clearly more than before."""
    before, after = each.before, each.after
    enough = after.requests >= FEWEST_REQUESTS and after.errors >= FEWEST_ERRORS
    return enough and after.share >= before.share + WORSE_SHARE


def taken_together(points: Sequence[RatePoint]) -> Rates:
    requests, errors = sum(point.requests for point in points), sum(point.errors for point in points)
    return Rates(requests, errors, _typical(points))


def _typical(points: Sequence[RatePoint]) -> timedelta | None:
    """The median of the steps' 95th percentiles, each step as heavy as its requests: one bad moment moves it little.

    Not that of the busiest step, which is the fastest one of a service that keeps its callers waiting.
    """
    timed = sorted((point.p95, point.requests) for point in points if point.p95 is not None)
    seen, half = 0, sum(requests for _, requests in timed) / 2
    for p95, requests in timed:
        seen += requests
        if seen >= half:
            return p95
    return None
