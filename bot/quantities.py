"""Amounts as people write them, by their unit: `80 to 410 MB`, `0.3 cores`, `12 ms`, `40 %`. Pure.

Units are those of OpenTelemetry (UCUM): By, s, 1, %, {thread}; what grows by the second has `/s` behind it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_BYTES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "bytes"))
_SECONDS = ((60.0, "min"), (1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
_PROCESSOR = re.compile(r"(?:^|[._])cpu(?:$|[._])")
_SHARE = re.compile(r"utili[sz]ation|ratio|percent")
_COUNTED = re.compile(r"\{\w+\}")
_PLAIN = re.compile(r"[A-Za-z%]{1,12}")

_CALLED = (
    (r"memory|heap|[._]rss|_mem_", "memory"),
    (r"throttled", "throttled CPU"),
    (r"cpu", "CPU"),
    (r"[._]gc[._]", "time in garbage collection"),
    (r"event_?loop", "delay of the event loop"),
    (r"pending_requests|connections[._]pending", "requests that wait for a connection"),
    (r"connection.*\[used\]|connections[._]active", "database connections in use"),
    (r"db.client.connection|hikaricp", "database connections"),
    (r"threads?[._]busy|busy[._]threads?", "busy threads"),
    (r"thread", "threads"),
    (r"goroutine", "goroutines"),
    (r"file_descriptor|open_fds", "open files"),
    (r"queue", "queued tasks"),
    (r"restarts?", "restarts"),
)
_STATE = re.compile(r"\[(.*)\]$")
KNOWN = re.compile(
    r"^(process|container|kube|kubernetes|k8s|jvm|go|nodejs|v8js|dotnet|runtime|db\.client|hikaricp|tomcat)[._]"
)
"""What metrics of resources begin with whose words are plain enough to be told in ours."""


def named(metric: str) -> str:
    """`memory` of process.memory.usage; the name itself where no word of ours says as much."""
    name = _STATE.sub("", metric)
    if not KNOWN.match(name):
        return metric
    state = _STATE.search(metric)
    said = next((words for pattern, words in _CALLED if re.search(pattern, metric)), "")
    if not said:
        return metric
    return f"{said} ({state[1]})" if state and state[1] not in {"", "used"} else said


def share_of(metric: str, unit: str) -> bool:
    """Whether it is a part of a whole: 1 is all of it."""
    return unit == "1" and bool(_SHARE.search(metric))


def written(metric: str, unit: str, *values: float) -> tuple[Sequence[str], str]:
    """Each of them, and their unit behind: of several the one that fits the largest."""
    largest = max(map(abs, values), default=0.0)
    factor, said = _scale(metric, unit, largest)
    return [_number(value / factor) for value in values], said


def changed(metric: str, unit: str, usual: float, now: float) -> str:
    """`80 to 410 MB`."""
    (before, after), said = written(metric, unit, usual, now)
    return f"{before} to {after}{' ' * bool(said)}{said}"


def amount(metric: str, unit: str, value: float) -> str:
    (number,), said = written(metric, unit, value)
    return f"{number}{' ' * bool(said)}{said}"


def _scale(metric: str, unit: str, largest: float) -> tuple[float, str]:
    """By what it is divided, and the unit after that."""
    if unit == "s/s":
        return (1.0, "cores") if _PROCESSOR.search(metric) else (0.01, "%")
    if share_of(metric, unit):
        return 0.01, "%"
    base, per = (unit[:-2], "/s") if unit.endswith("/s") else (unit, "")
    steps = {"By": _BYTES, "s": _SECONDS}.get(base)
    if steps:
        size, said = next(((size, said) for size, said in steps if largest >= size), steps[-1])
        return size, said + per
    if base in {"", "1"} or _COUNTED.fullmatch(base):
        return 1.0, "a second" if per else ""
    return 1.0, (base if _PLAIN.fullmatch(base) else "") + per


def _number(value: float) -> str:
    """Three digits that count."""
    if abs(value) >= 100 or value == round(value):  # noqa: PLR2004 - more digits would not be read
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 else "0"  # noqa: PLR2004 - what is less is nothing beside the rest
