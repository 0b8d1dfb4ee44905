"""All that is known of the minutes around a case: deployments, health, leases, logs, requests, runs, and people."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlmodel import Session

from bot.cases.needs import Happenings, Holdings
from bot.cases.service import Cases
from bot.cases.timeline import Moment, Timeline, breaking, ordered, whole
from bot.cases.values import Case
from bot.catalog import Catalog
from bot.errors import SignalboxError
from bot.masking.templates import new_kinds, said, template_of
from bot.ports.clock import Clock
from bot.ports.telemetry import (
    Known,
    Level,
    LogLine,
    LogQuery,
    LogSource,
    Sources,
    Span,
    SpanQuery,
    TraceSource,
    Window,
)
from bot.redaction import redact
from bot.runtime.database import Database

log = structlog.get_logger(__name__)

CALM = timedelta(minutes=30)
"""What is logged so long before is how things are."""

LOOKED_AT, KINDS, PATIENCE_SECONDS = 1_000, 8, 10
"""Lines and requests that are read, kinds of them that are told, and how long a source is waited for."""


class Dossier:
    def __init__(
        self,
        cases: Cases,
        database: Database,
        happenings: Happenings,
        sources: Sources,
        *,
        holdings: Holdings,
        catalog: Callable[[], Catalog],
        clock: Clock,
    ) -> None:
        self._cases, self._database, self._happenings, self._sources = cases, database, happenings, sources
        self._holdings, self._catalog, self._clock = holdings, catalog, clock

    async def of(self, id: str) -> tuple[Case, Timeline]:
        """Raises NotFound, Unavailable. A source that is away is named, and left out."""
        case = await self._cases.of(id)
        window = whole(case, self._clock.now())

        def look(session: Session) -> Sequence[Moment]:
            return self._happenings(session, case, window)

        async with self._database.read() as session:
            found = await session.run_sync(lambda _: look(session.sync_session))
        held = await self._holdings(case.place.environment, window)
        logs, requests = await asyncio.gather(self._logs(case), self._requests(case))
        silent = [name for name, told in (("logs", logs), ("requests", requests)) if told is None]
        return case, ordered(case, (*found, *held, *_people(case), *(logs or ()), *(requests or ())), silent)

    async def _logs(self, case: Case) -> list[Moment] | None:
        """Kinds of errors that were not there before, from the first source that answers."""
        window = breaking(case)
        before = Window(window.start - max(window.end - window.start, CALM), window.start)
        for source in self._sources.logs:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    known = await self._lines(source, case, before)
                    kinds = new_kinds(await self._lines(source, case, window), set(map(template_of, known)))
            except (SignalboxError, TimeoutError) as error:
                log.warning("logs were not read", source=source.name, reason=str(error) or "no answer in time")
                continue
            return [self._line(source, case, kind.shown, kind.count) for kind in kinds[:KINDS]]
        return None

    async def _lines(self, source: Known[LogSource], case: Case, window: Window) -> tuple[LogLine, ...]:
        names, where = self._names(source.names, case), case.place.environment
        query = LogQuery(window, names, where, Level.ERROR, limit=LOOKED_AT, newest_first=False)
        return (await source.source.logs(query)).items

    def _line(self, source: Known[LogSource], case: Case, line: LogLine, count: int) -> Moment:
        where = case.place.environment
        link = source.source.logs_link(LogQuery(breaking(case), (line.service,), where, Level.ERROR))
        service = self._known_as(source.names, line.service)
        return Moment(line.at, "log", redact(said(line)), service, url=link, count=count, wrong=True)

    async def _requests(self, case: Case) -> list[Moment] | None:
        """Those that failed, by what was asked of which service, from the first source that answers."""
        window, where = breaking(case), case.place.environment
        for source in self._sources.traces:
            query = SpanQuery(window, self._names(source.names, case), where, failed_only=True, served_only=True)
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    found = await source.source.spans(replace(query, limit=LOOKED_AT))
            except (SignalboxError, TimeoutError) as error:
                log.warning("requests were not read", source=source.name, reason=str(error) or "no answer in time")
                continue
            spans = [replace(each, service=self._known_as(source.names, each.service)) for each in found.items]
            return list(_by_request(source, spans, _traces(case)))[:KINDS]
        return None

    def _names(self, source: str, case: Case) -> tuple[str, ...]:
        catalog = self._catalog()
        environment = catalog.environments.get(case.place.environment.casefold())
        known = (catalog.services.get(name.casefold()) for name in (environment.services if environment else ()))
        return tuple(each for service in known if service for each in service.names(source))

    def _known_as(self, source: str, name: str) -> str:
        """The catalog's name of a service, so that it is one on the page whoever tells of it; else its own."""
        services = self._catalog().services.values()
        meant = (each.name for each in services if name.casefold() in map(str.casefold, each.names(source)))
        return next(meant, name)


def _traces(case: Case) -> str:
    """The addresses of the pages with the requests of its tests: each bears the id of its trace."""
    return "\n".join(page for cause in case.causes for page in cause.traces)


def _by_request(source: Known[TraceSource], spans: Sequence[Span], traces: str) -> Iterator[Moment]:
    """The first of each kind stands for all, those of its tests first and apart from others: what these met began at a
    time of its own. traces: as of `_traces`.
    """
    kinds: dict[tuple[str, str, bool], list[Span]] = {}
    for span in sorted(spans, key=lambda each: each.start):
        kinds.setdefault((span.service, span.name, span.trace_id in traces), []).append(span)
    for (_service, _name, own), same in sorted(kinds.items(), key=lambda each: not each[0][2]):
        first = same[0]
        link = source.source.trace_link(first.trace_id, first.start)
        what = f"{first.name} failed{f': {first.status}' if first.status else ''}"
        told = redact(what)
        yield Moment(first.start, "request", told, first.service, url=link, count=len(same), wrong=True, own=own)


def _people(case: Case) -> Iterator[Moment]:
    for entry in case.journal:
        yield Moment(entry.at, "person", f"{entry.did.value} {entry.what}".strip(), by=entry.by)
