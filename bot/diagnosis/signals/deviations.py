"""Metrics that left their usual range. Pure.

Robust: the median of the window against the median in health, in units of the usual spread, as in BARO (Pham, Ha,
Zhang, "BARO: Robust root cause analysis for microservices", FSE 2024), with a floor under the spread so that a quiet
metric does not cry wolf.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from bot.diagnosis.evidence import Series, Window
from bot.diagnosis.signals.counters import counts, per_second
from bot.diagnosis.signals.findings import Finding, Layer, grade, spread
from bot.diagnosis.signals.kinds import CAUSES, Kind, kind_of, of_host
from bot.diagnosis.signals.usage import least
from bot.diagnosis.signals.volume import asked, failing, steps, whole_of
from bot.quantities import changed, named

FEWEST = 3
"""Values in either window."""

FLOOR = 0.12
"""Of the usual level: a spread below it is taken for this much."""

FAILING, FAILING_OF_MANY, MANY = 0.01, 0.002, 300
"""Of all calls: as many failures more or less are usual. Of at least so MANY in one step of time, fewer are."""

SCARCE = 30
"""Requests in the window, below which what is told of them is mostly accident."""

LEAST = 0.5
"""What a failing service counts that hardly adds to all that fails; the one that fails most counts whole."""

DEVIATION = (3.0, 30.0)
UNCONFIRMED = 0.5
IDLE = 0.5
"""Less is used, mostly since less is asked."""

FROM_NOTHING = 15.0
"""What has always been zero has no spread; how far it left zero is not known better than this. Errors count fully."""

WEIGHT = {
    Kind.CPU: 1.0,
    Kind.MEMORY: 0.8,
    Kind.DISK: 0.8,
    Kind.SATURATION: 0.8,
    Kind.RESTARTS: 1.0,
    Kind.EFFORT: 0.7,
    Kind.NETWORK: 0.45,
    Kind.LATENCY: 0.5,
    Kind.ERRORS: 0.6,
    Kind.SUCCESS: 0.6,
    Kind.REQUESTS: 0.35,
    Kind.CANCELLED: 0.2,
    Kind.OTHER: 0.5,
}
OF_HOST = 0.35
SUCCEEDS = "success_rate"
TOLD_BY_TRACES = 0.2


@dataclass(frozen=True, slots=True)
class Deviation:
    """times: usual spreads between the medians; negative when it fell. beyond: the same, from just before the fault."""

    series: Series
    kind: Kind
    usual: float
    now: float
    times: float
    beyond: float
    part: float = 1.0
    """How far to believe it, by how much is asked and fails of how much: 0 to 1."""


def deviations(now: Sequence[Series], health: Sequence[Series], before: Sequence[Series] = ()) -> list[Deviation]:
    """Of what is there in both windows; a column that one of them lacks is dropped. before: another window in health,
    of few values perhaps, which the metric should have left as well.
    """
    floors, requests, fails = _floors(health), asked(now), failing(now, health)
    scarce = {service: min(1.0, count * steps(now) / SCARCE) for service, count in requests.items()}
    earlier = {(one.service, one.metric): one for one in before}
    found = (
        _deviation(one, other, earlier.get((one.service, one.metric)), _floor(one, other, floors, requests))
        for one, other in paired(now, health)
    )
    shares = _shares(fails, requests)
    return [replace(one, part=_part(one, scarce, (fails, shares))) for one in found if one is not None]


def _shares(fails: Mapping[str, float], requests: Mapping[str, float]) -> dict[str, float]:
    """Which share of its requests fails, of services where much does."""
    most = max(fails.values(), default=0.0)
    return {
        service: count / max(count, requests[service])
        for service, count in fails.items()
        if 2 * count >= most and service in requests
    }


def _floor(one: Series, health: Series, floors: Mapping[str, float], requests: Mapping[str, float]) -> float:
    """Below which a spread is not believed."""
    if one.unit:
        return least(one)
    if kind_of(one.metric, one.service) is not Kind.SUCCESS:
        return floors.get(one.metric, 0.0)
    usual = FAILING_OF_MANY if requests.get(one.service, 0.0) >= MANY else FAILING
    return usual * whole_of(health.values)


def _part(one: Deviation, scarce: Mapping[str, float], failing: Sequence[Mapping[str, float]]) -> float:
    """failing: by service, how much fails, and which share of what it is asked. Whoever fails most, and the largest
    share, is where it begins: those who call it fail in those of their requests that need it.
    """
    service = one.series.service
    if one.kind not in {Kind.LATENCY, Kind.SUCCESS, Kind.ERRORS}:
        return 1.0
    believed = scarce.get(service, 1.0)
    if one.kind is Kind.LATENCY:
        return believed
    for each in failing:
        if service in each:
            believed *= LEAST + (1 - LEAST) * each[service] / max(each.values())
    return believed


def paired(now: Sequence[Series], health: Sequence[Series]) -> Iterator[tuple[Series, Series]]:
    known = {(one.service, one.metric): one for one in health}
    for one in now:
        other = known.get((one.service, one.metric))
        if other and one.values and other.values:
            yield one, other


def _floors(health: Sequence[Series]) -> dict[str, float]:
    """By metric, a tenth of its median level over the services: what is small beside that moves nobody."""
    levels: dict[str, list[float]] = {}
    for one in health:
        if one.values:
            levels.setdefault(one.metric, []).append(abs(median(one.values)))
    return {metric: 0.1 * median(of) for metric, of in levels.items()}


def _deviation(one: Series, other: Series, before: Series | None, floor: float) -> Deviation | None:
    ours, theirs = one.values, other.values
    if not one.unit and counts(theirs) and counts(ours):
        ours, theirs = per_second(one), per_second(other)
    if len(ours) < FEWEST or len(theirs) < FEWEST:
        return None
    usual, typically = median(theirs), median(ours)
    kind = kind_of(one.metric, one.service)
    if kind is Kind.SUCCESS:
        unit = max(spread(theirs), FLOOR * (whole_of(theirs) - usual), floor)
    else:
        unit = max(spread(theirs), FLOOR * abs(usual), floor, 1e-9)
    times = _for_the_worse(kind, (typically - usual) / unit)
    if not any(theirs):
        most = DEVIATION[1] if kind in {Kind.ERRORS, Kind.RESTARTS} else FROM_NOTHING
        times = max(-most, min(most, times))
    beyond = times
    if before and before.values and (one.unit or not counts(before.values)):
        beyond = _for_the_worse(kind, (typically - median(before.values)) / unit)
    return Deviation(one, kind, usual, typically, times, beyond)


def _for_the_worse(kind: Kind, times: float) -> float:
    """Fewer errors are no fault; that it is faster may mean that it does less."""
    if (kind is Kind.SUCCESS and times > 0) or (kind is Kind.ERRORS and times < 0):
        return 0.0
    return times / 2 if kind is Kind.LATENCY and times < 0 else times


def findings(deviating: Sequence[Deviation], traced: Container[str] = ()) -> dict[str, Finding]:
    """By service and kind. traced: services whose time is known from their traces, which tell more of it."""
    found: dict[str, Finding] = {}
    for one in deviating:
        strength = _strength(one) * _weight(one, traced) * one.part
        key = f"{one.series.service}\n{one.kind}"
        if strength > 0 and (key not in found or strength > found[key].strength):
            words = _told(one) if _of_requests(one) else f"{_told(one)}, {abs(one.times):,.0f} times its usual spread"
            found[key] = Finding(one.series.service, _layer(one), strength, words, (one.series.item,))
    return found


def _layer(one: Deviation) -> Layer:
    """Where the unit is known, it is known as well that what is full may be full of what waits for another."""
    if one.kind not in CAUSES:
        return Layer.SYMPTOMS
    return Layer.SATURATION if one.series.unit and one.kind is Kind.SATURATION else Layer.RESOURCES


def _told(one: Deviation) -> str:
    of = one.series
    if _of_requests(one):
        return f"{_share(one.now)} of the requests to {of.service} succeed, {_share(one.usual)} did in health"
    if not of.unit:
        return f"{of.metric} went from {one.usual:,.4g} to {one.now:,.4g}"
    return f"{named(of.metric)} of {of.service} went from {changed(of.metric, of.unit, one.usual, one.now)}"


def _of_requests(one: Deviation) -> bool:
    """Which share of requests succeeds, as whoever tells rates tells it."""
    return one.series.metric == SUCCEEDS and 0 <= one.now <= 1 and 0 <= one.usual <= 1


def _share(part: float) -> str:
    """`81 %`: all and none only where it is so."""
    if part in {0.0, 1.0}:
        return "all" if part else "none"
    return f"{min(99.9, max(0.1, 100 * part)):.3g} %"


def faint(deviating: Sequence[Deviation]) -> dict[str, float]:
    """By service, its largest deviation, however small: the order among those of which nothing stands out."""
    largest: dict[str, float] = {}
    for one in deviating:
        size = min(abs(one.times), abs(one.beyond)) * _weight(one, ()) * one.part
        largest[one.series.service] = max(largest.get(one.series.service, 0.0), size)
    return largest


def _strength(one: Deviation) -> float:
    """What had been as far away before the fault counts half."""
    whole = grade(abs(one.times), *DEVIATION)
    since = grade(abs(one.beyond), *DEVIATION) if one.times * one.beyond > 0 else 0.0
    lessened = min(whole, since) + (whole - min(whole, since)) * UNCONFIRMED
    return lessened * (IDLE if one.kind in CAUSES and one.times < 0 else 1.0)


def _weight(one: Deviation, traced: Container[str]) -> float:
    told = one.kind is Kind.LATENCY and one.series.service in traced
    aside = bool(traced) and one.kind not in CAUSES and one.series.service not in traced
    lessened = TOLD_BY_TRACES if told or aside else 1.0
    return WEIGHT[one.kind] * (OF_HOST if of_host(one.series.metric) else 1) * lessened


def cut(series: Sequence[Series], window: Window) -> tuple[Series, ...]:
    """The part of each within the window; those without any are left out."""
    parts = ((one, bisect_left(one.times, window.start), bisect_left(one.times, window.end)) for one in series)
    return tuple(
        Series(one.service, one.metric, one.times[start:end], one.values[start:end], one.link, one.unit)
        for one, start, end in parts
        if start < end
    )
