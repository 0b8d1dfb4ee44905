"""Is it well after a deployment? What is compared with before, and what that comes to. Pure.

Counts are compared by their rates with a margin, since a sample environment has little traffic: one error among three
requests says nothing, five among twenty that had none before says a lot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.ports.telemetry import RatePoint

DEAD_AFTER = 3
"""Looks in a row at which its health address did not answer well."""

FEWEST_ERRORS = 4
FEWEST_REQUESTS = 12
WORSE_SHARE = 0.05
"""Of requests: so many more have to fail than before."""

SLOWER = 2.0
SLOWER_BY = timedelta(milliseconds=200)


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests of a window taken together. slow: the 95th percentile of latency, of the busiest step."""

    requests: int = 0
    errors: int = 0
    slow: timedelta | None = None

    @property
    def share(self) -> float:
        return self.errors / self.requests if self.requests else 0.0


@dataclass(frozen=True, slots=True)
class Compared:
    """A service before and after. own: it is the one that was deployed, not one that calls it."""

    service: str
    before: Rates
    after: Rates
    own: bool = False


@dataclass(frozen=True, slots=True)
class Observed:
    """bad_looks: at its health address, the latest ones in a row; detail: what it said."""

    bad_looks: int = 0
    detail: str = ""
    compared: tuple[Compared, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Judgement:
    """red: the lines that say why it is not well. fine: what was looked at and is well."""

    red: tuple[str, ...] = ()
    fine: tuple[str, ...] = ()


def taken_together(points: Sequence[RatePoint]) -> Rates:
    busiest = max(points, key=lambda point: point.requests, default=None)
    requests, errors = sum(point.requests for point in points), sum(point.errors for point in points)
    return Rates(requests, errors, busiest.p95 if busiest else None)


def judge(observed: Observed) -> Judgement:
    red: list[str] = []
    fine: list[str] = []
    if observed.bad_looks >= DEAD_AFTER:
        red.append(f"it does not answer at its health address: {observed.detail or 'no answer'}")
    elif not observed.bad_looks:
        fine.append("it answers at its health address")
    for each in observed.compared:
        if (line := _errors(each)) or (line := _latency(each)):
            red.append(line)
        elif each.after.requests:
            fine.append(_well(each))
    return Judgement(tuple(red), tuple(fine))


def early(began: datetime, now: datetime, settle: timedelta = timedelta(seconds=20)) -> bool:
    """While it has only just started, a look that fails says little."""
    return now - began < settle


def _errors(each: Compared) -> str:
    before, after = each.before, each.after
    if after.requests < FEWEST_REQUESTS or after.errors < FEWEST_ERRORS or after.share < before.share + WORSE_SHARE:
        return ""
    was = f"{before.share:.1%} before" if before.requests else "nothing is known of before"
    return f"{_name(each)} fails {after.share:.1%} of {after.requests} requests, {was}"


def _latency(each: Compared) -> str:
    before, after = each.before.slow, each.after.slow
    if before is None or after is None or each.after.requests < FEWEST_REQUESTS:
        return ""
    if after < before * SLOWER or after - before < SLOWER_BY:
        return ""
    return f"{_name(each)} takes {_ms(after)} (p95) for what took {_ms(before)} before"


def _well(each: Compared) -> str:
    return f"{_name(each)} served {each.after.requests} requests, {each.after.share:.1%} of them failed"


def _name(each: Compared) -> str:
    return each.service if each.own else f"{each.service}, which calls it,"


def _ms(length: timedelta) -> str:
    return f"{length / timedelta(milliseconds=1):,.0f} ms"
