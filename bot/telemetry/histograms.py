"""Metrics of OTLP, and of them what services count themselves: histograms of how long requests took. Pure.

Kept are those that tell what a service served (OpenTelemetry semantic conventions, HTTP and RPC metrics); gauges and
sums are `resources`; other histograms are taken and not kept.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1 import metrics_pb2 as otlp

from bot.telemetry import resources
from bot.telemetry.attributes import origin_of, stream_key, texts
from bot.telemetry.durations import bucket_of, slot_of
from bot.telemetry.spans import wrong_time
from bot.telemetry.values import Counted, Group, Limits, Parcel, Source, Stream

SECOND, MILLISECOND = 10**6, 10**3
SERVED = {
    "http.server.request.duration": SECOND,
    "http.server.duration": MILLISECOND,
    "rpc.server.call.duration": SECOND,
    "rpc.server.duration": MILLISECOND,
}
"""Names, and the unit of each in microseconds."""

MOST_BUCKETS = 400
MOST_REQUESTS = 10**12
"""Of one bucket: what counts more is broken, and a few of them added up are no number that SQL has."""
FAULT = 500
OVERHEAD = 60
_STATUS = ("http.response.status_code", "http.status_code")
Point = otlp.HistogramDataPoint | otlp.ExponentialHistogramDataPoint


def taken_apart(request: ExportMetricsServiceRequest, now: int, limits: Limits) -> Parcel:
    """now: microseconds."""
    parcel = Parcel()
    for sent in request.resource_metrics:
        group = Group(origin_of(sent.resource, limits))
        instance = sent.resource.SerializeToString(deterministic=True)
        for metric in chain.from_iterable(scope.metrics for scope in sent.scope_metrics):
            if metric.name in SERVED:
                _take(parcel, group, _Histogram(metric, instance), now, limits)
            else:
                resources.take(parcel, group, resources.Sent(metric, instance), now, limits)
        parcel.groups.append(group)
    return parcel


class _Histogram(NamedTuple):
    """instance: whose it is, in bytes that tell one process from another."""

    metric: otlp.Metric
    instance: bytes


def _take(parcel: Parcel, group: Group, histogram: _Histogram, now: int, limits: Limits) -> None:
    metric, instance = histogram
    temporality, found = _points(metric)
    for point in found:
        at = point.time_unix_nano // 1000
        wrong = wrong_time(at, now, limits) or _wrong_shape(point)
        if wrong:
            parcel.refused[wrong] += 1
            continue
        attributes = texts(point.attributes, limits)
        counts = _counts(point, SERVED[metric.name], failed=_failed(attributes))
        if temporality == otlp.AGGREGATION_TEMPORALITY_DELTA:
            add(group, at, counts)
        else:
            key = stream_key(group.origin, instance, metric.name, attributes)
            group.streams.append(Stream(key, point.start_time_unix_nano // 1000, at, counts))
        group.size += OVERHEAD


def add(group: Group, at: int, counts: dict[tuple[int, bool], int]) -> None:
    """Count requests that were served by then."""
    for (bucket, failed), requests in counts.items():
        counted = Counted(Source.METRICS, slot_of(at - 1), bucket)
        group.requests[counted] += requests
        if failed:
            group.errors[counted] += requests


def since(earlier: Stream | None, point: Stream, recent: int) -> dict[tuple[int, bool], int]:
    """What a point that counts from a beginning on adds to an earlier one.

    Without an earlier one it adds all when it began to count after `recent`: before, somebody else may have counted it.
    """
    if earlier is None:
        return point.counts if point.start >= recent else {}
    if point.at <= earlier.at:
        return {}
    if point.start > earlier.start or any(point.counts.get(at, 0) < count for at, count in earlier.counts.items()):
        return point.counts
    grown = {at: count - earlier.counts.get(at, 0) for at, count in point.counts.items()}
    return {at: count for at, count in grown.items() if count}


def _points(metric: otlp.Metric) -> tuple[int, Iterator[Point]]:
    if metric.WhichOneof("data") == "histogram":
        return metric.histogram.aggregation_temporality, iter(metric.histogram.data_points)
    exponential = metric.exponential_histogram
    return exponential.aggregation_temporality, iter(exponential.data_points)


def _wrong_shape(point: Point) -> str:
    if isinstance(point, otlp.HistogramDataPoint):
        counts, bounds = (*point.bucket_counts, point.count), list(point.explicit_bounds)
        fits = len(point.bucket_counts) in {0, len(bounds) + 1} and bounds == sorted(bounds)
        fits = fits and all(map(math.isfinite, (point.sum, *bounds)))
    else:
        counts = (*point.positive.bucket_counts, point.zero_count)
        fits = -10 <= point.scale <= 20  # noqa: PLR2004 - what OpenTelemetry's data model allows
    if len(counts) > MOST_BUCKETS + 1:
        return f"with more than {MOST_BUCKETS} buckets"
    if max(counts) > MOST_REQUESTS:
        return f"with more than {MOST_REQUESTS:,} requests in a bucket"
    return "" if fits else "with buckets that do not fit their bounds"


def _counts(point: Point, unit: int, *, failed: bool) -> dict[tuple[int, bool], int]:
    middle = _explicit(point) if isinstance(point, otlp.HistogramDataPoint) else _exponential(point)
    counts: Counter[tuple[int, bool]] = Counter()
    for seconds, count in middle:
        counts[bucket_of(round(min(max(seconds, 0.0), 86_400 * SECOND / unit) * unit)), failed] += count
    return dict(counts)


def _explicit(point: otlp.HistogramDataPoint) -> Iterator[tuple[float, int]]:
    """The middle of each bucket, and of the last one its lower bound: it has no other."""
    bounds = list(point.explicit_bounds)
    if not bounds:
        if point.count:
            yield point.sum / point.count, point.count
        return
    edges = [0.0, *bounds, bounds[-1]]
    for index, count in enumerate(point.bucket_counts):
        if count:
            yield (edges[index] + edges[index + 1]) / 2, count


def _exponential(point: otlp.ExponentialHistogramDataPoint) -> Iterator[tuple[float, int]]:
    def growth(index: int) -> float:
        return 2.0 ** min(max(index * 2.0**-point.scale, -60), 60)

    if point.zero_count:
        yield 0.0, point.zero_count
    for index, count in enumerate(point.positive.bucket_counts, point.positive.offset):
        if count:
            yield (growth(index) + growth(index + 1)) / 2, count


def _failed(attributes: dict[str, str]) -> bool:
    code = next((attributes[name] for name in _STATUS if name in attributes), "")
    if code.isascii() and code.isdigit():
        return int(code) >= FAULT
    return bool(attributes.get("error.type")) or attributes.get("rpc.grpc.status_code", "0") != "0"
