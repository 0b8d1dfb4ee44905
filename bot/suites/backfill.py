"""Reads what a provider knows of a suite from before it was known here, so that its first red run has a past.

A few runs at a time, the newest first; what was read is remembered in the transaction that says so, so that a kill
loses nothing and counts nothing twice. Nobody is told: what failed weeks ago is nobody's matter now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog
from sqlmodel import Session

from bot.catalog import Catalog, Suite
from bot.errors import IntegrationError, NotFound, SignalboxError
from bot.ports.clock import Clock
from bot.ports.pipelines import Pipelines, RunSeen, VendorBusy
from bot.suites import past as rules
from bot.suites.intake import Reports
from bot.suites.needs import Ended, Providers, Remember
from bot.suites.past import Backfill
from bot.suites.pasts import Pasts
from bot.suites.refusals import Moved
from bot.suites.requests import pipeline_of
from bot.suites.store import Store

log = structlog.get_logger(__name__)

BACKFILL = "suites.backfill"
RUNS, AT_ONCE = 300, 15
"""Of one suite: so many are read at most, and so many each minute, since others use the provider's API too."""

REFUSED = timedelta(hours=1)
GONE = "left files that cannot be read"


class Backfilling:
    def __init__(
        self,
        store: Store,
        reports: Reports,
        providers: Providers,
        *,
        remember: Remember,
        catalog: Callable[[], Catalog],
        clock: Clock,
    ) -> None:
        self._store, self._pasts = store, Pasts(store.database, store.workspace)
        self._reports, self._providers, self._remember = reports, providers, remember
        self._catalog, self._clock = catalog, clock

    async def go_on(self, _arguments: Mapping[str, str]) -> None:
        """A job's task: some more of each suite's past. One that cannot be read now does not keep the others."""
        for suite in self._catalog().suites.values():
            provider = self._providers(suite.provider)
            if provider is None or not suite.history:
                continue
            try:
                await self._some(suite, provider)
            except Moved:
                log.info("a past is being read elsewhere", suite=suite.name)
            except SignalboxError as error:
                log.warning("a past was not read on", suite=suite.name, reason=error.user_message)

    async def _some(self, suite: Suite, provider: Pipelines) -> None:
        """The next of them. What the provider asks, or refuses, decides when to go on."""
        known = await self._known(suite)
        if known.over or (known.next_at is not None and known.next_at > self._clock.now()):
            return
        try:
            if not known.found:
                known = await self._list(known, suite, provider)
            for past in known.waiting[:AT_ONCE]:
                if known.over:
                    break
                known = await self._read(known, past, suite, provider)
        except VendorBusy as busy:
            await self._put_off(suite, timedelta(seconds=busy.retry_after), busy)
        except (IntegrationError, NotFound) as refused:
            await self._put_off(suite, REFUSED, refused)

    async def _known(self, suite: Suite) -> Backfill:
        source = rules.source_of(suite)
        found = await self._pasts.of(suite.name, source)
        return found or Backfill(suite.name, source, self._clock.now() - suite.history)

    async def _list(self, known: Backfill, suite: Suite, provider: Pipelines) -> Backfill:
        """Those of before the first one here: what was begun from here is known better."""
        found = await provider.earlier(pipeline_of(suite), since=known.since, limit=RUNS)
        first = await self._store.first(suite.name)
        until = first.opened_at if first else self._clock.now()
        runs = tuple(each for each in found if each.status.started_at and each.status.started_at < until)
        log.info("reading a past", suite=suite.name, runs=len(runs), since=known.since.isoformat())
        return await self._put(rules.listed(known, runs, self._clock.now()))

    async def _read(self, known: Backfill, past: RunSeen, suite: Suite, provider: Pipelines) -> Backfill:
        environment, now = rules.environment_of(past, suite, self._catalog()), self._clock.now()
        if not environment:
            return await self._put(rules.passed_over(known, rules.NOWHERE, 0, now))
        try:
            report, size = await self._reports.past(past.status.run, suite.reports, provider)
        except VendorBusy:
            raise
        except (IntegrationError, NotFound) as gone:
            log.info("a run of the past cannot be read", suite=suite.name, reason=gone.user_message)
            return await self._put(rules.passed_over(known, GONE, 0, now))
        run = rules.past_run(past, suite, environment, report)
        if why := rules.says_nothing(run):
            return await self._put(rules.passed_over(known, why, size, now))

        def work(session: Session) -> Backfill:
            self._remember(session, Ended(run, report))
            return self._pasts.put(session, rules.kept(known, run, size, now))

        return await self._pasts.database.transact(work)

    async def _put_off(self, suite: Suite, wait: timedelta, error: SignalboxError) -> None:
        log.warning("a past is read on later", suite=suite.name, reason=error.user_message)
        known = await self._known(suite)
        await self._put(rules.put_off(known, self._clock.now() + wait, error.user_message))

    async def _put(self, after: Backfill) -> Backfill:
        return await self._pasts.database.transact(lambda session: self._pasts.put(session, after))
