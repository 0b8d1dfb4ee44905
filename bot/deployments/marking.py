"""Deployments marked where people look at curves: each moment once, whatever is killed in between.

A job is written with the change it tells of. Before a mark is sent, it is written down that it is: whoever does the job
again, after a kill or a lost answer, looks for it, and sends it anew only when it would have been found by then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.catalog import Catalog
from bot.deployments.mark_claims import MarkClaims
from bot.deployments.store import Store
from bot.deployments.values import Deployment, Stage, Watch
from bot.errors import IntegrationError
from bot.ports.clock import Clock
from bot.ports.marks import Mark, Marks, Moment
from bot.ports.pipelines import OutcomeUnknown, VendorBusy
from bot.runtime import jobs
from bot.runtime.jobs import Job

log = structlog.get_logger(__name__)

MARK = "deployment.mark"
FOUND_AFTER = timedelta(minutes=2)
"""What was taken may be found so much later."""

TRIES = 20


@dataclass(frozen=True, slots=True)
class Marked:
    """Where marks go. names: whose names of services it uses, as the catalog's aliases call it."""

    marks: Marks
    names: str


def moments(before: Deployment | None, after: Deployment) -> list[tuple[Moment, datetime]]:
    """What this change brought. What never began is not marked. Pure."""
    was = before or Deployment(after.id, after.target, after.ref, after.by, after.opened_at)
    found: list[tuple[Moment, datetime]] = []
    if after.started_at and after.stage is Stage.RUNNING and was.stage is not Stage.RUNNING:
        found.append((Moment.STARTED, after.started_at))
    if after.finished_at and after.started_at and not was.stage.over and after.stage.over:
        moment = Moment.FINISHED if after.stage is Stage.SUCCEEDED else Moment.FAILED
        found.append((moment, after.finished_at))
    if after.settled_at and after.watch is Watch.RED and was.watch is not Watch.RED:
        found.append((Moment.RED, after.settled_at))
    return found


def due_marks(before: Deployment | None, after: Deployment) -> Sequence[Job]:
    """A job for each of them."""
    return [_job(after.id, moment, at) for moment, at in moments(before, after)]


class Marking:
    """marked: None when nobody wants marks; what waits then is dropped."""

    def __init__(
        self, store: Store, marked: Marked | None, *, catalog: Callable[[], Catalog], clock: Clock, root: str
    ) -> None:
        self._store, self._marked, self._catalog, self._clock = store, marked, catalog, clock
        self._root, self._claims = root, MarkClaims(store.database, store.workspace)

    async def mark(self, arguments: Mapping[str, str]) -> None:
        """A job's task. What cannot be marked now is tried again later, for about a day at most."""
        deployment = await self._store.get(arguments["id"])
        if deployment is None or self._marked is None:
            return
        mark = self._mark(deployment, self._marked.names, Moment(arguments["moment"]), arguments["at"])
        try:
            if not await self._may_be_there(self._marked.marks, mark, arguments):
                await self._put(self._marked.marks, mark)
        except OutcomeUnknown:
            await self._again(arguments, FOUND_AFTER)
        except VendorBusy as busy:
            await self._again(arguments, timedelta(seconds=busy.retry_after))
        except IntegrationError as refused:
            log.warning("a deployment was not marked", deployment=mark.id, reason=refused.user_message)

    async def _may_be_there(self, marks: Marks, mark: Mark, arguments: Mapping[str, str]) -> bool:
        """Whether it is there, or may be found a while later: then it is looked for again."""
        claim, now = await self._claims.find(_claimed(mark)), self._clock.now()
        if claim is None or claim.there:
            return claim is not None
        if await marks.has(mark):
            await self._claims.is_there(_claimed(mark), now)
            return True
        if now - claim.sent_at < FOUND_AFTER:
            await self._again(arguments, FOUND_AFTER)
            return True
        return False

    async def _put(self, marks: Marks, mark: Mark) -> None:
        await self._claims.send(_claimed(mark), self._clock.now())
        await marks.put(mark)
        await self._claims.is_there(_claimed(mark), self._clock.now())

    def _mark(self, deployment: Deployment, names: str, moment: Moment, at: str) -> Mark:
        target, catalog = deployment.target, self._catalog()
        service = catalog.services.get(target.service.casefold())
        person = next((each for each in catalog.people.values() if each.slack == deployment.by), None)
        return Mark(
            deployment.id,
            moment,
            datetime.fromisoformat(at),
            service.names(names)[0] if service else target.service,
            target.environment,
            deployment.label,
            deployment.before,
            (person.full_name or person.name) if person else deployment.by,
            deployment.run.url if deployment.run else self._root,
            deployment.why or "; ".join(deployment.seen) if moment in {Moment.RED, Moment.FAILED} else "",
        )

    async def _again(self, arguments: Mapping[str, str], wait: timedelta) -> None:
        tried, now = int(arguments.get("tried", "0")) + 1, self._clock.now()
        if tried >= TRIES:
            log.warning("a deployment was not marked", deployment=arguments["id"], tried=tried)
            return
        later = max(wait, FOUND_AFTER) * min(tried, 12)
        job = Job(f"{_id(arguments)}:{tried}", MARK, {**arguments, "tried": str(tried)}, now + later)
        await self._store.database.transact(lambda session: jobs.put(session, self._store.workspace, [job], now=now))


def _claimed(mark: Mark) -> str:
    return f"{mark.id}:{mark.moment}"


def _job(id: str, moment: Moment, at: datetime) -> Job:
    arguments = {"id": id, "moment": moment.value, "at": at.isoformat()}
    return Job(_id(arguments), MARK, arguments)


def _id(arguments: Mapping[str, str]) -> str:
    return f"{MARK}:{arguments['id']}:{arguments['moment']}"
