"""Small systems that call each other in a tree, and one fault in one of their services: what their traces, logs and
metrics would show. Nothing here is taken from a real system, and nothing in the ranking from here.

Half of them trace the called side of a call only, as some do.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace as other

from bot.diagnosis.evidence import Evidence, Line, Observed, Series, Span, Window

FAULTS = ("down", "cpu", "memory", "disk", "sockets", "slow", "delay", "loss", "exception", "return", "missing")
RATE, SERVICES = 1.2, 10
"""Requests per second."""

CALLS = {"cpu": (1.5, 4.0), "memory": (1.0, 1.6), "disk": (1.3, 3.0)}
USED = {"cpu": (1.8, 4.0), "memory": (1.5, 3.0), "disk": (4.0, 20.0), "sockets": (3.0, 10.0)}
"""By which factor it takes longer, and uses more."""


@dataclass
class Fault:
    service: int
    kind: str
    share: float
    """Of its calls."""


@dataclass
class Answer:
    """What a caller sees of a call. Times in milliseconds; refused: nobody was there."""

    took: float
    wire: float
    failed: bool = False
    refused: bool = False


@dataclass
class Recorder:
    """What one window holds. served: by service, when each call began, how long it took, and whether it failed."""

    rng: random.Random
    fault: Fault | None = None
    spans: list[Span] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    served: dict[int, list[tuple[float, float, bool]]] = field(default_factory=lambda: defaultdict(list))

    def hits(self, service: int, *kinds: str) -> Fault | None:
        return self.fault if self.fault and self.fault.service == service and self.fault.kind in kinds else None


class System:
    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        self.clients = seed % 2 == 0
        self.below: dict[int, list[int]] = defaultdict(list)
        depth = {0: 0}
        for service in range(1, SERVICES):
            above = rng.choice([one for one in range(service) if depth[one] < 4 and len(self.below[one]) < 4])
            self.below[above].append(service)
            depth[service] = depth[above] + 1
        self.takes = [rng.choice([2, 5, 8, 20, 40]) for _ in range(SERVICES)]
        self.uses = [
            {"cpu": rng.uniform(0.05, 0.5), "memory": rng.uniform(100, 900), "disk": 10.0, "sockets": 20.0}
            for _ in range(SERVICES)
        ]
        self.often = {below: rng.choice([1, 1, 0.6, 0.3]) for of in self.below.values() for below in of}

    def observed(self, window: Window, of: Recorder, sources: str) -> Observed:
        """sources: letters of traces, logs, metrics."""
        for number in range(int(window.seconds * RATE)):
            at = window.start + of.rng.random() * window.seconds
            self._call(of, 0, (f"{window.start:.0f}-{number}", ""), at)
        spans = tuple(of.spans) if "t" in sources else ()
        lines = tuple(of.lines) if "l" in sources else ()
        series = tuple(self._series(of, window)) if "m" in sources else ()
        return Observed(window, spans, lines, series, len(of.lines))

    def _call(self, of: Recorder, service: int, within: tuple[str, str], at: float) -> Answer:
        rng, (trace, parent) = of.rng, within
        answer = Answer(0.0, rng.uniform(0.3, 1) + (rng.uniform(80, 220) if of.hits(service, "delay") else 0))
        if (down := of.hits(service, "down")) and rng.random() < max(0.5, down.share):
            return Answer(rng.uniform(0, 2), 0.3, failed=True, refused=True)
        at += answer.wire / 2000
        span, own = f"{trace}/{service}/{rng.random():.9f}", self._own(of, service)
        self._log(of, (service, trace, at), f"request {rng.randrange(10**6)} received for /op{service}")
        inside, failed = 0.0, self._raises(of, service, trace, at)
        for below in [] if failed or of.hits(service, "missing") else self.below[service]:
            if rng.random() >= self.often[below]:
                continue
            took, failed = self._ask(of, (service, below), (trace, span), at + (own / 2 + inside) / 1000)
            inside += took
            if failed:
                break
        answer.took, answer.failed = own + inside, failed
        if of.hits(service, "loss") and rng.random() < 0.25:
            answer.wire += rng.choice([200, 1000])
            if rng.random() < 0.4:
                answer.failed = True
                return answer  # what it saw of it is lost as well
        of.spans.append(Span(at, trace, span, parent, f"svc{service}", f"/op{service}", answer.took, failed))
        of.served[service].append((at, answer.took, failed))
        return answer

    def _ask(self, of: Recorder, services: tuple[int, int], within: tuple[str, str], at: float) -> tuple[float, bool]:
        (caller, below), (trace, span) = services, within
        client = f"{span}>{below}" if self.clients else span
        answer = self._call(of, below, (trace, client), at)
        took = answer.took + answer.wire
        if self.clients:
            of.spans.append(Span(at, trace, client, span, f"svc{caller}", f"GET /op{below}", took, answer.failed))
        if answer.failed:
            why = "connection refused" if answer.refused else "500"
            self._log(of, (caller, trace, at + took / 1000), f"call to svc{below} failed: {why}", "ERROR")
        return took, answer.failed

    def _own(self, of: Recorder, service: int) -> float:
        own = self.takes[service] * of.rng.lognormvariate(0, 0.3)
        if of.hits(service, "slow"):
            own += of.rng.uniform(60, 200)
        if fault := of.hits(service, *CALLS):
            own *= of.rng.uniform(*CALLS[fault.kind])
        return own

    def _raises(self, of: Recorder, service: int, trace: str, at: float) -> bool:
        if of.hits(service, "return"):
            self._log(of, (service, trace, at), f"fallback value used for {of.rng.randrange(9999)}", "WARN")
        fault = of.hits(service, "exception")
        if fault is None or of.rng.random() >= fault.share:
            return False
        self._log(of, (service, trace, at), f"KeyError: 'EUR' in convert, order {of.rng.randrange(9999)}", "ERROR")
        return True

    def _log(self, of: Recorder, where: tuple[int, str, float], message: str, level: str = "INFO") -> None:
        """where: a service, a trace, and when."""
        service, trace, at = where
        of.lines.append(Line(at, f"svc{service}", level, message, trace))

    def _series(self, of: Recorder, window: Window) -> Iterator[Series]:
        times = tuple(window.start + 60 * place for place in range(int(window.seconds / 60)))
        for service in range(SERVICES):
            calls = [[call for call in of.served[service] if 0 <= call[0] - start < 60] for start in times]
            took = [sorted(call[1] for call in each) or [0.0] for each in calls]
            told = {
                "latency-50": [each[len(each) // 2] for each in took],
                "latency-90": [each[len(each) * 9 // 10] for each in took],
                "error": [float(sum(failed for *_, failed in each)) for each in calls],
                "workload": [len(each) / 60 for each in calls],
                **{name: self._used(of, service, name, calls) for name in USED},
            }
            yield from (Series(f"svc{service}", metric, times, tuple(values)) for metric, values in told.items())

    def _used(self, of: Recorder, service: int, what: str, calls: list[list[tuple[float, float, bool]]]) -> list[float]:
        more = of.rng.uniform(*USED[what]) if of.hits(service, what) else 1.0
        usual = self.uses[service][what] * more
        busy = [0.7 + 0.3 * len(each) / (60 * RATE) if what == "cpu" else 1.0 for each in calls]
        return [usual * share * of.rng.uniform(0.85, 1.15) for share in busy]


def simulated(seed: int, kind: str, sources: str = "tlm") -> tuple[Evidence, str]:
    """The evidence of one fault, five minutes of it, and the service whose fault it is."""
    system, rng = System(seed), random.Random(f"{seed} {kind}")
    able = [one for one in range(1, SERVICES) if kind != "missing" or system.below[one]]
    fault = Fault(rng.choice(able), kind, rng.choice([0.15, 0.5, 1.0]))
    health, before, now = Window(0, 600), Window(1000, 1300), Window(1300, 1600)
    references = [system.observed(window, Recorder(rng), sources) for window in (health, before)]
    faulty = system.observed(now, Recorder(rng, fault), sources)
    return Evidence(faulty, tuple(references), "svc0"), f"svc{fault.service}"


def well(seed: int, seconds: int = 300, *, slower: float = 1.0, failing: float = 0.0) -> Evidence:
    """Nobody is at fault: all of it takes `slower` times as long now, and a share of one service's calls fails, as ever."""
    system, rng = System(seed), random.Random(f"{seed} well {slower} {failing}")

    def seen(window: Window, times: float) -> Observed:
        of = system.observed(window, Recorder(rng), "tlm")
        fails = {span.trace_id for span in of.spans if span.service == "svc3" and rng.random() < failing}
        spans = tuple(
            other(
                span,
                duration=span.duration * times,
                failed=span.trace_id in fails and span.service in {"svc0", "svc3"},
            )
            for span in of.spans
        )
        return Observed(window, spans, of.lines, of.series, of.lines_seen)

    references = tuple(seen(window, 1.0) for window in (Window(0, 600), Window(1000, 1300)))
    return Evidence(seen(Window(1300, 1300 + seconds), slower), references, "svc0")
