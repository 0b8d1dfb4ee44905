"""A made-up shop in health and at fault: what its traces, logs and metrics would say, and the same as files of a case."""

import csv
import gzip
import json
import random
from dataclasses import dataclass, field, replace

from msgspec.structs import replace as other

from bot.diagnosis.evidence import Evidence, Line, Observed, Series, Span, Window

CALLS = {"web": ("cart", "orders"), "orders": ("payment", "stock", "cart"), "cart": (), "payment": (), "stock": ()}
START, SECONDS, REQUESTS = 1_700_000_000.0, 120.0, 40


@dataclass
class Fault:
    """own: milliseconds that the service takes longer itself. wire: that what it sends takes longer.

    fails: its calls fail. skips: whom it no longer calls. says: what it logs in each call. cpu: times its usual.
    """

    service: str = ""
    own: float = 0
    wire: float = 0
    fails: bool = False
    skips: str = ""
    says: str = ""
    cpu: float = 1
    names: dict = field(default_factory=dict)


def observed(fault, start, seed):
    making = _Making(fault, random.Random(seed), start)
    for number in range(REQUESTS):
        making.call(f"{start:.0f}-{number}", "web", "", start + number * SECONDS / REQUESTS)
    series = [making.series(service, metric) for service in CALLS for metric in ("cpu_usage", "memory_bytes")]
    window = Window(start, start + SECONDS)
    return Observed(window, tuple(making.spans), tuple(making.lines), tuple(series), len(making.lines))


def evidence(fault, seed=1, **further):
    """The time before the fault is the reference."""
    return Evidence(
        observed(fault, START + SECONDS, seed), (observed(Fault(), START, seed + 1),), entry="web", **further
    )


def with_connections(made, service):
    """Of what the service does with its processor as many connections are in use."""
    of_pool = {"metric": "db.client.connection.count[used]", "unit": "{connection}"}
    windows = []
    for of in (made.faulty, *made.references):
        series = tuple(
            other(one, **of_pool, values=tuple(50 * value for value in one.values))
            if (one.service, one.metric) == (service, "cpu_usage")
            else one
            for one in of.series
        )
        windows.append(replace(of, series=series))
    return replace(made, faulty=windows[0], references=tuple(windows[1:]))


class _Making:
    def __init__(self, fault, chance, start):
        self.fault, self.chance, self.start = fault, chance, start
        self.spans, self.lines = [], []

    def call(self, trace, service, parent, at):
        """A span for the call, and within it one for each that it calls, with that call in it: took, failed."""
        mine, faulty = f"{service}{len(self.spans)}", service == self.fault.service
        span_id = mine
        self.spans.append(None)
        place = len(self.spans) - 1
        took = 5 * self.chance.lognormvariate(0, 0.2) + (self.fault.own if faulty else 0)
        failed = faulty and self.fault.fails
        for called in () if failed else CALLS[service]:
            if faulty and called == self.fault.skips:
                continue
            waited, broke = self._ask(trace, service, called, span_id, at + took / 1000)
            took, failed = took + waited, failed or broke
        self.lines.append(
            Line(at, service, "INFO", f"handled {len(self.lines)} in {took:.0f} ms", trace, f"l{at}{mine}")
        )
        if faulty and self.fault.says:
            self.lines.append(Line(at, service, "INFO", self.fault.says, trace, f"s{at}{mine}"))
        self.spans[place] = Span(at, trace, span_id, parent, service, f"{service} work", took, bool(failed))
        return took, failed

    def _ask(self, trace, service, called, parent, at):
        asking = f"{parent}>{called}"
        took, failed = self.call(trace, called, asking, at)
        slow = self.fault.wire if self.fault.service in {service, called} else 0
        waited = took + slow + self.chance.uniform(0.5, 1.5)
        self.spans.append(Span(at, trace, asking, parent, service, f"ask {called}", waited, bool(failed)))
        return waited, failed

    def series(self, service, metric):
        usual = {"cpu_usage": 0.2, "memory_bytes": 5e8}[metric]
        times = self.fault.cpu if metric == "cpu_usage" and service == self.fault.service else 1
        moments = tuple(self.start + second for second in range(0, int(SECONDS), 5))
        return Series(service, metric, moments, tuple(usual * times * self.chance.uniform(0.9, 1.1) for _ in moments))


def write_case(folder, fault=None, *, label=None, without=(), seed=1, **told):
    """A case as files. without: names of files that are left out."""
    folder.mkdir(parents=True)
    made = evidence(fault or Fault(), seed)
    windows = (*made.references, made.faulty)
    case = {"dataset": "made up", "fault_time": START + SECONDS, "entry": "web", "interval_s": 5, **told}
    (folder / "case.json").write_text(json.dumps(case))
    if label:
        (folder / "label.json").write_text(json.dumps(label))
    tables = {
        "traces.csv.gz": [_SPAN, *(_span(span) for of in windows for span in of.spans)],
        "logs.csv.gz": [_LINE, *(_line(line) for of in windows for line in of.lines)],
        "metrics.csv.gz": [_POINT, *(row for of in windows for one in of.series for row in _points(one))],
    }
    for name, rows in tables.items():
        if name not in without:
            write_table(folder / name, rows)
    return folder


def write_table(path, rows):
    with gzip.open(path, "wt", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


_SPAN = ("time", "trace_id", "span_id", "parent_id", "service", "operation", "duration_ms", "status")
_LINE = ("time", "service", "level", "message", "trace_id")
_POINT = ("time", "service", "metric", "value")


def _span(of):
    return (of.time, of.trace_id, of.span_id, of.parent_id, of.service, of.operation, of.duration, "ERROR" * of.failed)


def _line(of):
    return (of.time, of.service, of.level, of.message, of.trace_id)


def _points(one):
    return ((time, one.service, one.metric, value) for time, value in zip(one.times, one.values, strict=True))
