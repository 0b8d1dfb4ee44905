"""Runs of a pipeline that deploys a service, begun neither by Signalbox nor through the gate: somebody pressed Run.

Nobody can know of a run that goes on whether it will still open the gate. So it is judged by its end: one that
succeeded, and during which its service's gate was not opened, has deployed around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.catalog import Catalog
from bot.deployments.admission import observed
from bot.deployments.attendance import Absence, Attendance
from bot.deployments.needs import Providers
from bot.deployments.preflight import Preflight, sentence
from bot.deployments.presence import Presence
from bot.deployments.records import Records
from bot.deployments.service import Deployments
from bot.deployments.values import CAP, UNANNOUNCED, Deployment, Held, Running, Stage, Target, deployment_id
from bot.deployments.whose_runs import begun_for, explains, pipeline_of, pipelines_of, target_of
from bot.errors import IntegrationError, NotFound
from bot.ports.clock import Clock
from bot.ports.pipelines import Pipeline, RunSeen, RunState
from bot.values import PIPELINE, Caller, is_pipeline

log = structlog.get_logger(__name__)

RUNS = "deployment.runs"

LATELY = timedelta(minutes=30)
"""What has ended longer ago is left to what is seen to run, unless nobody looked since."""

LONGEST = timedelta(days=1)
"""So far back it is looked for what ended while Signalbox did not run."""


@dataclass(frozen=True, slots=True)
class _Came:
    """What a run has deployed. at: when it ended. who: whoever began it, as far as the catalog knows the account.

    missed: Signalbox did not run then.
    """

    seen: RunSeen
    target: Target
    at: datetime
    who: Caller
    missed: bool = False


class UnannouncedRuns:
    def __init__(
        self,
        records: Records,
        deployments: Deployments,
        providers: Providers,
        presence: Presence,
        attendance: Attendance,
        *,
        catalog: Callable[[], Catalog],
        clock: Clock,
    ) -> None:
        self._records, self._store, self._deployments = records, records.store, deployments
        self._providers, self._presence, self._catalog, self._clock = providers, presence, catalog, clock
        self._attendance = attendance

    async def look(self, arguments: Mapping[str, str]) -> None:
        """A job's task: every pipeline that deploys, or those that a webhook was about (provider, repository)."""
        about = {name: arguments.get(name, "") for name in ("provider", "repository")}
        for pipeline in pipelines_of(self._catalog(), **about):
            await self._look(pipeline)

    async def explain(self, target: Target) -> bool:
        """Take what has brought a version there. Whether a run goes on that may be bringing it: its end will tell."""
        delivery = self._catalog().service(target.service).delivery
        if not delivery.provider:
            return False
        since = self._clock.now() - CAP
        return any(
            not seen.status.state.ended and (seen.status.started_at or since) > since
            for seen in await self._look(pipeline_of(delivery))
            if target_of(seen, pipeline_of(delivery), self._catalog()) == target
        )

    async def _look(self, pipeline: Pipeline) -> tuple[RunSeen, ...]:
        """Its recent runs; none while its vendor does not answer."""
        provider = self._providers(pipeline.provider)
        if provider is None:
            return ()
        absence = await self._attendance.look()
        since = _since(absence, self._clock.now())
        try:
            found = await provider.recent(pipeline, since - CAP)
        except (IntegrationError, NotFound) as trouble:
            log.info("runs were not listed", pipeline=pipeline.name, reason=trouble.user_message)
            return ()
        each = [await self._came(seen, pipeline, since) for seen in reversed(found)]
        came = [replace(one, missed=_within(one.at, absence)) for one in each if one is not None]
        last = {one.target: one for one in came}
        for one in came:
            await self._take(one, pipeline, last=last[one.target] is one)
        return found

    async def _came(self, seen: RunSeen, pipeline: Pipeline, since: datetime) -> _Came | None:
        """What it has deployed, unless that is known already, or ended before `since`."""
        status, ended = seen.status, seen.status.finished_at or self._clock.now()
        if status.state is not RunState.SUCCEEDED or ended < since:
            return None
        target = target_of(seen, pipeline, self._catalog())
        if target is None:
            if not await self._ours(seen):
                log.info("a run deploys nobody knows what", pipeline=pipeline.name, run=status.run.number)
            return None
        known = await self._store.history(target.service, target.environment)
        if any(explains(each, seen) for each in known):
            return None
        person = self._catalog().person_with(pipeline.provider, status.actor) if status.actor else None
        who = person.slack if person else f"{PIPELINE}{pipeline.repository or pipeline.name}"
        request = f"run:{pipeline.provider}:{pipeline.repository}:{status.run.id}"
        return _Came(seen, target, ended, Caller(who, request, self._catalog().team_of(who), via="system"))

    async def _ours(self, seen: RunSeen) -> bool:
        """Whether it was begun for a deployment that is known, though not every vendor tells what of."""
        known = await self._store.get(begun_for(seen))
        return known is not None and explains(known, seen)

    async def _take(self, came: _Came, pipeline: Pipeline, *, last: bool) -> None:
        """It is written down once, watched as any other, and whoever holds the place is told. last: what is seen to run
        now can be what it brought.
        """
        target, status = came.target, came.seen.status
        ref = (came.seen.variables or {}).get("SIGNALBOX_VERSION") or status.commit or pipeline.ref
        running = await self._deployments.running(target)
        told = (await self._presence.version(target) or (running.version if running else "")) if last else ""
        before = _before(running, came)
        version = told if told not in ("", before) else ref
        checked = await self._deployments.check(target, ref, caller=came.who, reports=True)
        deployment = replace(
            _deployment(came, ref, checked),
            version=version,
            before=before,
            note=", ".join(_notes(came)),
            changes=await self._deployments.changes(target.service, before, ref),
        )
        log.info("a run has deployed around the gate", deployment=deployment.id, run=status.run.number)
        put = self._records.put_running(_runs(running, deployment))
        await self._records.begin(deployment, due=self._clock.now(), also=put)


def _since(absence: Absence | None, now: datetime) -> datetime:
    """From when on what has ended is looked at: once it is back, from when Signalbox was there last."""
    lately = now - LATELY
    if absence is None or absence.end < lately:
        return lately
    return min(lately, max(absence.start, now - LONGEST))


def _within(at: datetime, absence: Absence | None) -> bool:
    return absence is not None and absence.start <= at < absence.end


def _notes(came: _Came) -> Iterator[str]:
    if came.seen.status.actor and is_pipeline(came.who.person):
        yield f"begun by {came.seen.status.actor}"
    if came.missed:
        yield f"ended at {came.at:%H:%M} UTC on {came.at:%d %B}, while Signalbox did not look"


def _before(running: Running | None, came: _Came) -> str:
    """What ran before the run. A version that came during it, in the place of another, is what it has brought."""
    if running is None:
        return ""
    began = came.seen.status.started_at or came.at
    brought = running.since >= began and not running.deployment
    return running.before if brought and running.before else running.version


def _deployment(came: _Came, ref: str, checked: Preflight) -> Deployment:
    """What holds the place now, and what the gate says now, is no matter of a run that ended while nobody looked."""
    status, mine, began = came.seen.status, checked.mine, came.seen.status.started_at or came.at
    return Deployment(
        deployment_id(came.who.request_id, came.target),
        came.target,
        ref,
        came.who.person,
        began,
        stage=Stage.SUCCEEDED,
        team=came.who.team,
        via=UNANNOUNCED,
        held=Held(mine.lease_id, mine.token or "", until=mine.ends) if mine and not came.missed else None,
        observed=observed(checked, sentence(checked)) if checked.closed and not came.missed else None,
        run=status.run,
        commit=status.commit,
        started_at=began,
        finished_at=came.at,
    )


def _runs(known: Running | None, deployment: Deployment) -> Running:
    """What is seen to run stays as it is seen, and is known now to be this deployment's."""
    if known is not None and known.version == deployment.label:
        return replace(known, deployment=deployment.id, by=deployment.by)
    at = deployment.finished_at or deployment.opened_at
    return Running(deployment.target, deployment.label, at, "announced", deployment=deployment.id, by=deployment.by)
