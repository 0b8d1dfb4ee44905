"""Failures kept as files: one folder per case, as `signalbox rca eval` reads them. Nothing here opens label.json.

Files are read as streams; what is larger than it can be used is sampled, and the case says so.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from bot.diagnosis.evidence import Alert, Line, Series, Span, Window
from bot.errors import UsageError

T = TypeVar("T")

MOST_SPANS, MOST_LINES, MOST_POINTS = 400_000, 60_000, 4_000_000
"""Per file. Lines are thinned evenly beyond that, spans and points are cut off."""

LONGEST_MESSAGE = 2_000
LONGEST_FIELD = 4_000_000
FAILED = frozenset({"ERROR", "ERR", "FAILED", "FAULT", "STATUS_CODE_ERROR", "2", "TRUE"})


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
    path = folder / "case.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Told, strict=False)
    except OSError as error:
        raise BadCase(str(path), f"it cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadCase(str(path), f"{error}.") from error


def held(folder: Path) -> Held:
    found = Held()
    found.spans = _spans(folder / "traces.csv.gz", found.remarks)
    _lines(folder / "logs.csv.gz", found)
    found.series = _series(folder / "metrics.csv.gz", found.remarks)
    return found


def within(spans: list[Span], window: Window) -> tuple[Span, ...]:
    """By the start of their trace's first span, so that no trace is cut in two."""
    started: dict[str, float] = {}
    for span in spans:
        if span.time < started.get(span.trace_id, math.inf):
            started[span.trace_id] = span.time
    return tuple(span for span in spans if window.start <= started[span.trace_id] < window.end)


def _spans(path: Path, remarks: list[str]) -> list[Span]:
    found: list[Span] = []
    name = path.name
    with _rows(path, ("time", "trace_id", "span_id", "parent_id", "service", "operation", "duration_ms")) as rows:
        for number, row in rows:
            if len(found) >= MOST_SPANS:
                remarks.append(f"{name} has more than {MOST_SPANS:,} spans; those after them were not read")
                break
            time, took = _number(row["time"], path, number), _number(row["duration_ms"], path, number)
            trace = row["trace_id"] or f"({name})"
            failed = (row.get("status") or "").upper() in FAILED
            found.append(
                Span(
                    time,
                    trace,
                    row["span_id"],
                    row["parent_id"],
                    row["service"],
                    row["operation"],
                    max(0.0, took),
                    failed,
                    f"{name}:{number}",
                )
            )
    return found


def _lines(path: Path, found: Held) -> None:
    """Every `step`-th line once there are too many; the step doubles whenever there are again."""
    step = 1
    with _rows(path, ("time", "service", "message")) as rows:
        for number, row in rows:
            found.lines_seen += 1
            if number % step:
                continue
            found.lines.append(_line(row, path, number))
            if len(found.lines) >= MOST_LINES:
                step *= 2
                found.lines[:] = [line for line in found.lines if not int(line.link.rpartition(":")[2]) % step]
    if step > 1:
        found.remarks.append(f"{path.name} has {found.lines_seen:,} lines; one in {step} was read")


def _line(row: dict[str, str], path: Path, number: int) -> Line:
    level = (row.get("level") or "").upper()
    message, trace = row["message"][:LONGEST_MESSAGE], row.get("trace_id") or ""
    return Line(_number(row["time"], path, number), row["service"], level, message, trace, f"{path.name}:{number}")


def _series(path: Path, remarks: list[str]) -> list[Series]:
    points: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    count = 0
    with _rows(path, ("time", "service", "metric", "value")) as rows:
        for number, row in rows:
            count += 1
            if count > MOST_POINTS:
                remarks.append(f"{path.name} has more than {MOST_POINTS:,} points; those after them were not read")
                break
            if row["value"] and not math.isnan(value := _number(row["value"], path, number)):
                points[row["service"], row["metric"]].append((_number(row["time"], path, number), value))
    return [
        Series(*key, *(tuple(column) for column in zip(*sorted(of), strict=True)), path.name)
        for key, of in sorted(points.items())
    ]


def _number(text: str, path: Path, line: int) -> float:
    try:
        return float(text)
    except (TypeError, ValueError) as error:
        raise BadCase(f"{path}:{line}", f"{text!r} is no number.") from error


@contextmanager
def _rows(path: Path, wanted: tuple[str, ...]) -> Iterator[Iterator[tuple[int, dict[str, str]]]]:
    """Rows by the names of the header, numbered by record from 2. A file that is not there holds none."""
    csv.field_size_limit(LONGEST_FIELD)
    if not path.exists():
        yield iter(())
        return
    reader = None
    try:
        with gzip.open(path, "rb") as packed, io.TextIOWrapper(packed, "utf-8", errors="replace", newline="") as text:
            reader = csv.DictReader(text, restval="")
            if missing := [name for name in wanted if name not in (reader.fieldnames or ())]:
                raise BadCase(f"{path}:1", f"the column {missing[0]} is missing.")
            yield enumerate(reader, start=2)
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        line = reader.line_num + 1 if reader else 1
        raise BadCase(f"{path}:{line}", f"it cannot be read: {error}.") from error


def decoded(path: Path, read: Callable[[bytes], T]) -> T:
    try:
        return read(path.read_bytes())
    except OSError as error:
        raise BadCase(str(path), f"it cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadCase(str(path), f"{error}.") from error
