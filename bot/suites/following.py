"""What follows by itself: a run is started and looked at until it ends, its report is read, and its lease goes on.

Each look is a job that bears a repeat: it reads what is true, does one thing, and says when to look again. A job that
is lost with its Redis is made up for by `sweep`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from bot.catalog import Catalog, Hold, Suite
from bot.errors import Conflict, IntegrationError, NotFound, SignalboxError
from bot.plurals import counted
from bot.ports.clock import Clock
from bot.ports.pipelines import OutcomeUnknown, Pipelines, Run, RunState, RunStatus, VendorBusy
from bot.ports.webhooks import Hint
from bot.runtime.jobs import Job
from bot.suites import ending
from bot.suites.ending import Ending
from bot.suites.intake import Reports
from bot.suites.needs import Findings, Outside
from bot.suites.progress import progress, seen_until
from bot.suites.records import LOOK, Records
from bot.suites.refusals import Moved, NeverShown
from bot.suites.report import Report
from bot.suites.requests import request
from bot.suites.retrying import is_this_attempt
from bot.suites.service import Suites
from bot.suites.values import Counts, Held, Stage, SuiteRun, Verdict, difference
from bot.values import Caller

log = structlog.get_logger(__name__)

FIRST_LOOK, LONGEST_LOOK = timedelta(seconds=2), timedelta(seconds=15)
SETTLE = timedelta(seconds=30)
"""A vendor may list a run so much later than it has started it."""

SEARCHED = timedelta(minutes=5)
"""As long is a run looked for where a vendor does not promise to list it soon. It is never started twice by itself."""

REFUSED = timedelta(minutes=1)
"""Whoever says no, as with a token that has run out, is asked again so much later."""

LATE = timedelta(minutes=1)
"""A look that is overdue for so long has lost its job."""

TAIL = 16_000
"""Bytes of a log's end that tell how far a run is."""


class Following:
    def __init__(
        self,
        records: Records,
        suites: Suites,
        reports: Reports,
        outside: Outside,
        *,
        findings: Findings,
        catalog: Callable[[], Catalog],
        clock: Clock,
    ) -> None:
        self._records, self._store, self._suites, self._reports = records, records.store, suites, reports
        self._leases, self._providers, self._versions = outside.leases, outside.providers, outside.versions
        self._ending = Ending(records, reports, outside, findings=findings, clock=clock)
        self._catalog, self._clock = catalog, clock

    async def look(self, arguments: Mapping[str, str]) -> None:
        """A job's task: the next step of one run. revision: the one that asked for this look; a later one has asked for
        its own. Raises Unavailable, to be tried again.
        """
        run = await self._store.get(arguments["id"])
        if run is None or arguments.get("revision", str(run.revision)) != str(run.revision):
            return
        try:
            await self._next(run)
        except Moved:
            log.info("somebody else moved it on", run=run.id)
        except VendorBusy as busy:
            await self._again(await self._suites.of(run.id), timedelta(seconds=busy.retry_after))
        except IntegrationError as refused:
            log.warning("a run cannot be looked at", run=run.id, reason=refused.user_message)
            await self._again(await self._suites.of(run.id), REFUSED)

    async def sweep(self, _arguments: Mapping[str, str]) -> None:
        """Looks whose job was lost. One of which nothing can be said now does not stop the others."""
        for overdue in await self._store.overdue(self._clock.now() - LATE):
            try:
                await self.look({"id": overdue.id})
            except SignalboxError as error:
                log.warning("a run was not looked at", run=overdue.id, reason=error.user_message)

    async def take(self, hint: Hint) -> None:
        """A vendor says that a run has moved: a job looks at it now. Runs that are none of ours are passed over."""
        found = await self._store.of_vendor(hint.run) if hint.run else []
        ours = [run for run in found if not run.over and run.run and run.run.pipeline.provider == hint.provider]
        due = [Job(f"{LOOK}:{run.id}:{hint.delivery}", LOOK, {"id": run.id}) for run in ours]
        if due:
            await self._records.enqueue(due)

    async def _next(self, run: SuiteRun) -> None:
        suite = self._catalog().suites.get(run.suite.casefold())
        if run.over:
            await self._after(run)
        elif suite is None:
            await self._ending.end(run, Verdict.INFRASTRUCTURE, Report(), why="the catalog has no such suite any more")
        elif run.stage is Stage.WAITING:
            await self._turn(run, suite)
        elif run.stage is Stage.READING:
            if not await self._ending.read(run, suite, self._providers(suite.provider)):
                await self._again(run, ending.LOOK)
        elif self._clock.now() - (run.started_at or run.opened_at) >= suite.limit:
            await self._give_up(run, suite)
        else:
            await self._at_vendor(run, suite)

    async def _at_vendor(self, run: SuiteRun, suite: Suite) -> None:
        provider = self._providers(suite.provider)
        if provider is None:
            why = f"nothing is set up to run pipelines of {suite.provider}"
            await self._ending.end(run, Verdict.INFRASTRUCTURE, Report(), why=why)
        elif run.stage is Stage.OPEN:
            await self._start(run, suite, provider)
        elif run.run is not None:
            await self._follow(run, run.run, provider)

    async def _give_up(self, run: SuiteRun, suite: Suite) -> None:
        """Its pipeline is asked to stop, so that it does not go on unseen."""
        provider = self._providers(suite.provider)
        if provider is not None and run.run is not None and run.stage is Stage.RUNNING:
            try:
                await provider.cancel(run.run)
            except (IntegrationError, NotFound) as refused:
                log.warning("a run that is given up was not stopped", run=run.id, reason=refused.user_message)
        why = f"it did not end within {counted(suite.limit // timedelta(minutes=1), 'minute')}"
        await self._ending.end(run, Verdict.INFRASTRUCTURE, await self._reports.of(run.id), why=why)

    async def _turn(self, run: SuiteRun, suite: Suite) -> None:
        """It stands in line: has its turn come? A suite that holds nothing has waited for the place to be free."""
        lease = await self._leases.find(run.held.lease_id) if run.held else None
        if lease is None:
            await self._suites.finish(run, Verdict.CANCELLED, why="its place in the queue was given up")
        elif lease.status == "active":
            now, held = self._clock.now(), None
            if suite.hold is Hold.SHARED:
                await self._leases.pin(lease.lease_id, run=run.id, until=now + suite.limit)
                held = Held(lease.lease_id, taken=True, pinned=True)
            else:
                await self._leases.give_back(lease.lease_id, caller=self._caller(run, "turn"))
            await self._records.change(run, due=now, held=held, stage=Stage.OPEN)

    async def _start(self, run: SuiteRun, suite: Suite, provider: Pipelines) -> None:
        """Once: whoever cannot know whether it was started looks before starting it."""
        try:
            began = await self._found_or_started(run, suite, provider)
        except OutcomeUnknown:
            log.info("no answer to the start of a run: it is looked for", run=run.id)
            began = None
        except VendorBusy:
            raise
        except (IntegrationError, NotFound) as refused:
            latest = await self._suites.of(run.id)
            if not latest.over:
                await self._ending.end(latest, Verdict.INFRASTRUCTURE, Report(), why=refused.user_message)
            return
        latest, now = await self._suites.of(run.id), self._clock.now()
        if latest.over:  # cancelled while the vendor was asked
            if began is not None:
                await provider.cancel(began)
        elif began is None:
            await self._again(latest, FIRST_LOOK * 2)
        else:
            await self._records.change(
                latest, due=now + FIRST_LOOK, run=began, stage=Stage.RUNNING, starting=False, looks=0
            )

    async def _found_or_started(self, run: SuiteRun, suite: Suite, provider: Pipelines) -> Run | None:
        asked, now = request(run, suite), self._clock.now()
        if run.starting:
            found = await self._repeated(run, provider) if run.again else await provider.find(asked)
            waited = now - (run.started_at or run.opened_at)
            shows_at_once = provider.lists_at_once or run.again
            if found is not None or waited < (SETTLE if shows_at_once else SEARCHED):
                return found
            if not shows_at_once:
                raise NeverShown(provider=suite.provider)
        versions = dict(await self._versions.running(run.environment))
        before = await self._store.get(run.parent) if run.parent else None
        since = difference(before.deploy_set, versions) if before else None
        what: dict[str, Any] = {"starting": True, "started_at": now, "deploy_set": versions, "since": since}
        await self._records.change(run, due=now + FIRST_LOOK * 2, **what)
        return await (provider.retry_failed(run.run) if run.again and run.run else provider.start(asked))

    async def _repeated(self, run: SuiteRun, provider: Pipelines) -> Run | None:
        """The vendor's run, once it shows that its failed jobs run again."""
        if run.run is None:
            return None
        return run.run if is_this_attempt(run, await provider.status(run.run)) else None

    async def _follow(self, run: SuiteRun, at_vendor: Run, provider: Pipelines) -> None:
        try:
            status = await provider.status(at_vendor)
        except NotFound as gone:
            await self._ending.end(run, Verdict.INFRASTRUCTURE, await self._reports.of(run.id), why=gone.user_message)
            return
        now, commit = self._clock.now(), status.commit or run.commit
        if status.state.ended and is_this_attempt(run, status):
            what: dict[str, Any] = {"ended_as": status.state, "ended_at": status.finished_at or now, "commit": commit}
            await self._records.change(run, due=now, stage=Stage.READING, looks=0, run=status.run, **what)
            return
        live = await self._live(run, status, provider)
        wait = min(FIRST_LOOK * 1.5 ** min(run.looks, 10), LONGEST_LOOK)
        await self._again(replace(run, run=status.run), wait, live=live, commit=commit)

    async def _live(self, run: SuiteRun, status: RunStatus, provider: Pipelines) -> Counts:
        """How far it is, as far as its log tells; a nicety that the run does not wait for."""
        step = next((step for step in status.steps if step.state is RunState.RUNNING), None)
        if step is None:
            return run.live
        try:
            part = await provider.log(status.run, step.id, start=-TAIL, limit=TAIL)
        except (IntegrationError, NotFound):
            return run.live
        return progress(part.data.decode("utf-8", "replace"), run.live)

    async def _after(self, run: SuiteRun) -> None:
        """It has ended: its lease goes on, and what was taken for it is given back."""
        held = run.held
        if held is None:
            await self._records.change(run, due=None)
            return
        if held.pinned:
            try:
                await self._leases.unpin(held.lease_id, run=run.id)
            except Conflict:
                log.info("the lease of a run has ended before it", run=run.id)
        if held.taken and not await self._needed(held, run):
            await self._leases.give_back(held.lease_id, caller=self._caller(run, "done"))
        await self._records.change(run, due=None, held=replace(held, pinned=False))

    async def _needed(self, held: Held, run: SuiteRun) -> bool:
        """Whether another run goes on under the same lease: then that one gives it back."""
        return any(not each.over for each in await self._store.of_lease(held.lease_id) if each.id != run.id)

    async def _again(self, run: SuiteRun, wait: timedelta, **what: Any) -> None:
        now = self._clock.now()
        seen = seen_until(run, now, what.get("live", run.live)) if run.stage is Stage.RUNNING else run.seen_at
        await self._records.change(run, due=now + wait, looks=run.looks + 1, seen_at=seen, **what)

    @staticmethod
    def _caller(run: SuiteRun, what: str) -> Caller:
        return Caller(run.by, f"{what}:{run.id}", run.team, via="system")
