"""The traces of failed tests, looked up where telemetry is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

import structlog

from bot.cases.passage import walk
from bot.catalog import Catalog
from bot.errors import IntegrationError, SignalboxError, Unavailable
from bot.ports.clock import Clock
from bot.ports.telemetry import Known, LogQuery, LogSource, Sources, TraceSource, Window
from bot.suites.report import Report
from bot.suites.reports.model import Case
from bot.suites.values import SuiteRun
from bot.suites.walks import Walk, Walks

log = structlog.get_logger(__name__)

LOOKED_AT = 20
"""Failed tests of one run whose traces are looked at: vendors count searches."""

ASKED, PATIENCE_SECONDS = 8, 5.0
"""Services of which it is asked whether they logged anything, and how long a source is waited for: people wait for the
message of the run meanwhile, and what is missing of it is looked up again when it is explained.
"""

LATE_SECONDS = (1.0, 2.0, 3.0)
"""Pauses after which a trace is read again, while somebody in it has not told. Exporters send every 5 s where nobody
says otherwise (OTEL_BSP_SCHEDULE_DELAY of the OpenTelemetry specification).
"""

PAGES = ("http://", "https://")
"""A process that does not know where it is reached has paths alone."""

AROUND = timedelta(minutes=1)
"""Clocks of services differ from that of the run."""


class Tracing:
    """Implements Traces of bot.suites.needs."""

    def __init__(
        self,
        sources: Sources,
        catalog: Callable[[], Catalog],
        clock: Clock,
        *,
        pauses: Sequence[float] = LATE_SECONDS,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """patience: seconds that one source is waited for."""
        self._sources, self._catalog, self._clock, self._pauses = sources, catalog, clock, pauses
        self._patience = patience

    async def of(self, run: SuiteRun, report: Report) -> Walks:
        """Each source is asked for what those before it did not have."""
        asked = dict(_asked(report))
        found: dict[str, Walk | None] = dict.fromkeys(asked)
        window = Window((run.started_at or run.opened_at) - AROUND, self._clock.now() + AROUND)
        for source in self._sources.traces:
            missing = [test for test in asked if found[test] is None]
            walks = (self._walk(source, asked[test], run.environment, window) for test in missing)
            found |= zip(missing, await asyncio.gather(*walks), strict=True)
        return found

    async def silent(self, run: SuiteRun) -> tuple[str, ...]:
        """Of which no source has lines, of those that answer and have a name for it. A later one is asked only for what
        those before it did not have.
        """
        quiet = dict.fromkeys(self._about(run), False)
        start = run.started_at or run.opened_at
        window = Window(start.replace(microsecond=0), self._clock.now() + AROUND)
        missing = list(quiet)
        for source in self._sources.logs:
            known = self._names(source.names, run.environment)
            asked = {name: LogQuery(window, known[name], run.environment, limit=1) for name in missing if known[name]}
            logged = await self._logged(source, asked) if asked else None
            if logged is None:
                continue
            quiet |= {name: name not in logged for name in asked}
            missing = [name for name in missing if name not in logged]
        return tuple(name for name, nothing in quiet.items() if nothing)

    async def _logged(self, source: Known[LogSource], asked: Mapping[str, LogQuery]) -> frozenset[str] | None:
        """Those of which it has lines; None where it does not answer."""
        try:
            async with asyncio.timeout(self._patience):
                found = await asyncio.gather(*map(source.source.logs, asked.values()))
        except (SignalboxError, TimeoutError) as away:
            log.warning("nobody can say who logged", source=source.name, reason=str(away) or "no answer in time")
            return None
        return frozenset(name for name, lines in zip(asked, found, strict=True) if lines.items)

    def _about(self, run: SuiteRun) -> tuple[str, ...]:
        catalog = self._catalog()
        suite = catalog.suites.get(run.suite.casefold())
        environment = catalog.environments.get(run.environment.casefold())
        there = environment.services if environment else ()
        covered = tuple(name for name in (suite.covers if suite else ()) if name in there)
        return (covered or there)[:ASKED]

    async def _walk(self, known: Known[TraceSource], trace_id: str, environment: str, window: Window) -> Walk | None:
        """Services send what they saw at times of their own: whoever knows only that its call failed is not believed
        before the one that it called had time to tell why.
        """
        found = await self._read(known, trace_id, environment, window)
        for pause in self._pauses:
            if found is None or not found.untold:
                break
            await asyncio.sleep(pause)
            found = await self._read(known, trace_id, environment, window) or found
        return found

    async def _read(self, known: Known[TraceSource], trace_id: str, environment: str, window: Window) -> Walk | None:
        try:
            async with asyncio.timeout(self._patience):
                spans = await known.source.trace(trace_id, window)
        except (IntegrationError, Unavailable, TimeoutError) as away:
            log.warning("a trace is not looked at", source=known.name, reason=str(away) or "no answer in time")
            return None
        if not spans:
            return None
        page = known.source.trace_link(trace_id, spans[0].start)
        return walk(spans, page if page.startswith(PAGES) else "", self._names(known.names, environment))

    def _names(self, source: str, environment: str) -> Mapping[str, tuple[str, ...]]:
        """What the source calls each service of the environment."""
        catalog = self._catalog()
        known = catalog.environments.get(environment.casefold())
        services = ((name, catalog.services.get(name.casefold())) for name in (known.services if known else ()))
        return {name: service.names(source) if service else (name,) for name, service in services}


def _asked(report: Report) -> Iterator[tuple[str, str]]:
    """Tests and traces: of each message one test first, since those may have different causes."""
    traced = [(case, trace_id) for case in report.red if (trace_id := trace_of(case))]
    first = {case.message: case.id for case, _trace_id in reversed(traced)}
    ordered = sorted(traced, key=lambda each: first[each[0].message] != each[0].id)
    return ((case.id, trace_id) for case, trace_id in ordered[:LOOKED_AT])


def trace_of(case: Case) -> str:
    """Of its last attempt that failed, else the last one that the report names."""
    own = case.broke.trace_id if case.broke else ""
    return own or next(reversed(case.trace_ids), "")
