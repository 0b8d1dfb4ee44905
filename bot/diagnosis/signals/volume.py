"""How much is asked of a service, and how much of that fails. Pure.

A share tells little without what it is a share of: one failure in four requests is an accident, twenty in a thousand
are a fault, and whoever fails most is nearer to where it begins than whoever fails now and then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import fmean, median

from bot.diagnosis.evidence import Series
from bot.diagnosis.signals.counters import counts, per_second
from bot.diagnosis.signals.kinds import Kind, kind_of, words

ASKED = frozenset({"requests", "request", "req", "rps", "qps", "calls", "hits", "workload", "traffic", "throughput"})
"""Words of a metric that counts requests beyond doubt: what else is counted, such as pods, may be few in health."""

RATES = frozenset({"rate", "rps", "qps", "ops", "tps", "per", "second", "s"})
"""Words of a metric that counts by the second."""

SHARES = frozenset({"rate", "ratio", "percent", "percentage", "pct", "share"})
"""Words of a metric of failures that says of how many."""


def asked(series: Sequence[Series]) -> dict[str, float]:
    """By service, requests in one step of time: of several metrics that count them, the largest."""
    found: dict[str, float] = {}
    for one in series:
        if one.values and kind_of(one.metric, one.service) is Kind.REQUESTS and words(one.metric) & ASKED:
            found[one.service] = max(found.get(one.service, 0.0), _in_one_step(one))
    return found


def _in_one_step(one: Series) -> float:
    """Names seldom say what is counted in which time: requests come whole, and what has fractions is a rate."""
    if counts(one.values):
        return median(per_second(one)) * _step(one)
    rate = words(one.metric) & RATES or any(value != round(value) for value in one.values)
    return median(one.values) * (_step(one) if rate else 1.0)


def steps(series: Sequence[Series]) -> int:
    """How many there are in the window, of the longest."""
    return max((len(one.values) for one in series), default=0)


def _step(one: Series) -> float:
    """Seconds between two values."""
    apart = [later - at for at, later in pairwise(one.times)]
    return max(1.0, median(apart)) if apart else 1.0


def failing(now: Sequence[Series], health: Sequence[Series]) -> dict[str, float]:
    """By service, how many requests fail in one step of time that do not in health; those without any are left out.
    What has a unit counts no requests.

    The mean, since a fault may last for less than the window.
    """
    requests, usual = asked(now), {(one.service, one.metric): one for one in health}
    found: dict[str, float] = {}
    for one in now:
        other = usual.get((one.service, one.metric))
        if other is None or one.unit or not (one.values and other.values):
            continue
        more = _failures(one, requests) - _failures(other, requests)
        if more > 0:
            found[one.service] = max(found.get(one.service, 0.0), more)
    return found


def _failures(one: Series, requests: Mapping[str, float]) -> float:
    """In one step of time, were as much asked as now; 0 where the metric tells of none."""
    kind, said = kind_of(one.metric, one.service), words(one.metric)
    if kind is Kind.SUCCESS:
        whole = whole_of(one.values)
        return (whole - fmean(one.values)) / whole * requests.get(one.service, 0.0)
    if kind is not Kind.ERRORS:
        return 0.0
    if said & SHARES and max(one.values) <= 100:  # noqa: PLR2004 - per cent
        return fmean(one.values) / whole_of(one.values) * requests.get(one.service, 0.0)
    return fmean(per_second(one)) * _step(one) if counts(one.values) else fmean(one.values)


def whole_of(shares: Sequence[float]) -> float:
    """What all of it is, in a share: 1, or per cent."""
    return 1.0 if max(shares) <= 1 else 100.0
