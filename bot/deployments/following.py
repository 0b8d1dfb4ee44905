"""What follows by itself: a run is started and looked at until it ends, then what it brought is watched.

Each look is a job that bears a repeat: it reads what is true, does one thing, and says when to look again. A job that
is lost with its Redis is made up for by `sweep`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session

from bot.catalog import Catalog, Delivery
from bot.deployments.last_words import last_words
from bot.deployments.leaving import unwatched
from bot.deployments.needs import Leases, Providers, Trials
from bot.deployments.pauses import pause_after
from bot.deployments.presence import Presence
from bot.deployments.records import Records
from bot.deployments.refusals import Moved
from bot.deployments.rules import EACH, Rules
from bot.deployments.service import Deployments
from bot.deployments.standing import Standing, silent_beside, standings
from bot.deployments.starting import Starting
from bot.deployments.values import CAP, Deployment, Held, Stage, Watch
from bot.deployments.watch import Watching
from bot.errors import Conflict, IntegrationError, NotFound, SignalboxError
from bot.ports.clock import Clock
from bot.ports.pipelines import Pipelines, Run, RunState, VendorBusy
from bot.values import Caller

log = structlog.get_logger(__name__)

REFUSED = timedelta(minutes=1)
"""Whoever says no, as with a token that has run out, is asked again so much later: somebody may mend it meanwhile."""

COMES_LATE, LATE_LOOKS = timedelta(seconds=30), timedelta(seconds=10)
"""For so long, and so often, it is looked whether what was cancelled came in place all the same."""

LATE = timedelta(minutes=1)
"""A look that is overdue for so long has lost its job."""

AS: Mapping[RunState, Stage] = {
    RunState.SUCCEEDED: Stage.SUCCEEDED,
    RunState.FAILED: Stage.FAILED,
    RunState.ERRORED: Stage.FAILED,
    RunState.CANCELLED: Stage.CANCELLED,
}


class Following:
    def __init__(
        self,
        records: Records,
        deployments: Deployments,
        leases: Leases,
        providers: Providers,
        watching: Watching,
        *,
        starting: Starting,
        rules: Rules,
        presence: Presence,
        trials: Trials | None = None,
        catalog: Callable[[], Catalog],
        clock: Clock,
    ) -> None:
        self._records, self._store, self._deployments = records, records.store, deployments
        self._leases, self._providers, self._watching = leases, providers, watching
        self._starting, self._rules, self._presence = starting, rules, presence
        self._trials, self._catalog, self._clock = trials, catalog, clock

    async def look(self, arguments: Mapping[str, str]) -> None:
        """A job's task: the next step of one deployment. revision: the one that asked for this look; a later one has
        asked for its own. Raises Unavailable, to be tried again.
        """
        deployment = await self._store.get(arguments["id"])
        if deployment is None or arguments.get("revision", str(deployment.revision)) != str(deployment.revision):
            return
        try:
            await self._next(deployment)
        except Moved:
            log.info("somebody else moved it on", deployment=deployment.id)
        except VendorBusy as busy:
            await self._later(deployment, busy, timedelta(seconds=busy.retry_after))
        except IntegrationError as refused:
            log.warning("a deployment cannot be looked at", deployment=deployment.id, reason=refused.user_message)
            await self._later(deployment, refused, REFUSED)

    async def sweep(self, _arguments: Mapping[str, str]) -> None:
        """Looks whose job was lost. One of which nothing can be said now does not stop the others."""
        for overdue in await self._store.overdue(self._clock.now() - LATE):
            try:
                await self.look({"id": overdue.id})
            except SignalboxError as error:
                log.warning("a deployment was not looked at", deployment=overdue.id, reason=error.user_message)

    async def _next(self, deployment: Deployment) -> None:
        if deployment.rule is not None:
            deployment = await self._rules.told(deployment, deployment.rule)
        if deployment.stage.over:
            await self._after(deployment)
        elif deployment.stage is Stage.WAITING:
            await self._turn(deployment)
        elif self._overdue(deployment):
            why = f"it reported no end within {CAP // timedelta(minutes=1)} minutes"
            await self._deployments.finish(deployment, Stage.LOST, why=why)
        elif deployment.rule is not None:
            await self._rules.follow(deployment, deployment.rule)
        elif deployment.stage is Stage.OPEN:
            await self._starting.step(deployment)
        elif deployment.run is not None:
            await self._follow(deployment, deployment.run)

    def _overdue(self, deployment: Deployment) -> bool:
        return self._clock.now() - (deployment.started_at or deployment.opened_at) >= CAP

    async def _turn(self, deployment: Deployment) -> None:
        """It stands in line: has its turn come?"""
        if deployment.rule is not None and not await self._rules.waits(deployment, deployment.rule):
            return
        lease = await self._leases.find(deployment.held.lease_id) if deployment.held else None
        if lease is None:
            await self._deployments.finish(deployment, Stage.CANCELLED, why="its place in the queue was given up")
        elif lease.status == "active":
            now = self._clock.now()
            await self._leases.pin(lease.lease_id, run=deployment.id, until=now + CAP)
            held = Held(lease.lease_id, lease.token or "", taken=True, pinned=True, until=lease.ends)
            stage = Stage.RUNNING if deployment.reports or deployment.rule is not None else Stage.OPEN
            due = now + CAP if deployment.reports and deployment.rule is None else now
            await self._records.change(deployment, due=due, held=held, stage=stage, started_at=now)
        elif deployment.rule is not None:
            await self._records.change(deployment, due=self._clock.now() + EACH)

    async def _follow(self, deployment: Deployment, run: Run) -> None:
        provider = self._provider(deployment)
        if provider is None:
            return
        try:
            status = await provider.status(run)
        except NotFound as gone:
            await self._deployments.finish(deployment, Stage.LOST, why=gone.user_message)
            return
        if (stage := AS.get(status.state)) is not None:
            why = "" if stage is Stage.SUCCEEDED else f"its pipeline ended as {status.said or status.state}"
            said = await last_words(provider, status) if stage is Stage.FAILED else ""
            await self._deployments.finish(deployment, stage, why=f"{why}, its log with “{said}”" if said else why)
        else:
            seen = replace(deployment, run=status.run, commit=status.commit or deployment.commit)
            await self._again(seen, pause_after(deployment.looks))

    async def _after(self, deployment: Deployment) -> None:
        """It has ended: let its lease go on, watch what it brought, and give back what it took."""
        held, now = await self._unpinned(deployment), self._clock.now()
        if ended := unwatched(self._catalog(), deployment, now):
            await self._records.change(deployment, due=now, held=held, **ended)
        elif await self._came_late(deployment):
            late = replace(deployment, held=held)
            await self._deployments.finish(late, Stage.SUCCEEDED, by=deployment.ended_by)
        elif deployment.stage is Stage.SUCCEEDED and deployment.watch is Watch.NOT_YET:
            until = now + self._delivery(deployment).watch
            await self._undo(deployment)
            await self._records.change(
                deployment, due=now + self._watching.every, held=held, watch=Watch.WATCHING, watch_until=until
            )
        elif deployment.watch is Watch.WATCHING:
            await self._watch(deployment)
        else:
            await self._give_back(deployment, held)

    async def _undo(self, back: Deployment) -> None:
        """What it has rolled back says so on its card. One that is still watched gives way by itself."""
        undone = await self._store.get(back.undoes) if back.undoes else None
        if undone is not None and undone.settled_at and not undone.replaced_with:
            what: dict[str, Any] = {"replaced_by": back.by, "replaced_with": back.label}
            await self._records.change(undone, due=None, **what)

    async def _watch(self, deployment: Deployment) -> None:
        later = await self._later_ones(deployment)
        if later and not await self._stays(deployment, later):
            await self._give_way(deployment, later)
            return
        lately = await self._store.history("", deployment.target.environment)
        seen, verdict = await self._watching.look(deployment, lately, await silent_beside(self._store, deployment))
        if verdict is Watch.WATCHING:
            await self._records.change(seen, due=self._clock.now() + self._watching.every, seen=seen.seen)
            return
        now, way = self._clock.now(), await self._deployments.way_back(deployment)
        found = replace(seen, watch=verdict, settled_at=now, back_to=way.sure)
        if verdict is Watch.GOOD:
            await self._found_good(seen, found)
        else:
            what: dict[str, Any] = {"watch": verdict, "settled_at": now, "back_to": found.back_to}
            await self._records.change(seen, due=now, **what)

    async def _found_good(self, watched: Deployment, found: Deployment) -> None:
        """Together with what runs there and is not known to be bad, nor still watched."""
        environment, now = found.target.environment, self._clock.now()
        running = [each for each in await self._deployments.where() if each.target.environment == environment]
        versions = {each.target.service: each.version for each in running if each.version}
        stand = await standings(self._store, environment, versions, settled=found)
        good = {service: version for service, version in versions.items() if stand[service].may_count}
        earlier = await self._store.last_good(environment)
        kept = {name: version for name, version in earlier[1].items() if name in stand} if earlier else {}
        near = self._near(found)
        unwell = [f"{name} {versions[name]}" for name in sorted(near & stand.keys()) if stand[name] is Standing.RED]
        verb = "are" if len(unwell) > 1 else "is"
        said = (f"it ran beside {', '.join(unwell)}, which {verb} not well",) if unwell else ()
        beside = {service: version for service, version in good.items() if service in near}
        settled = replace(found, beside=beside, seen=(*found.seen, *said))
        what: dict[str, Any] = {"watch": found.watch, "settled_at": found.settled_at, "back_to": found.back_to}

        def found_well(session: Session) -> None:
            trials = self._trials
            if trials is None or not trials.decide(settled):
                self._store.put_good(session, environment, kept | good, settled)
            if trials is not None and trials.follow(settled):
                trials.begin(session, settled)

        await self._records.change(watched, due=now, also=found_well, beside=beside, seen=settled.seen, **what)

    async def _later_ones(self, deployment: Deployment) -> list[Deployment]:
        """What has begun there since, and may have changed what runs, or may still; newest first.

        One that stands in line, or for which its vendor has begun nothing, does nothing.
        """
        target, since = deployment.target, deployment.finished_at or deployment.opened_at
        known = await self._store.history(target.service, target.environment)
        begun = [each for each in known if each.id != deployment.id and (each.started_at or since) > since]
        return [each for each in begun if each.touched and (not each.stage.over or each.stage is Stage.SUCCEEDED)]

    async def _stays(self, deployment: Deployment, later: list[Deployment]) -> bool:
        """Whether it is seen to run all the same."""
        told = await self._presence.version(deployment.target)
        return deployment.brings(told) and not any(each.brings(told) for each in later)

    async def _give_way(self, deployment: Deployment, later: list[Deployment]) -> None:
        """What goes wrong now may be the doing of another one: while that is under way, nothing is said of this one."""
        now = self._clock.now()
        by = next((each for each in later if each.stage is Stage.SUCCEEDED), None)
        if by is None:
            await self._records.change(deployment, due=now + self._watching.every)
            return
        what: dict[str, Any] = {"replaced_by": by.by, "replaced_with": by.label}
        await self._records.change(deployment, due=now, watch=Watch.REPLACED, settled_at=now, seen=(), **what)

    async def _came_late(self, deployment: Deployment) -> bool:
        """Whether what was cancelled is in place all the same: its run was not stopped in time."""
        if not self._may_come(deployment) or await self._later_ones(deployment):
            return False
        return await self._presence.came(deployment)

    def _may_come(self, deployment: Deployment) -> bool:
        ended = deployment.finished_at or deployment.opened_at
        return deployment.stage is Stage.CANCELLED and deployment.touched and self._clock.now() - ended <= COMES_LATE

    def _near(self, deployment: Deployment) -> set[str]:
        catalog, service = self._catalog(), deployment.target.service
        return {*catalog.service(service).depends_on, *catalog.callers_of(service)}

    async def _unpinned(self, deployment: Deployment) -> Held | None:
        held = deployment.held
        if held is None or not held.pinned:
            return held
        try:
            await self._leases.unpin(held.lease_id, run=deployment.id)
        except Conflict:
            log.info("the lease of a deployment has ended before it", deployment=deployment.id)
        return replace(held, pinned=False)

    async def _give_back(self, deployment: Deployment, held: Held | None) -> None:
        """A lease that another deployment has pinned, and is not written down with yet, is kept by that pin."""
        if held is not None and held.taken and not await self._store.in_use(held.lease_id, besides=deployment.id):
            caller = Caller(deployment.by, f"done:{deployment.id}", deployment.team, via="system")
            await self._leases.give_back(held.lease_id, caller=caller)
        again = await self._starting.stop_late(deployment) if deployment.starting else None
        what: dict[str, Any] = {"starting": again is not None, "looks": deployment.looks + 1}
        due = again or (self._clock.now() + LATE_LOOKS if self._may_come(deployment) else None)
        await self._records.change(deployment, due=due, held=held, **what)

    async def _later(self, deployment: Deployment, trouble: IntegrationError, wait: timedelta) -> None:
        """The card says why nothing is known of it now."""
        latest = await self._deployments.of(deployment.id)
        why = latest.why if latest.stage.over else trouble.user_message
        await self._again(latest, wait, why=why)

    async def _again(self, deployment: Deployment, wait: timedelta, *, why: str = "") -> None:
        due: datetime = self._clock.now() + wait
        await self._records.change(deployment, due=due, looks=deployment.looks + 1, why=why)

    def _delivery(self, deployment: Deployment) -> Delivery:
        return self._catalog().service(deployment.target.service).delivery

    def _provider(self, deployment: Deployment) -> Pipelines | None:
        return self._providers(self._delivery(deployment).provider)
