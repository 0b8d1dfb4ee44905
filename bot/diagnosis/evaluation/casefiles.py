"""Failures kept as files: one folder per case, as `signalbox rca eval` reads them. Nothing here opens label.json.

Files are read as streams; what is larger than it can be used is sampled, and the case says so.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import re
import zlib
from array import array
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Protocol, TypeVar
from zlib import crc32

import msgspec

from bot.diagnosis.evidence import Alert, Line, Series, Span, Window
from bot.diagnosis.signals.rows import shortened
from bot.errors import UsageError

T = TypeVar("T")

MOST_SPANS, MOST_LINES = 300_000, 60_000
"""Of one file. Beyond that traces and lines are thinned evenly, and the case says so."""

NOT_MEASURED = frozenset({"", "nan", "null", "none", "inf", "infinity", "na", "n/a"})
LONGEST_MESSAGE = 2_000
LONGEST_FIELD = 4_000_000
FAILED = re.compile(
    r"(?:STATUS_CODE_)?ERR(?:OR)?|FAIL\w*|FAULT|EXCEPTION|TRUE|2|5\d\d"
    r"|UNAVAILABLE|INTERNAL|UNKNOWN|ABORTED|DATA_LOSS|RESOURCE_EXHAUSTED|DEADLINE_EXCEEDED|CANCELLED",
    re.IGNORECASE,
)
"""Words for a span that failed: of OpenTelemetry (2 is its number for an error), of HTTP and of gRPC."""


class Reader(Protocol):
    """Of the csv module, whose own type has no public name."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...


class BadCase(UsageError):
    """`where` is the file, and the line where there is one."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


class Told(msgspec.Struct):
    """case.json: what the ranker is told. fault_time: unix seconds."""

    fault_time: float
    dataset: str = ""
    entry: str = ""
    interval_s: float = 60.0
    healthy: str = ""
    alert: dict[str, object] = msgspec.field(default_factory=dict[str, object])

    def complaint(self) -> Alert:
        return Alert(*(str(self.alert.get(key) or "") for key in ("service", "metric", "summary")))


@dataclass(slots=True)
class Held:
    """What the three files of a folder hold, whatever the time."""

    spans: list[Span] = field(default_factory=list[Span])
    lines: list[Line] = field(default_factory=list[Line])
    series: list[Series] = field(default_factory=list[Series])
    lines_seen: int = 0
    remarks: list[str] = field(default_factory=list[str])


def told(folder: Path) -> Told:
    return decoded(folder / "case.json", lambda raw: msgspec.json.decode(raw, type=Told, strict=False))


def held(folder: Path) -> Held:
    found = Held()
    _spans(folder / "traces.csv.gz", found)
    _lines(folder / "logs.csv.gz", found)
    _series(folder / "metrics.csv.gz", found)
    return found


def within(spans: list[Span], window: Window) -> tuple[Span, ...]:
    """By the start of their trace's first span, so that no trace is cut in two."""
    started: dict[str, float] = {}
    for span in spans:
        if span.time < started.get(span.trace_id, math.inf):
            started[span.trace_id] = span.time
    return tuple(span for span in spans if window.start <= started[span.trace_id] < window.end)


def _spans(path: Path, found: Held) -> None:
    """Of traces that are too many every `step`-th by its id, whole; the step doubles whenever they are again."""
    step, seen = 1, 0
    with table(
        path, ("time", "trace_id", "span_id", "parent_id", "service", "operation", "duration_ms"), ("status",)
    ) as rows:
        for number, (time, trace, span, parent, service, operation, took, status) in rows:
            seen += 1
            if step > 1 and crc32(trace.encode()) % step:
                continue
            at, duration = _number(time, path, number), _number(took, path, number)
            failed = bool(status and FAILED.fullmatch(status))
            one = Span(at, trace, span, parent, service, operation, max(0.0, duration), failed, f"{path.name}:{number}")
            found.spans.append(one)
            if len(found.spans) >= MOST_SPANS:
                step *= 2
                found.spans[:] = [each for each in found.spans if not crc32(each.trace_id.encode()) % step]
    if step > 1:
        found.remarks.append(f"{path.name} has {seen:,} spans; those of one in {step} traces were read")


def _lines(path: Path, found: Held) -> None:
    """Every `step`-th line once there are too many; the step doubles whenever there are again."""
    step = 1
    with table(path, ("time", "service", "message"), ("level", "trace_id")) as rows:
        for number, (time, service, message, level, trace) in rows:
            found.lines_seen += 1
            if found.lines_seen % step:
                continue
            at = _number(time, path, number)
            text = shortened(message, LONGEST_MESSAGE)
            found.lines.append(Line(at, service, level.upper(), text, trace, f"{path.name}:{number}"))
            if len(found.lines) >= MOST_LINES:
                step *= 2
                found.lines[:] = found.lines[1::2]
    if step > 1:
        found.remarks.append(f"{path.name} has {found.lines_seen:,} lines; one in {step} was read")


def _series(path: Path, found: Held) -> None:
    """Hours by the second of hundreds of metrics fit, since numbers only are held."""
    points: dict[tuple[str, str], tuple[array[float], array[float]]] = {}
    with table(path, ("time", "service", "metric", "value")) as rows:
        for number, (time, service, metric, value) in rows:
            if value.strip().lower().lstrip("+-") in NOT_MEASURED:
                continue
            key = (service, metric)
            if key not in points:
                points[key] = (array("d"), array("d"))
            points[key][0].append(_number(time, path, number))
            points[key][1].append(_number(value, path, number))
    found.series = [_by_time(key, *of, path.name) for key, of in sorted(points.items())]


def _by_time(key: tuple[str, str], times: array[float], values: array[float], link: str) -> Series:
    if any(later < time for time, later in pairwise(times)):
        order = sorted(range(len(times)), key=times.__getitem__)
        times, values = (array("d", (of[place] for place in order)) for of in (times, values))
    return Series(*key, times, values, link)


def _number(text: str, path: Path, line: int) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise BadCase(f"{path}:{line}", f"{text[:40]!r} is no number.") from error
    if not math.isfinite(number):
        raise BadCase(f"{path}:{line}", f"{text[:40]!r} is neither a moment nor an amount.")
    return number


@contextmanager
def table(
    path: Path, wanted: tuple[str, ...], further: tuple[str, ...] = ()
) -> Generator[Iterator[tuple[int, tuple[str, ...]]]]:
    """The columns by their names, in the order asked for, with the number of the line that a row ends on.

    further: columns that may be missing, and are empty then, as all are of a file that is not there.
    """
    if not path.exists():
        yield iter(())
        return
    csv.field_size_limit(LONGEST_FIELD)
    reader: Reader | None = None
    try:
        with gzip.open(path, "rb") as packed, io.TextIOWrapper(packed, "utf-8", errors="replace", newline="") as text:
            reader = csv.reader(text)
            header = next(iter(reader), list[str]())
            if missing := [name for name in wanted if name not in header]:
                raise BadCase(f"{path}:1", f"the column {missing[0]} is missing.")
            places = [header.index(name) if name in header else -1 for name in (*wanted, *further)]
            yield _picked(reader, places, len(header), path)
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        line = reader.line_num + 1 if reader else 1
        raise BadCase(f"{path}:{line}", f"it cannot be read: {error}.") from error


def _picked(reader: Reader, places: list[int], width: int, path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    for row in reader:
        if len(row) != width:
            if not row:
                continue
            raise BadCase(f"{path}:{reader.line_num}", f"{len(row)} fields, where the header names {width}.")
        yield reader.line_num, tuple(row[place] if place >= 0 else "" for place in places)


def decoded(path: Path, read: Callable[[bytes], T]) -> T:
    try:
        return read(path.read_bytes())
    except OSError as error:
        raise BadCase(str(path), f"it cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadCase(str(path), f"{error}.") from error
