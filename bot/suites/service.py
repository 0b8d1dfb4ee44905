"""Runs of suites as people and pipelines ask for them. What follows by itself stands in following.py."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.catalog import Catalog, Hold, Retry, Suite, WhenHeld
from bot.catalog.suites import wrong_parameters
from bot.errors import Forbidden, NotFound, UsageError
from bot.notices.facts import LeaseFacts
from bot.ports.clock import Clock
from bot.suites.intake import Reports
from bot.suites.needs import Ended, Findings, Outside
from bot.suites.past import Backfill, source_of
from bot.suites.pasts import Pasts
from bot.suites.records import Records
from bot.suites.refusals import NothingFailed, NotUnderWay, RequestReused, StillRunning
from bot.suites.report import Report
from bot.suites.retrying import next_attempt_of_vendor, tests_to_repeat, took
from bot.suites.schedules import next_time
from bot.suites.values import Broke, Held, Part, Place, Stage, SuiteRun, Trigger, Verdict, Wish, retry_id, run_id
from bot.values import Caller

USUAL = timedelta(minutes=30)
"""A lease for a suite of which nobody knows how long it takes; the run keeps it to its end in any case."""

GLANCE = 1.0
"""Seconds between looks at a run for whoever waits for its end."""

JUDGED = 12
"""Earlier runs from which it is known how long a suite takes."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A suite, when it runs next by itself, and how it ran last. past: how far its runs from before were read."""

    suite: Suite
    next_at: datetime | None
    last: SuiteRun | None
    past: Backfill | None = None


class Suites:
    """Raises what the ledger refuses with, NotFound, UsageError, Forbidden, the refusals of this room, Unavailable."""

    def __init__(
        self,
        records: Records,
        reports: Reports,
        outside: Outside,
        *,
        findings: Findings,
        catalog: Callable[[], Catalog],
        clock: Clock,
    ) -> None:
        self._records, self._store, self._reports = records, records.store, reports
        self._pasts = Pasts(records.store.database, records.store.workspace)
        self._leases, self._providers = outside.leases, outside.providers
        self._findings, self._catalog, self._clock = findings, catalog, clock

    async def run(self, wish: Wish, *, caller: Caller) -> SuiteRun:
        """Run it, or stand in line for its place. A repeat is given what came of the first time.

        Raises RequestReused when the repeat wants something else.
        """
        suite = self._catalog().suite(wish.suite)
        environment = self._environment(suite, wish.environment)
        id, parameters = run_id(caller.request_id, suite.name, environment), _parameters(suite, wish.parameters)
        ref = wish.ref or suite.branch
        if (known := await self._store.get(id)) is not None:
            if (dict(known.parameters), known.ref) != (dict(parameters), ref):
                raise RequestReused(
                    f"That request has run {suite.name} before, as #{known.number}, with other parameters."
                )
            return known
        run = SuiteRun(
            id,
            0,
            suite.name,
            environment,
            caller.person,
            self._clock.now(),
            trigger=wish.trigger,
            origin=id,
            parameters=parameters,
            ref=ref,
            team=caller.team,
            via=caller.via,
            deployment=wish.deployment,
            expected=await self.usual_length(suite, environment),
        )
        return await self._begin(run, suite, caller, wish.when_held)

    async def retry(self, id: str, *, failed: bool, caller: Caller, part: Part | None = None) -> SuiteRun:
        """Run it again, all of it or the tests that failed, or some of those. The attempt after another is one, whoever
        asks for it and however often. Raises StillRunning, NothingFailed.
        """
        before = await self.of(id)
        part = self._apart(before.suite, part)
        if (known := await self._store.get(retry_id(before.id, part))) is not None:
            return known
        if not before.over:
            raise StillRunning(f"#{before.number} still runs. Retry it when it has ended.", before)
        suite = self._catalog().suite(before.suite)
        repeated: dict[str, Any] = {"expected": before.expected}
        if failed:
            repeated = await self._failed_again(before, suite, part)
        run = SuiteRun(
            retry_id(before.id, part),
            0,
            before.suite,
            before.environment,
            caller.person,
            self._clock.now(),
            trigger=Trigger.RETRY,
            attempt=before.attempt + 1,
            parent=before.id,
            repeats=before.number,
            origin=before.origin,
            parameters=before.parameters,
            ref=before.ref,
            team=caller.team,
            via=caller.via,
            deployment=before.deployment,
            **repeated,
        )
        return await self._begin(run, suite, caller)

    def _apart(self, suite: str, part: Part | None) -> Part | None:
        """Nothing less than all that failed, where the vendor runs its failed jobs again."""
        known = self._catalog().suites.get(suite.casefold())
        return None if known and known.retry is Retry.JOBS else part

    async def _failed_again(self, before: SuiteRun, suite: Suite, part: Part | None) -> dict[str, Any]:
        """By the vendor, where it can: else their names are handed to a new run."""
        if suite.retry is Retry.JOBS and before.run is not None:
            return {"run": before.run, "again": next_attempt_of_vendor(before)}
        also = [await self._store.get(id) for id in (part.also if part else ()) if id != before.id]
        told = [(each.number, await self._reports.of(each.id)) for each in (before, *filter(None, also))]
        only, failed_in = tests_to_repeat(told, suite.retry, part)
        if not only:
            raise NothingFailed(f"#{before.number} names no failed test. Run all of it again.", before)
        return {"only": only, "failed_in": failed_in, "expected": took(before)}

    async def cancel(self, id: str, *, caller: Caller) -> SuiteRun:
        """Stop it; what stands in line leaves it. Only whoever began it, the mates, and the suite's owners may."""
        run = await self.of(id)
        if run.over:
            raise NotUnderWay(f"#{run.number} has ended already.", run)
        mates = caller.team is not None and caller.team == run.team
        if caller.person != run.by and not mates and caller.person not in self._owners(run.suite):
            raise Forbidden(f"<@{run.by}> runs it, and may cancel it. Nothing was changed.")
        suite = self._catalog().suites.get(run.suite.casefold())
        provider = self._providers(suite.provider) if suite else None
        if run.run is not None and provider is not None and run.stage is Stage.RUNNING:
            await provider.cancel(run.run)
        return await self.finish(run, Verdict.CANCELLED, ended_by=caller.person)

    async def finish(self, run: SuiteRun, verdict: Verdict, **what: Any) -> SuiteRun:
        """It is over, and came to nothing that could be judged. The end of its lease is the next look's."""
        now = self._clock.now()

        def found(session: Session, after: SuiteRun) -> Sequence[Broke]:
            return self._findings(session, Ended(after, Report()))

        return await self._records.change(
            run, due=now, found=found, stage=Stage.OVER, verdict=verdict, finished_at=now, starting=False, **what
        )

    async def of(self, id: str) -> SuiteRun:
        """By its id, or by its number: `#418`. Raises NotFound."""
        number = id.removeprefix("#")
        found = await (self._store.numbered(int(number)) if number.isdigit() else self._store.get(id))
        if found is None:
            raise NotFound(f"There is no run {id[:40]}.")
        return found

    async def until_over(self, run: SuiteRun, seconds: float) -> SuiteRun:
        """The run when it has ended, or as it is after so many seconds. Any replica may be the one that ends it, so the
        database is asked.
        """
        until = time.monotonic() + seconds
        while not run.over and time.monotonic() < until:
            await asyncio.sleep(GLANCE)
            run = await self.of(run.id)
        return run

    async def history(self, suite: str = "", environment: str = "", *, limit: int = 10) -> list[SuiteRun]:
        """Newest first; without a suite, of all of them."""
        return await self._store.history(suite and self._catalog().suite(suite).name, environment, limit=limit)

    async def under_way(self) -> list[SuiteRun]:
        return await self._store.under_way()

    async def after(self, deployment: str) -> list[SuiteRun]:
        """Those that run because of a deployment, in their order."""
        return await self._store.of_deployment(deployment)

    async def attempt_after(self, run: SuiteRun) -> SuiteRun | None:
        """The run that repeats it, if there is one."""
        return await self._store.get(retry_id(run.id))

    async def plan(self) -> list[Planned]:
        """Every suite of the catalog, with its next firing in any environment and its latest run."""
        now, catalog, pasts = self._clock.now(), self._catalog(), await self._pasts.every()
        planned: list[Planned] = []
        for suite in catalog.suites.values():
            coming = [next_time(each, suite, catalog, now) for each in suite.schedules]
            last = await self._store.history(suite.name, limit=1)
            past = pasts.get((suite.name, source_of(suite)))
            next_at = min((at for at in coming if at), default=None)
            planned.append(Planned(suite, next_at, next(iter(last), None), past))
        return planned

    async def usual_length(self, suite: Suite, environment: str) -> timedelta | None:
        """The middle one of its last whole runs; before there are any, of those from before, or as the catalog says."""
        runs = await self._store.history(suite.name, environment, limit=JUDGED)
        whole = [run for run in runs if run.verdict in (Verdict.PASSED, Verdict.FAILED) and not (run.only or run.again)]
        lengths = [run.ended_at - run.started_at for run in whole if run.ended_at and run.started_at]
        if lengths:
            return sorted(lengths)[len(lengths) // 2]
        past = await self._pasts.of(suite.name, source_of(suite))
        return (past.usual if past else None) or suite.expected

    def place(self, suite: Suite, environment: str) -> Place:
        there = self._catalog().environment(environment).services
        return Place(environment, tuple(service for service in suite.covers if service in there))

    async def in_the_way(self, run: SuiteRun) -> tuple[LeaseFacts, ...]:
        """Who else holds the place exclusively now."""
        suite = self._catalog().suite(run.suite)
        found = await self._leases.in_the_way(self.place(suite, run.environment))
        return tuple(each for each in found if each.person != run.by and (each.team is None or each.team != run.team))

    async def _begin(self, run: SuiteRun, suite: Suite, caller: Caller, when_held: WhenHeld | None = None) -> SuiteRun:
        now = self._clock.now()
        blocked = await self.in_the_way(run) if when_held else ()
        if blocked and when_held is WhenHeld.SKIP:
            why = f"<@{blocked[0].person}> held {run.environment}"
            over = replace(run, stage=Stage.OVER, verdict=Verdict.SKIPPED, why=why, finished_at=now)
            return await self._records.begin(over, due=None)
        if blocked and when_held is WhenHeld.RUN:
            held = await self._beneath(blocked[0], run, suite)
        else:
            held = await self._own(run, suite, caller) if blocked or suite.hold is Hold.SHARED else None
        waits = held is not None and not held.pinned
        return await self._records.begin(replace(run, held=held, stage=Stage.WAITING if waits else Stage.OPEN), due=now)

    async def _own(self, run: SuiteRun, suite: Suite, caller: Caller) -> Held:
        """The lease under which it runs, pinned to it; or a place in the queue."""
        place = self.place(suite, run.environment)
        lease = await self._leases.covering(place, person=caller.person, team=caller.team)
        taken = lease is None
        if lease is None:
            length = run.expected * 2 if run.expected else USUAL
            asks = replace(caller, request_id=f"suite:{run.id}")
            lease = await self._leases.share(place, caller=asks, reason=f"suite {suite.name}", length=length)
        if lease.status != "active":
            return Held(lease.lease_id, taken=taken)
        await self._leases.pin(lease.lease_id, run=run.id, until=self._clock.now() + suite.limit)
        return Held(lease.lease_id, taken=taken, pinned=True)

    async def _beneath(self, lease: LeaseFacts, run: SuiteRun, suite: Suite) -> Held | None:
        """Under somebody's lease, which waits for the end of a run that would hold its place by itself."""
        if suite.hold is Hold.WATCH:
            return None
        await self._leases.pin(lease.lease_id, run=run.id, until=self._clock.now() + suite.limit)
        return Held(lease.lease_id, pinned=True)

    def _environment(self, suite: Suite, name: str) -> str:
        """Raises NotFound, UsageError."""
        environment = self._catalog().environment(name).name
        if not suite.runs_in(environment):
            raise UsageError(f"{suite.name} runs in {', '.join(suite.environments)}, not in {environment}.")
        return environment

    def _owners(self, suite: str) -> frozenset[str]:
        known = self._catalog().suites.get(suite.casefold())
        people = self._catalog().people_behind(known.owners if known else ())
        return frozenset(person.slack for person in people)


def _parameters(suite: Suite, given: Mapping[str, str]) -> Mapping[str, str]:
    """All of them, by their names in the catalog. Raises UsageError."""
    for _name, why in wrong_parameters(given, suite.parameters):
        names = ", ".join(parameter.name for parameter in suite.parameters)
        raise UsageError(f"{why} {suite.name} takes {names}." if names else f"{why} {suite.name} takes none.")
    folded = {name.casefold(): value for name, value in given.items()}
    every = {each.name: folded.get(each.name.casefold(), each.default) for each in suite.parameters}
    return {name: value for name, value in every.items() if value}
