"""Each change of a run in one transaction: what it is now, who is told, and when it is looked at next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.catalog import Catalog
from bot.notices.model import Envelope
from bot.notices.personal import tell
from bot.ports.clock import Clock
from bot.runtime import jobs
from bot.runtime.jobs import Job
from bot.suites.store import Store
from bot.suites.values import Broke, SuiteRun

LOOK = "suite.look"

Tell = Callable[[SuiteRun | None, SuiteRun], Sequence[Envelope]]
"""Whom to tell what, of a run before and after a change; None before its beginning."""

Also = Callable[[Session, SuiteRun], None]
"""What else is written in the same transaction, of the run as it is then."""


def nothing_else(_session: Session, _run: SuiteRun) -> None:
    return


Found = Callable[[Session, SuiteRun], Sequence[Broke]]
"""What is made of a run, in the same transaction and before anybody is told of it: they are told that with it."""


def nothing_found(_session: Session, run: SuiteRun) -> Sequence[Broke]:
    """As it was."""
    return run.broke


class Records:
    """moved: what else follows from each change. wake: called when something was committed that others wait for."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        tell: Tell,
        catalog: Callable[[], Catalog],
        wake: Callable[[], None],
        moved: Also = nothing_else,
    ) -> None:
        self.store, self._clock, self._tell, self._catalog, self._wake = store, clock, tell, catalog, wake
        self._moved = moved

    async def begin(self, run: SuiteRun, *, due: datetime | None) -> SuiteRun:
        """Write it down, once, under the next number: a repeat is given what is there."""

        def work(session: Session) -> SuiteRun | None:
            if (numbered := self.store.insert(session, run, due)) is not None:
                self._follow(session, None, numbered, due)
            return numbered

        if (begun := await self.store.database.transact(work)) is not None:
            self._wake()
            return begun
        return await self.store.get(run.id) or run

    async def change(
        self,
        before: SuiteRun,
        *,
        due: datetime | None,
        found: Found = nothing_found,
        **what: Any,
    ) -> SuiteRun:
        """`before` with `what` changed. Raises Moved when somebody else was faster."""
        ended = replace(before, revision=before.revision + 1, **what)

        def work(session: Session) -> SuiteRun:
            self.store.replace(session, ended, due)
            after = replace(ended, broke=tuple(found(session, ended)))
            if after != ended:
                self.store.replace(session, after, due, mine=True)
            self._follow(session, before, after, due)
            return after

        after = await self.store.database.transact(work)
        self._wake()
        return after

    async def enqueue(self, due: Sequence[Job]) -> None:
        now = self._clock.now()
        await self.store.database.transact(lambda session: jobs.put(session, self.store.workspace, due, now=now))
        self._wake()

    def _follow(self, session: Session, before: SuiteRun | None, after: SuiteRun, due: datetime | None) -> None:
        now, workspace = self._clock.now(), self.store.workspace
        self._moved(session, after)  # cases are held before people are: whoever ends a run holds them in this order
        tell(session, workspace, list(self._tell(before, after)), self._catalog(), now=now)
        if due is not None:
            id = f"{LOOK}:{after.id}:{after.revision}"
            arguments = {"id": after.id, "revision": str(after.revision)}
            jobs.put(session, workspace, [Job(id, LOOK, arguments, due)], now=now)
