"""What each kind of source is asked for a question, and where its answers are put."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from operator import attrgetter

from bot.catalog import Catalog
from bot.diagnosis.asking import Question
from bot.diagnosis.evidence import Line, Series
from bot.diagnosis.evidence import Window as Seconds
from bot.diagnosis.signals.usage import used
from bot.diagnosis.sources.inquiry import Search, Step
from bot.diagnosis.sources.naming import Names, names_of
from bot.diagnosis.sources.piles import Lines, Pile, Rates, Spans, parts_of, series_of, spans_into, step_of, utc
from bot.ports.telemetry import (
    Found,
    Known,
    LogLine,
    LogQuery,
    LogSource,
    MetricSource,
    RateQuery,
    ResourceQuery,
    Span,
    SpanQuery,
    TraceSource,
    Window,
)

SPANS_AT_ONCE, LINES_AT_ONCE = 2_000, 4_000
"""Of one answer."""

POINTED = 40
"""Traces that are read whole because somebody pointed at them."""

SERVICES = 60
"""Whose rates are asked for."""

AROUND = timedelta(seconds=60)
SKEW = timedelta(seconds=5)
"""By which clocks of services may differ: a trace at the edge of a window is read on either side of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Items that are read of one source, of all windows together."""

    spans: int = 100_000
    lines: int = 40_000


def windows_of(question: Question) -> list[Seconds]:
    """The faulty one first."""
    return [question.faulty, *(each.window for each in question.references)]


class OfTraces:
    kind = "traces"

    def __init__(self, known: Known[TraceSource], question: Question, catalog: Catalog, limits: Limits) -> None:
        self.known, self._source, self._question = known, known.source, question
        self._names = names_of(catalog, question.services, known.names)
        windows = windows_of(question)
        self.piles = [Spans() for _ in windows]
        self._most = limits.spans // len(windows)

    @property
    def size(self) -> int:
        return sum(len(pile.items) for pile in self.piles)

    def steps(self) -> list[Step]:
        """What somebody points at, then the fault, then health."""
        ids = dict.fromkeys((*self._question.traces, *(each.trace_id for each in self._question.failing)))
        found: list[Step] = [partial(self._trace, id) for id in list(filter(None, ids))[:POINTED]]
        for pile, window in zip(self.piles, windows_of(self._question), strict=True):
            at = utc(window)
            parts = parts_of(Window(at.start - SKEW, at.end + SKEW))
            pile.parts = len(parts)
            found += (partial(self._part, pile, part, self._most // len(parts)) for part in parts)
        return found

    async def _trace(self, trace_id: str) -> None:
        """As long as there is room: what is under way may go beyond it by the last of them."""
        faulty, pile = utc(self._question.faulty), self.piles[0]
        if len(pile.items) >= self._most:
            pile.cut = True
            return
        spans = await self._source.trace(trace_id, Window(faulty.start - AROUND, faulty.end + AROUND))
        pile.pointed.add(trace_id)
        spans_into(pile, spans, self._names, self._source)

    async def _part(self, pile: Spans, part: Window, most: int) -> None:
        def ask(window: Window, limit: int) -> Awaitable[Found[Span]]:
            query = SpanQuery(window, environment=self._question.environment, limit=limit, bare=True)
            return self._source.spans(query)

        def take(spans: Sequence[Span]) -> None:
            spans_into(pile, spans, self._names, self._source)

        search = Search(ask, take, attrgetter("start"), SPANS_AT_ONCE, again=True)
        count, until = await search.through(part, most)
        pile.has_read(part, count, until=until)


class OfLogs:
    kind = "logs"

    def __init__(self, known: Known[LogSource], question: Question, catalog: Catalog, limits: Limits) -> None:
        self.known, self._source, self._question = known, known.source, question
        self._names: Names = names_of(catalog, question.services, known.names)
        self._lines = Lines(self._names, known.source, question.environment)
        windows = windows_of(question)
        self.piles = [Pile[Line]() for _ in windows]
        self._most = limits.lines // len(windows)

    @property
    def size(self) -> int:
        return sum(len(pile.items) for pile in self.piles)

    def steps(self) -> list[Step]:
        found: list[Step] = []
        for pile, window in zip(self.piles, windows_of(self._question), strict=True):
            parts = parts_of(utc(window))
            pile.parts = len(parts)
            found += (partial(self._part, pile, part, self._most // len(parts)) for part in parts)
        return found

    async def _part(self, pile: Pile[Line], part: Window, most: int) -> None:
        def ask(window: Window, limit: int) -> Awaitable[Found[LogLine]]:
            where = self._question.environment
            return self._source.logs(LogQuery(window, self._names.asked, where, limit=limit, bare=True))

        search = Search(ask, partial(self._lines.into, pile), attrgetter("at"), LINES_AT_ONCE)
        count, until = await search.through(part, most)
        pile.has_read(part, count, until=until)


class OfMetrics:
    """resources: what services use up, which is asked for by itself."""

    kind = "metrics"

    def __init__(self, known: Known[MetricSource], question: Question, catalog: Catalog) -> None:
        self.known, self._source, self._question = known, known.source, question
        self._names = names_of(catalog, question.services[:SERVICES], known.names)
        self.piles = [Pile[Series]() for _ in windows_of(question)]
        self.resources = OfResources(known, question, self._names)
        self._step = step_of(windows_of(question))
        self._served: set[str] = set()
        self._heard: set[tuple[int, str]] = set()

    @property
    def size(self) -> int:
        """Series of which anything is believed: of a time in which a service served nothing, its rates tell nothing."""
        used = sum(len(pile.items) for pile in self.resources.piles)
        return sum(map(len, self.told())) + used

    def steps(self) -> list[Step]:
        return _by_window(self.piles, self._question, self._names, self._rates)

    async def _rates(self, pile: Pile[Series], window: Window, service: str) -> None:
        """Under several names, the one that served most counts."""
        where, found = self._question.environment, list[tuple[Rates, RateQuery]]()
        for name in self._names.told[service]:
            query = RateQuery(window, name, where, self._step)
            points = await self._source.rates(query)
            found.append((Rates(service, points, self._source.rates_link(query)), query))
        rates, query = max(found, key=lambda each: each[0].requests)
        pile.items += series_of(rates, query)
        pile.read += 1
        if rates.requests:
            self._served.add(service)
            self._heard.add((id(pile), service))

    def told(self) -> list[list[Series]]:
        """By window, without services that served nothing in any: of these it knows nothing. Whoever served nothing in
        health was perhaps not there: that is no health to compare with.
        """
        faulty, *health = self.piles
        return [
            [one for one in faulty.items if one.service in self._served],
            *([one for one in pile.items if (id(pile), one.service) in self._heard] for pile in health),
        ]


class OfResources:
    """What services use up, by window: of the same source as rates, and of less weight than they."""

    def __init__(self, known: Known[MetricSource], question: Question, names: Names) -> None:
        self._source, self._question, self._names = known.source, question, names
        self.piles = [Pile[Series]() for _ in windows_of(question)]
        self._step = step_of(windows_of(question))

    def steps(self) -> list[Step]:
        return _by_window(self.piles, self._question, self._names, self._resources)

    async def _resources(self, pile: Pile[Series], window: Window, service: str) -> None:
        """Under several names, the one of which most is known counts."""
        where, found = self._question.environment, list[list[Series]]()
        for name in self._names.told[service]:
            told = await self._source.resources(ResourceQuery(window, name, where, self._step))
            found.append(list(used(service, told)))
        pile.items += max(found, key=len)
        pile.read += 1


def _by_window(
    piles: Sequence[Pile[Series]],
    question: Question,
    names: Names,
    ask: Callable[[Pile[Series], Window, str], Awaitable[None]],
) -> list[Step]:
    """ask: is given the pile, the window and the service."""
    found: list[Step] = []
    for pile, window in zip(piles, windows_of(question), strict=True):
        pile.parts = len(names.told)
        found += (partial(ask, pile, utc(window), service) for service in names.told)
    return found
