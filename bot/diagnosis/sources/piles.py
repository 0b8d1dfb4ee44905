"""What sources have told so far, before it is made into evidence: partial at any moment, and never more than wanted.

Pure: whoever asks the sources puts it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Generic, TypeVar

from bot.diagnosis.evidence import Line, Series, Span
from bot.diagnosis.evidence import Window as Seconds
from bot.diagnosis.signals.rows import shortened
from bot.diagnosis.sources.naming import Names
from bot.ports.telemetry import LogLine, LogQuery, LogSource, RatePoint, RateQuery, TraceSource, Window
from bot.ports.telemetry import Span as Seen

T = TypeVar("T")

PARTS = 6
"""In which a window is read one beside the other: where there is more than fits, some of each is seen."""

SHORTEST = timedelta(seconds=20)
"""Of a part."""

LONGEST_MESSAGE = 1_000
SHOWN_AROUND = timedelta(seconds=15)
SERVED = frozenset({"server", "consumer"})
MILLISECOND = timedelta(milliseconds=1)


@dataclass(slots=True)
class Pile(Generic[T]):
    """What one source has of one window. parts: in which it is read; read: those that were. seen: how many there are in
    these, about. cut: not all of them are here.
    """

    items: list[T] = field(default_factory=list[T])
    parts: int = 0
    read: int = 0
    seen: float = 0.0
    cut: bool = False

    @property
    def partial(self) -> bool:
        return self.cut or self.read < self.parts

    @property
    def about(self) -> int:
        """How many there are in the whole window."""
        return round(max(len(self.items), self.seen * self.parts / self.read if self.read else 0))

    def has_read(self, part: Window, count: int, *, until: datetime | None) -> None:
        """count: of its items are here. until: how far back it was read, where that is not to its start."""
        self.read += 1
        covered = (part.end - until) / (part.end - part.start) if until else 1.0
        self.seen += count / max(covered, 1e-4)
        self.cut = self.cut or until is not None


@dataclass(slots=True)
class Spans(Pile[Span]):
    """inner: keys of those that no other service asked for: what comes before them is in their own service."""

    inner: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    pointed: set[str] = field(default_factory=set[str])
    """Traces that were asked for by their ids."""


def utc(window: Seconds) -> Window:
    return Window(_at(window.start), _at(window.end))


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def parts_of(window: Window) -> list[Window]:
    """Side by side, the newest first."""
    length = window.end - window.start
    count = max(1, min(PARTS, length // SHORTEST))
    edges = [window.start + length * place / count for place in range(count)] + [window.end]
    return [Window(edges[place], edges[place + 1]) for place in reversed(range(count))]


def spans_into(pile: Spans, spans: Iterable[Seen], names: Names, source: TraceSource) -> None:
    link = lru_cache(maxsize=4_096)(source.trace_link)
    first: dict[str, datetime] = {}
    for span in spans:
        at = first.setdefault(span.trace_id, span.start)
        service, took = names.of(span.service), span.duration / MILLISECOND
        key = (span.trace_id, span.span_id)
        if span.kind not in SERVED and span.parent_id:
            pile.inner.add(key)
        ids = (*key, span.parent_id)
        url = link(span.trace_id, at)
        pile.items.append(Span(span.start.timestamp(), *ids, service, span.name, took, span.failed, url))


class Lines:
    """Lines as evidence has them. Each leads to its service's lines of the seconds around it."""

    def __init__(self, names: Names, source: LogSource, environment: str) -> None:
        self._names, self._source, self._environment = names, source, environment
        self._links: dict[tuple[str, int], str] = {}

    def into(self, pile: Pile[Line], lines: Iterable[LogLine]) -> None:
        for line in lines:
            if service := self._names.of(line.service):
                at = line.at.timestamp()
                id = f"{service}@{at:.6f}"
                text = shortened(line.message, LONGEST_MESSAGE)
                pile.items.append(Line(at, service, line.level.name, text, line.trace_id, self._link(line), id))

    def _link(self, line: LogLine) -> str:
        second = line.at.replace(microsecond=0)
        key = (line.service, int(second.timestamp()))
        if key not in self._links:
            around = Window(second - SHOWN_AROUND, second + SHOWN_AROUND)
            self._links[key] = self._source.logs_link(LogQuery(around, (line.service,), self._environment))
        return self._links[key]


@dataclass(frozen=True, slots=True)
class Rates:
    """Of one service in one window, under the name that the source has for it."""

    service: str
    points: tuple[RatePoint, ...]
    link: str = ""

    @property
    def requests(self) -> int:
        return sum(point.requests for point in self.points)


def step_of(windows: Iterable[Seconds]) -> timedelta:
    """The same in all windows, since requests are counted by it."""
    shortest = min((window.seconds for window in windows if window.seconds), default=0.0)
    return timedelta(seconds=min(300, max(10, round(shortest / STEPS / 10) * 10)))


STEPS = 10


def series_of(rates: Rates, query: RateQuery) -> Iterator[Series]:
    """Requests in each step; in those with any, how many succeeded and how long they took.

    Of a step that the window cuts, and of the time before anything was heard of the service, nothing can be said.
    """
    whole = [point for point in rates.points if point.at + query.step <= query.window.end] or rates.points
    heard = next((place for place, point in enumerate(whole) if point.requests), 0)
    served = [point for point in rates.points if point.requests]
    per = query.step.total_seconds()
    told: Mapping[str, list[tuple[RatePoint, float | None]]] = {
        "requests_per_second": [(point, point.requests / per) for point in whole[heard:]],
        "success_rate": [(point, 1 - min(1.0, point.errors / point.requests)) for point in served],
        "latency_p50_ms": [(point, _ms(point.p50)) for point in served],
        "latency_p95_ms": [(point, _ms(point.p95)) for point in served],
    }
    for metric, points in told.items():
        known = [(point.at.timestamp(), value) for point, value in points if value is not None]
        if known:
            times, values = zip(*known, strict=True)
            yield Series(rates.service, metric, times, values, rates.link)


def _ms(took: timedelta | None) -> float | None:
    return None if took is None else took / MILLISECOND
