"""What services use up: gauges and sums of OTLP, one value for each instance, metric and state. Pure.

However a metric is taken apart, by pools, cores or routes, what is kept is one number for each of its states, such as
connections that are used and those that are idle: the number of series does not grow with what a sender thinks of.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from opentelemetry.proto.metrics.v1 import metrics_pb2 as otlp

from bot.telemetry.attributes import clean, stream_key, texts
from bot.telemetry.spans import wrong_time
from bot.telemetry.values import Group, Limits, Measure, Parcel

FAMILIES = (
    "process.",
    "db.client.connection",
    "container.",
    "k8s.",
    "jvm.",
    "cpython.",
    "nodejs.",
    "v8js.",
    "go.",
    "dotnet.",
    "system.",
)
"""What metrics of resources begin with, those that tell most first (OpenTelemetry semantic conventions 1.37)."""

PAUSES = frozenset({"jvm.gc.duration", "v8js.gc.duration"})
"""Histograms whose sum is time in which nothing else is done."""

STATES = ("state", "type", "direction")
"""Last words of attributes whose values are told apart; over all others a metric is added up."""

IDLE = frozenset({"idle", "iowait", "steal"})
"""What a core does while nobody uses it."""

CORES = ("cpu.logical_number", "cpu", "system.cpu.logical_number")
RATIOS = frozenset({"1", "%"})
LONGEST_NAME, LONGEST_STATE, LONGEST_UNIT = 120, 40, 24
LARGEST = 1e18
OVERHEAD = 60
"""Bytes that a value takes, its indexes included (measured with SQLite)."""

HALF = 8
"""Bytes of a counter's key that tell whose it is; so many more tell which part."""

Points = Iterable[otlp.NumberDataPoint | otlp.HistogramDataPoint]


class Sent(NamedTuple):
    """instance: as of `stream_key`."""

    metric: otlp.Metric
    instance: bytes


class _Point(NamedTuple):
    """core: which one it is of, where it is of one. part: all its attributes, by which a metric is taken apart."""

    state: str
    at: int
    start: int
    value: float
    core: str
    part: tuple[tuple[str, str], ...]


def take(parcel: Parcel, group: Group, sent: Sent, now: int, limits: Limits) -> None:
    """What is no gauge and no sum is not kept. now: microseconds."""
    metric, found = sent.metric, list[_Point]()
    for point in _points(metric):
        at = point.time_unix_nano // 1000
        value = _value(point)
        wrong = wrong_time(at, now, limits) or ("" if abs(value) <= LARGEST else "with a value that is no number")
        if wrong:
            parcel.refused[wrong] += 1
        elif (read := _read(metric.name, point, value, limits)) is not None:
            found.append(read)
    for points in _at_once(found):
        group.measures += _measures(group, sent, points)


def _at_once(points: Iterable[_Point]) -> Iterable[Sequence[_Point]]:
    """Those that belong together, by state: the last of each part, the ones before these, and so on. The parts of a
    metric may have been looked at one after the other.
    """
    parts: defaultdict[tuple[str, tuple[tuple[str, str], ...]], list[_Point]] = defaultdict(list)
    for point in points:
        parts[point.state, point.part].append(point)
    found: defaultdict[tuple[str, int], list[_Point]] = defaultdict(list)
    for (state, _), of in parts.items():
        of.sort(key=lambda point: point.at, reverse=True)
        for place, point in enumerate(of):
            found[state, -place].append(point)
    return [of for _, of in sorted(found.items())]


def _measures(group: Group, sent: Sent, points: Sequence[_Point]) -> Iterator[Measure]:
    """Of what counts from a beginning on one for each part, since each of them may begin anew."""
    name, unit = clean(sent.metric.name, LONGEST_NAME), clean(sent.metric.unit, LONGEST_UNIT)
    state, told, grown = points[0].state, max(point.at for point in points), _counts(sent.metric)
    if grown == otlp.AGGREGATION_TEMPORALITY_DELTA:
        rates = [each.value * 10**6 / (each.at - each.start) for each in points if each.at > each.start > 0]
        if rates:
            yield Measure(name, state, f"{unit}/s", told, sum(rates))
    elif grown:
        whose = stream_key(group.origin, sent.instance, name, {"": state})[:HALF]
        for each in points:
            key = whose + stream_key(group.origin, sent.instance, name, dict(each.part))[:HALF]
            yield Measure(name, state, f"{unit}/s", each.at, each.value, key, each.start, whose, told)
    else:
        yield Measure(name, state, unit, told, _together(name, unit, points))


def per_second(earlier: Measure | None, point: Measure) -> float | None:
    """How quickly a counter grew since an earlier point of it; None where that is not known. One that has less began
    anew.
    """
    if earlier is None or point.at <= earlier.at:
        return None
    if point.value >= earlier.value:
        return (point.value - earlier.value) * 10**6 / (point.at - earlier.at)
    since = point.start if earlier.at < point.start < point.at else earlier.at
    return max(point.value, 0.0) * 10**6 / (point.at - since)


def telling(names: Iterable[str]) -> list[str]:
    """Those that tell most of what a service uses up first."""
    return sorted(set(names), key=lambda name: (family(name), name))


def family(name: str) -> int:
    """Its place among the families; behind the last what is in none."""
    return next((place for place, one in enumerate(FAMILIES) if name.startswith(one)), len(FAMILIES))


def _points(metric: otlp.Metric) -> Points:
    kind = metric.WhichOneof("data")
    if kind == "gauge":
        return metric.gauge.data_points
    if kind == "sum":
        return metric.sum.data_points if _counts(metric) or _level(metric.sum) else ()
    return metric.histogram.data_points if kind == "histogram" and metric.name in PAUSES else ()


def _level(of: otlp.Sum) -> bool:
    """It goes up and down, and each point says how much there is."""
    return of.aggregation_temporality == otlp.AGGREGATION_TEMPORALITY_CUMULATIVE


def _counts(metric: otlp.Metric) -> int:
    """The temporality of what only grows; 0 for the others."""
    kind = metric.WhichOneof("data")
    if kind == "histogram":
        return metric.histogram.aggregation_temporality
    return metric.sum.aggregation_temporality if kind == "sum" and metric.sum.is_monotonic else 0


def _value(point: otlp.NumberDataPoint | otlp.HistogramDataPoint) -> float:
    """What is no number is infinite, so that it is refused."""
    if isinstance(point, otlp.HistogramDataPoint):
        value = point.sum
    else:
        value = float(point.as_int if point.WhichOneof("value") == "as_int" else point.as_double)
    return value if math.isfinite(value) else math.inf


def _read(
    name: str, point: otlp.NumberDataPoint | otlp.HistogramDataPoint, value: float, limits: Limits
) -> _Point | None:
    """None where the point says that there is none, and for time in which a core did nothing."""
    if point.flags & otlp.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK:
        return None
    attributes = texts(point.attributes, limits)
    part = tuple(sorted(attributes.items()))
    states = [text for key, text in part if key.rpartition(".")[2] in STATES]
    core = next((attributes[key] for key in CORES if key in attributes), "")
    at, start = point.time_unix_nano // 1000, point.start_time_unix_nano // 1000
    if ".cpu." in name:
        idle = not IDLE.isdisjoint(attributes.values())
        return None if idle else _Point("", at, start, value, core, part)
    return _Point(clean(" ".join(states), LONGEST_STATE), at, start, value, core, part)


def _together(name: str, unit: str, points: Sequence[_Point]) -> float:
    """Amounts are added up. Of shares the largest counts, such as that of the fullest disk; those of a processor are of
    one of its cores each.
    """
    if unit not in RATIOS:
        return sum(point.value for point in points)
    if ".cpu." in name:
        return sum(point.value for point in points) / len({point.core for point in points})
    return max(point.value for point in points)


def with_room(known: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]], most: int) -> Iterator[tuple[str, str]]:
    """Of new series (name, state) those that one sender may still begin: half of them may be of no known family."""
    kept = list(known)
    count, strange = len(kept), sum(family(name) == len(FAMILIES) for name, _ in kept)
    for name, state in sorted(new, key=lambda one: (family(one[0]), one)):
        alien = family(name) == len(FAMILIES)
        if count < most and (not alien or strange < most // 2):
            count, strange = count + 1, strange + alien
            yield name, state
