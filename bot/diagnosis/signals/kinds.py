"""What a metric measures, by words in its name. Pure.

Names differ from one vendor to the next; these words do not. A name without any of them is judged by its deviation
alone.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class Kind(StrEnum):
    CPU = "cpu"
    MEMORY = "memory"
    DISK = "disk"
    NETWORK = "network"
    SATURATION = "saturation"
    LATENCY = "latency"
    RESTARTS = "restarts"
    ERRORS = "errors"
    SUCCESS = "success"
    REQUESTS = "requests"
    EFFORT = "effort"
    CANCELLED = "cancelled"
    OTHER = "other"


def _any(of: str) -> frozenset[str]:
    return frozenset(of.split())


_WORDS: tuple[tuple[Kind, frozenset[str]], ...] = (
    (Kind.SATURATION, _any("eventloop loop")),  # how late it comes to what waits
    (Kind.MEMORY, _any("gc")),  # for how long memory is tidied up
    (Kind.REQUESTS, _any("syscall syscalls")),  # however much is read or written, they count work
    (Kind.CANCELLED, _any("cancelled canceled cancellations")),  # the caller gave up: its doing, or its patience
    (Kind.RESTARTS, _any("restart restarts crash crashes crashloop oom oomkilled")),
    (
        Kind.ERRORS,
        _any(
            "error errors err failure failures failed fault faults exception exceptions 5xx 4xx panic panics timeout"
            " timeouts rejected throttle throttled throttles limited denied dropped drops retry retries abort aborted"
        ),
    ),
    (Kind.SUCCESS, _any("success successful availability available uptime up apdex")),
    (
        Kind.LATENCY,
        _any("latency latencies duration durations rt mrt elapsed delay lag age p50 p75 p90 p95 p99 p999 rtt ttfb"),
    ),
    (Kind.CPU, _any("cpu cpus processor throttling load1 load5 load15")),
    (Kind.MEMORY, _any("mem memory heap rss ram swap gc workingset")),
    (Kind.DISK, _any("disk disks diskio io iops fs filesystem storage volume read write reads writes")),
    (
        Kind.SATURATION,
        _any(
            "socket sockets connection connections conn conns pool thread threads queue depth backlog pending fd fds"
            " handles saturation utilization limit capacity inflight waiting goroutine goroutines processes"
            " descriptor descriptors queued"
        ),
    ),
    (
        Kind.NETWORK,
        _any("network net rx tx receive received transmit transmitted bytes packets packet tcp bandwidth"),
    ),
    (
        Kind.REQUESTS,
        _any("requests request req rps qps queries ops tps workload load throughput traffic calls count rate hits"),
    ),
)
"""In this order: a rate of errors is about errors, a queue of requests about what is full."""

_FOR_EACH = re.compile(
    r"(?:^|[_.-])per[_.-](?:request|req|call|query|job|message|transaction|operation|inbound)", re.IGNORECASE
)
"""How much is done for each: that is the doing of who does it, however much is asked."""

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+\d*|\d+[a-z]*")
HOSTS = frozenset({"node", "host", "machine", "instance", "vm"})

CAUSES = frozenset({Kind.CPU, Kind.MEMORY, Kind.DISK, Kind.SATURATION, Kind.RESTARTS, Kind.EFFORT})
"""What a service uses up, does for each request, and that it ends. The others tell how it is doing, which a service
that waits for another tells as well.
"""


@lru_cache(maxsize=8_192)
def words(name: str) -> frozenset[str]:
    """Lower case: of CpuUsageRate(%), cpu, usage and rate."""
    return frozenset(part.lower() for part in _PARTS.findall(name))


@lru_cache(maxsize=8_192)
def kind_of(metric: str, service: str = "") -> Kind:
    """The words of the service's own name, which some put before it, tell nothing of the kind."""
    said = words(metric)
    said = said - words(service) or said
    kind = next((kind for kind, known in _WORDS if said & known), Kind.OTHER)
    return Kind.EFFORT if kind in {Kind.REQUESTS, Kind.OTHER} and _FOR_EACH.search(metric) else kind


def of_host(metric: str) -> bool:
    """It measures the machine below, which several services share."""
    return metric.startswith("system.") or bool(words(metric) & HOSTS)
