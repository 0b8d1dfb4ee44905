"""Each change of a deployment in one transaction: what it is now, who is told, and when it is looked at next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.catalog import Catalog
from bot.deployments.build_status import due_statuses
from bot.deployments.questions import disowned, settled
from bot.deployments.store import Store
from bot.deployments.values import Deployment, Running, Stage
from bot.notices.model import Envelope
from bot.notices.personal import tell
from bot.ports.clock import Clock
from bot.runtime import jobs
from bot.runtime.jobs import Job

LOOK = "deployment.look"

Tell = Callable[[Deployment | None, Deployment], Sequence[Envelope]]
"""Whom to tell what, of a deployment before and after a change; None before its beginning."""

Also = Callable[[Session], None]
"""What else is written in the same transaction."""


Effects = Callable[[Deployment | None, Deployment], Sequence[Job]]
"""What else is to be done, of a deployment before and after a change."""


def no_effects(_before: Deployment | None, _after: Deployment) -> Sequence[Job]:
    return ()


def nothing_else(_session: Session) -> None:
    return


class Records:
    """wake: called when something was committed that others wait for."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        tell: Tell,
        catalog: Callable[[], Catalog],
        wake: Callable[[], None],
        effects: Effects = no_effects,
    ) -> None:
        self.store, self._clock, self._tell, self._catalog, self._wake = store, clock, tell, catalog, wake
        self._effects = effects

    async def begin(
        self, deployment: Deployment, *, due: datetime | None, also: Also = nothing_else
    ) -> Deployment | None:
        """Write it down, once: a repeat is given what is there. None when another one is under way there by now; what
        only waits, has ended at the gate, or goes around it, begins all the same.
        """
        alone = deployment.stage in (Stage.OPEN, Stage.RUNNING) and deployment.observed is None

        def work(session: Session) -> bool:
            if self.store.known(session, deployment.id):
                return False
            if alone and self.store.busy(session, deployment.target):
                return False
            self.store.insert(session, deployment, due)
            self._follow(session, None, deployment, due)
            also(session)
            return True

        if await self.store.database.transact(work):
            self._wake()
            return deployment
        return await self.store.get(deployment.id)

    async def change(
        self, before: Deployment, *, due: datetime | None, also: Also = nothing_else, **what: Any
    ) -> Deployment:
        """`before` with `what` changed. Raises Moved when somebody else was faster."""
        after = replace(before, revision=before.revision + 1, **what)

        def work(session: Session) -> None:
            self.store.replace(session, after, due)
            self._follow(session, before, after, due)
            also(session)

        await self.store.database.transact(work)
        self._wake()
        return after

    async def note(self, work: Callable[[Session], Sequence[Envelope]]) -> None:
        """Write something about what runs, and tell of it."""

        def both(session: Session) -> None:
            self._put(session, work(session))

        await self.store.database.transact(both)
        self._wake()

    async def enqueue(self, due: Sequence[Job]) -> None:
        now = self._clock.now()
        await self.store.database.transact(lambda session: jobs.put(session, self.store.workspace, due, now=now))
        self._wake()

    def put_running(self, running: Running) -> Also:
        """Where somebody was asked whose the version before was, they read what became of that."""

        def put(session: Session) -> None:
            over = settled(self.store.runs(session, running.target), running)
            self.store.put_running(session, running)
            self._put(session, over)

        return put

    def disowned(self, deployment: Deployment, by: str) -> Also:
        """What it brought, where that still runs, is not theirs either; and they read that it is noted."""

        def put(session: Session) -> None:
            running = self.store.runs(session, deployment.target)
            if running is not None and running.deployment == deployment.id:
                self.store.put_running(session, replace(running, by=by))
            self._put(session, [disowned(deployment)])

        return put

    def _follow(self, session: Session, before: Deployment | None, after: Deployment, due: datetime | None) -> None:
        now, workspace = self._clock.now(), self.store.workspace
        self._put(session, self._tell(before, after))
        effects = [*self._effects(before, after), *due_statuses(before, after)]
        jobs.put(session, workspace, effects, now=now)
        if due is not None:
            id = f"{LOOK}:{after.id}:{after.revision}"
            arguments = {"id": after.id, "revision": str(after.revision)}
            jobs.put(session, workspace, [Job(id, LOOK, arguments, due)], now=now)

    def _put(self, session: Session, envelopes: Sequence[Envelope]) -> None:
        """As each person wants to be told."""
        now, workspace = self._clock.now(), self.store.workspace
        tell(session, workspace, list(envelopes), self._catalog(), now=now)
