"""From what somebody points at to a question: a case, a run, a trace, a service."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlmodel import Session

from bot.cases import calm, pointing, windows
from bot.cases.memory import Memory
from bot.cases.service import Cases
from bot.cases.timeline import FURTHEST
from bot.cases.values import Case, Place, Struck
from bot.catalog import Catalog, Environment
from bot.deployments import queries as deployments
from bot.deployments.values import Deployment
from bot.diagnosis import queries as diagnoses
from bot.diagnosis.asking import About, Question, Reference
from bot.diagnosis.evidence import Alert
from bot.errors import NotFound, SignalboxError, Unavailable, UsageError
from bot.ports.clock import Clock
from bot.ports.telemetry import Sources, Span, Window
from bot.redaction import redact
from bot.runtime.database import Database
from bot.suites import queries as runs
from bot.suites.intake import Reports
from bot.suites.service import Suites
from bot.suites.values import SuiteRun

log = structlog.get_logger(__name__)

T = TypeVar("T")

LATELY = timedelta(days=1)
"""So long before a fault a deployment may have brought it."""

AROUND = timedelta(minutes=5)
"""A trace is looked at with what happened so long before and after it."""

PATIENCE_SECONDS = 10
TRACE_ID = re.compile(r"[0-9a-f]{16,32}")


@dataclass(frozen=True, slots=True)
class Rooms:
    """Whom to ask. kept: how long telemetry is."""

    cases: Cases
    suites: Suites
    reports: Reports
    sources: Sources
    database: Database
    workspace: str
    kept: timedelta


class AskedOf:
    """Implements Questions of bot.diagnosis.needs."""

    def __init__(self, rooms: Rooms, catalog: Callable[[], Catalog], clock: Clock) -> None:
        self._rooms, self._catalog, self._clock = rooms, catalog, clock
        self._memory = Memory(rooms.workspace)

    async def of_case(self, case: str) -> list[Question]:
        found = await self._rooms.cases.of(case)
        causes = [cause for cause in found.causes if not cause.settled]
        causes.sort(key=lambda cause: -len(cause.tests))
        return [await self._of_cause(found, cause) for cause in causes]

    async def of_run(self, run: str) -> list[Question]:
        found = await self._rooms.suites.of(run)
        if not found.over:
            raise UsageError(f"#{found.number} has not ended yet.")
        if not found.red:
            raise UsageError(f"#{found.number} {found.verdict.value or 'is over'}: there is nothing to explain.")
        asked = [question for case in await self._met(found) for question in await self.of_case(case)]
        return asked or [await self._of_red(found, None)]

    async def of_trace(self, trace_id: str, environment: str = "") -> Question:
        wanted = trace_id.strip().casefold()
        if not TRACE_ID.fullmatch(wanted):
            raise UsageError(f"{trace_id[:40]} is no id of a trace: that has 32 hexadecimal digits.")
        spans = await self._trace(wanted)
        where = self._environment(environment or next((span.environment for span in spans if span.environment), ""))
        start, end = min(span.start for span in spans), max(span.start + span.duration for span in spans)
        faulty = windows.Span(start - AROUND, min(end + AROUND, max(self._clock.now(), end)))
        asked = Question(
            pointing.question_id(About.TRACE, wanted, where), About.TRACE, where, faulty.window, f"the trace {wanted}"
        )
        return await self._with_surroundings(replace(asked, traces=(wanted,)), [], faulty.start)

    async def of_service(self, service: str, environment: str, minutes: int, *, ago: int = 0) -> Question:
        catalog = self._catalog()
        name = catalog.service(service).name
        where = self._environment(environment or self._place_of(name))
        if name not in catalog.environment(where).services:
            raise NotFound(f"There is no {name} in {where}.")
        end = self._clock.now() - timedelta(minutes=ago)
        faulty = windows.Span(end - timedelta(minutes=max(1, minutes)), end)
        id = pointing.question_id(About.SERVICE, name, where, f"{faulty.start:%FT%H:%M}", f"{faulty.end:%FT%H:%M}")
        asked = Question(id, About.SERVICE, where, faulty.window, name, alert=Alert(name))
        return await self._with_surroundings(asked, [], faulty.start)

    async def _of_cause(self, case: Case, cause: Struck) -> Question:
        asked = await self._of_red(await self._run_of(case, cause), cause)
        id = pointing.question_id(About.CASE, case.id, cause.id, asked.run)
        suspects = pointing.suspects(cause)
        of_case = replace(
            asked, id=id, about=About.CASE, named=cause.says, case=case.id, cause=cause.id, suspects=suspects
        )
        word = await self._read(lambda session: diagnoses.remembered(session, self._rooms.workspace, of_case))
        return replace(of_case, remembered=pointing.last_word(case, cause, word))

    async def _run_of(self, case: Case, cause: Struck) -> SuiteRun:
        """The one that met it first, unless what was seen then is forgotten and a later one met it."""
        oldest = self._clock.now() - self._rooms.kept
        first = await self._rooms.suites.of(cause.run or case.first.id)
        if (first.ended_at or first.opened_at) >= oldest or case.last.id == first.id:
            return first
        return await self._rooms.suites.of(case.last.id)

    async def _of_red(self, run: SuiteRun, cause: Struck | None) -> Question:
        report = await self._rooms.reports.of(run.id)
        tests = pointing.failing(report, cause) or (pointing.named(cause) if cause else ())
        others, came = await self._around(run)
        since = self._clock.now() - self._rooms.kept
        brought = [_brought(each) for each in came if each.touched]
        green = windows.healthy(run, others, since)
        lead = windows.lead((run, *green), [each.at for each in brought])
        faulty, *healthy = (windows.of_run(each, self._clock.now(), lead) for each in (run, *green))
        known = [windows.reference(run, each, span, brought) for each, span in zip(green, healthy, strict=True)]
        asked = Question(
            pointing.question_id(About.RUN, run.id),
            About.RUN,
            run.environment,
            faulty.window,
            f"{run.suite} #{run.number}",
            failing=tests,
            alert=Alert(summary=tests[0].says if tests else redact(run.why)),
            suite=run.suite,
            run=run.id,
        )
        return await self._with_surroundings(asked, known, _began(cause, faulty.start))

    async def _with_surroundings(self, asked: Question, green: Sequence[Reference], began: datetime) -> Question:
        """green: runs to compare with; without any, the time before it began."""
        known = self._catalog().environments.get(asked.environment.casefold())
        start = datetime.fromtimestamp(asked.faulty.start, tz=self._clock.now().tzinfo) - LATELY
        where = (self._rooms.workspace, asked.environment, start)
        came, ran = await self._read(
            lambda session: (deployments.lately(session, *where), runs.lately(session, *where))
        )
        troubles = calm.troubles(came, ran, self._clock.now())
        return replace(
            asked,
            references=tuple(green) or (pointing.time_before(asked.faulty, began, came, troubles),),
            troubles=troubles,
            services=known.services if known else (),
            deployments=pointing.came(came, asked.faulty.end),
            commits=pointing.commits(came),
        )

    async def _around(self, run: SuiteRun) -> tuple[list[SuiteRun], list[Deployment]]:
        """Runs and deployments there of which there is telemetry."""
        since = min(self._clock.now(), run.opened_at) - self._rooms.kept
        where = (self._rooms.workspace, run.environment, since)
        return await self._read(lambda session: (runs.lately(session, *where), deployments.lately(session, *where)))

    async def _met(self, run: SuiteRun) -> list[str]:
        """Cases that are about what this run met."""
        place = Place(run.suite, run.environment)

        def look(session: Session) -> list[str]:
            summary = self._memory.of_run(session, run.id)
            causes = sorted({cause for cause in summary.tests.values() if cause}) if summary else []
            return list(dict.fromkeys(self._memory.cases_of(session, place, causes).values()))

        return await self._read(look)

    async def _read(self, look: Callable[[Session], T]) -> T:
        async with self._rooms.database.read() as session:
            return await session.run_sync(lambda _: look(session.sync_session))

    async def _trace(self, trace_id: str) -> tuple[Span, ...]:
        """From the first source that has it. Raises NotFound, or Unavailable where one that may have it is away."""
        now, away = self._clock.now(), list[str]()
        for source in self._rooms.sources.traces:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    spans = await source.source.trace(trace_id, Window(now - self._rooms.kept, now + AROUND))
            except (SignalboxError, TimeoutError) as error:
                log.warning("a trace is not looked for", source=source.name, reason=str(error) or "no answer in time")
                away.append(source.name)
                continue
            if spans:
                return spans
        if away:
            raise Unavailable(f"{' and '.join(away)} did not answer, and nobody else has that trace.")
        raise NotFound("No source has that trace.")

    def _environment(self, name: str) -> str:
        return self._catalog().environment(name).name if name else self._only(self._catalog().environments.values())

    def _place_of(self, service: str) -> str:
        every = self._catalog().environments.values()
        return self._only(each for each in every if service in each.services)

    def _only(self, places: Iterable[Environment]) -> str:
        names = [each.name for each in places]
        if len(names) != 1:
            raise UsageError(f"Say in which environment: {', '.join(names) or 'it is in none of them'}.")
        return names[0]


def _brought(each: Deployment) -> windows.Came:
    at = each.finished_at or each.started_at or each.opened_at
    return windows.Came(at, f"{each.target.service} {each.label}".strip())


def _began(cause: Struck | None, start: datetime) -> datetime:
    """When the deployment came that is surely suspected; `start` where there is none."""
    sure = [each.deployment.start for each in cause.evidence.suspects if each.sure] if cause else []
    return min([start, *(at for at in sure if start - FURTHEST <= at)])
