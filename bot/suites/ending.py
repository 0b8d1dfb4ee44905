"""A run ends: what it reported is read, what failed is looked up in traces, and all that follows is written at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.catalog import Suite
from bot.ports.clock import Clock
from bot.ports.pipelines import Pipelines, RunState
from bot.suites.intake import Reports
from bot.suites.needs import Ended, Findings, Outside
from bot.suites.printed import printed
from bot.suites.records import Records
from bot.suites.report import NAMED, Report, first_failed
from bot.suites.values import Broke, Excused, Stage, SuiteRun, Verdict
from bot.suites.verdict import verdict_of
from bot.suites.walks import Walks

NO_WALKS: Walks = {}
NOTHING_EXCUSED = Excused()
LOOK = timedelta(seconds=5)
"""How long between looks for what is waited for."""

REPORT_WAIT, TRACES_WAIT = timedelta(seconds=20), timedelta(seconds=10)
"""How long a report is waited for once the pipeline has ended, and the traces that it names: services send them by and
by, and some nobody has.
"""


class Ending:
    def __init__(
        self, records: Records, reports: Reports, outside: Outside, *, findings: Findings, clock: Clock
    ) -> None:
        self._records, self._reports = records, reports
        self._traces, self._excuses, self._interrupted = outside.traces, outside.excuses, outside.interrupted
        self._findings, self._clock = findings, clock

    async def read(self, run: SuiteRun, suite: Suite, provider: Pipelines | None) -> bool:
        """Its pipeline has ended. What it has not sent is fetched. False while something is waited for."""
        now = self._clock.now()
        report, why = await self._reports.of(run.id), ""
        if report.empty and provider is not None and run.run is not None:
            why = await self._reports.fetch(run, suite.reports, provider)
            report = await self._reports.of(run.id)
        if report.empty and run.ended_as is not RunState.CANCELLED and not _waited(run, now, REPORT_WAIT):
            return False
        walks = await self._traces.of(run, report)
        if None in walks.values() and not _waited(run, now, TRACES_WAIT):
            return False
        silent = await self._traces.silent(run) if any(report.red) else ()
        excused = await self._excuses(run, report, walks)
        verdict, reason = verdict_of(report, run.ended_as or RunState.UNKNOWN, excused.quarantined)
        if verdict is Verdict.FAILED and (stopped := self._interrupted(run)):
            verdict, reason, run = Verdict.INFRASTRUCTURE, stopped, replace(run, interrupted=True)
        if report.empty and provider is not None and run.run is not None:
            run = replace(run, printed=await printed(run.run, provider))
        whole = f"{reason}: {why}" if reason and why else reason or why
        await self.end(run, verdict, report, why=whole, walks=walks, excused=excused, silent=silent)
        return True

    async def end(
        self,
        run: SuiteRun,
        verdict: Verdict,
        report: Report,
        *,
        why: str,
        walks: Walks = NO_WALKS,
        excused: Excused = NOTHING_EXCUSED,
        silent: tuple[str, ...] = (),
    ) -> None:
        """With what is made of it, in one transaction."""

        def found(session: Session, after: SuiteRun) -> Sequence[Broke]:
            return self._findings(session, Ended(after, report, walks, silent))

        now = self._clock.now()
        counts = report.counts if report.counts.total else None
        await self._records.change(
            run,
            due=now,
            found=found,
            stage=Stage.OVER,
            verdict=verdict,
            counts=counts,
            failed=first_failed(report, walks, excused),
            excused=excused.tests[:NAMED],
            quarantined=len(excused.quarantined),
            known=excused.issues,
            finished_at=now,
            starting=False,
            why=why,
        )


def _waited(run: SuiteRun, now: datetime, long: timedelta) -> bool:
    """However far apart the clocks of this machine and the vendor are."""
    return now - (run.ended_at or now) >= long or run.looks > long / LOOK
