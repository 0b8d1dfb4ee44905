"""Deployments as people and pipelines ask for them. What follows by itself stands in following.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog

from bot.catalog import Catalog
from bot.deployments.admission import Admission, Admitted
from bot.deployments.beginning import begins_as, first_look, run_of
from bot.deployments.needs import Cases, Leases, Providers
from bot.deployments.preflight import Known, Preflight, preflight, sentence
from bot.deployments.presence import Presence
from bot.deployments.records import Records
from bot.deployments.refusals import GateClosed, MovedOn, NothingBefore, NotUnderWay, RequestReused
from bot.deployments.repositories import Repositories
from bot.deployments.rights import check_hand, check_voice, owners_of
from bot.deployments.standing import WayBack, near, nothing_before, that_count, way_back
from bot.deployments.store import newest
from bot.deployments.values import (
    STOPPED_LATE,
    Deployment,
    Doubt,
    Rule,
    Running,
    Stage,
    Target,
    Wish,
    deployment_id,
)
from bot.errors import NotFound
from bot.ports.clock import Clock
from bot.ports.pipelines import Commit, Comparison, Pipelines
from bot.values import Caller, is_pipeline

log = structlog.get_logger(__name__)


class Deployments:
    """Raises what the ledger refuses with, GateClosed and its like, NotFound, Unavailable."""

    def __init__(
        self,
        records: Records,
        leases: Leases,
        providers: Providers,
        catalog: Callable[[], Catalog],
        clock: Clock,
        *,
        presence: Presence,
        cases: Cases,
    ) -> None:
        self._records, self._store, self._leases = records, records.store, leases
        self._providers, self._presence, self._catalog, self._clock = providers, presence, catalog, clock
        self._repositories, self._cases = Repositories(providers, catalog), cases
        self._admission = Admission(records.store, leases, catalog, clock)

    async def check(self, target: Target, ref: str, *, caller: Caller, reports: bool = False) -> Preflight:
        """Is it safe now? Nothing is changed. reports: the caller deploys by itself, so nobody need know how."""
        service = self._catalog().service(target.service)
        outlook = await self._leases.outlook(target, person=caller.person, team=caller.team)
        exists, away = (None, "") if reports else await self._repositories.exists(service.delivery, ref)
        known = Known(
            outlook,
            caller.person,
            owners=None if is_pipeline(caller.person) else owners_of(target, self._catalog()),
            exists=exists,
            away=away,
            pipeline=reports or self._repositories.runs(service.delivery),
            under_way=newest([each for each in await self._store.under_way(target) if each.stage is not Stage.WAITING]),
            running=await self.running(target),
            affected=self._catalog().callers_of(service.name),
            near=await near(self._store, service.name, ref) if exists is False else (),
            latest=await self._store.latest(target),
            cases=tuple(await self._cases.open_in(target.environment)),
        )
        return preflight(target, ref, known)

    async def deploy(self, wish: Wish, *, caller: Caller) -> Deployment:
        """Open the gate, or stand in line for it. A repeat is given what came of the first time.

        Raises GateClosed, WrongToken, Forbidden, RequestReused.
        """
        id = deployment_id(caller.request_id, wish.target)
        if (known := await self._store.get(id)) is not None:
            return _the_same(known, wish)
        seen = await self.check(wish.target, wish.ref, caller=caller, reports=wish.reports)
        try:
            admitted = await self._admission.admit(id, wish, seen, caller=caller)
        except GateClosed as closed:
            if (known := await self._store.get(id)) is not None:  # its twin was faster
                return _the_same(known, wish)
            raise closed if closed.preflight.reasons else await self._closed_since(wish, caller) from None
        deployment = await self._begun(id, wish, seen, caller, admitted)
        began = await self._records.begin(deployment, due=first_look(deployment))
        if began is None:
            await self._admission.undo(deployment, caller=caller)
            raise await self._closed_since(wish, caller)
        return began

    async def _closed_since(self, wish: Wish, caller: Caller) -> GateClosed:
        """Somebody was faster, between the look and the deed."""
        seen = await self.check(wish.target, wish.ref, caller=caller, reports=wish.reports)
        return GateClosed(sentence(seen), seen)

    async def knock(self, deployment: Deployment, wish: Wish, *, caller: Caller) -> Deployment:
        """What has waited before a closed gate, in no line, asks again. Raises GateClosed."""
        seen = await self.check(wish.target, wish.ref, caller=caller, reports=wish.reports)
        admitted = await self._admission.admit(deployment.id, wish, seen, caller=caller)
        now, stage = self._clock.now(), begins_as(wish, admitted.held)
        what: dict[str, Any] = {"held": admitted.held, "observed": admitted.observed, "stage": stage}
        return await self._records.change(deployment, due=now, started_at=now, why="", **what)

    async def asked_before(self, target: Target, *, caller: Caller) -> Deployment | None:
        """What came of this request, when it is a repeat."""
        return await self._store.get(deployment_id(caller.request_id, target))

    async def report(
        self, id: str, *, caller: Caller, succeeded: bool, why: str = "", version: str = "", key: str = ""
    ) -> Deployment:
        """Whoever deployed says how it ended. Saying the same again changes nothing.

        Raises NotFound, NotUnderWay, NotItsRun, Forbidden.
        """
        deployment = await self.of(id)
        check_voice(deployment, caller, key)
        stage = Stage.SUCCEEDED if succeeded else Stage.FAILED
        if deployment.stage is stage:
            return deployment
        if deployment.stage.over:
            raise NotUnderWay(f"The deployment {id} has ended: it is {deployment.stage}.", deployment)
        if deployment.stage is Stage.WAITING:
            raise NotUnderWay(f"The deployment {id} stands in line: nothing was deployed yet.", deployment)
        return await self.finish(deployment, stage, why=why, version=version)

    async def cancel(self, id: str, *, caller: Caller) -> Deployment:
        """Stop it; what stands in line leaves it, what is in place already has succeeded. Only whoever began it, the
        mates, and the service's owners may.
        """
        deployment = await self.of(id)
        if deployment.stage.over and deployment.ended_by != caller.person:
            raise NotUnderWay(f"The deployment of {deployment.target} has ended already.", deployment)
        check_hand(deployment, caller, self._catalog(), to="cancel")
        if deployment.stage.over:
            return deployment
        provider = self._provider(deployment)
        if deployment.run is not None and provider is not None:
            await provider.cancel(deployment.run)
        if deployment.touched and await self._presence.came(deployment):
            return await self.finish(deployment, Stage.SUCCEEDED, by=caller.person)
        why = STOPPED_LATE if deployment.starting else ""
        return await self.finish(deployment, Stage.CANCELLED, by=caller.person, why=why)

    async def start_again(self, id: str, *, caller: Caller) -> Deployment:
        """Nobody knows whether its run began: start one, unless it is found at last. Raises NotUnderWay, Forbidden."""
        deployment = await self.of(id)
        if deployment.doubt is Doubt.ANSWERED:
            return deployment
        if deployment.doubt is not Doubt.ASKED or deployment.stage.over:
            raise NotUnderWay(f"There is no doubt any more: {deployment.target} is {deployment.stage}.", deployment)
        check_hand(deployment, caller, self._catalog(), to="start")
        return await self._records.change(deployment, due=self._clock.now(), doubt=Doubt.ANSWERED)

    async def roll_back(self, target: Target, latest: str, *, caller: Caller, how: Wish | None = None) -> Deployment:
        """Deploy again what ran there before. latest: the deployment that is undone. how: what else is wished of it;
        ref: the version to which whoever asked was told that it goes, so that they know what speaks against it.

        Raises NothingBefore, MovedOn, and what `deploy` does.
        """
        if (done := await self.asked_before(target, caller=caller)) is not None:
            return _the_same(done, replace(how or Wish(target, done.ref), ref=done.ref, undoes=latest))
        undone = await self.of(latest)
        if undone.stage is not Stage.SUCCEEDED:
            raise NothingBefore(f"The deployment {latest} is {undone.stage}: it has put nothing in place to roll back.")
        in_place = await self._in_place(target)
        if in_place is None or in_place.id != latest:
            raise MovedOn("Something else was deployed there since. Look again first: nothing was changed.")
        way, told = await self.way_back(in_place), how.ref if how else ""
        if not (way.to if told else way.sure):
            raise nothing_before(target, (*way.skipped, *filter(None, (way.doubtful,))))
        if told not in ("", way.to):
            raise MovedOn(f"The way back leads to {way.to} by now. Look again first: nothing was changed.")
        wish = replace(how or Wish(target, way.to), target=target, ref=way.to, undoes=latest)
        return await self.deploy(wish, caller=caller)

    async def before(self, target: Target) -> WayBack:
        """The latest deployment there, and the version to which a roll back would go. Raises NothingBefore."""
        if (latest := await self._in_place(target)) is None:
            raise nothing_before(target)
        way = await self.way_back(latest)
        if not way.to:
            raise nothing_before(target, way.skipped)
        return way

    async def _in_place(self, target: Target) -> Deployment | None:
        history = await self._store.history(target.service, target.environment)
        return next((each for each in history if each.stage is Stage.SUCCEEDED), None)

    async def way_back(self, latest: Deployment) -> WayBack:
        """To no version that turned red, was rolled back, or is blamed by a case that is open."""
        history = await self._store.history(latest.target.service, latest.target.environment)
        cases = await self._cases.open_in(latest.target.environment)
        accused = {ver for case in cases for name, ver in case.blamed if name == latest.target.service}
        return way_back(latest, history, accused)

    async def of(self, id: str) -> Deployment:
        if (found := await self._store.get(id)) is None:
            raise NotFound(f"There is no deployment {id[:40]}.")
        return found

    async def history(self, service: str = "", environment: str = "", *, limit: int = 10) -> list[Deployment]:
        """Newest first; without a service, of all of them."""
        return await self._store.history(service and self._catalog().service(service).name, environment, limit=limit)

    async def under_way(self) -> list[Deployment]:
        return await self._store.under_way()

    async def where(self) -> list[Running]:
        """What is seen, or said, to run, everywhere, and how it was judged."""
        return await self._store.judged()

    async def running(self, target: Target) -> Running | None:
        return next((each for each in await self._store.running() if each.target == target), None)

    async def last_good(self, environment: str) -> dict[str, str]:
        """Service to version, as they were found good together last. Raises NotFound when that never was."""
        found = await self._store.last_good(environment)
        if found is None:
            raise NotFound(f"Nothing was found good in {environment} yet.")
        return await that_count(self._store, environment, found[1])

    async def candidate(self, target: Target) -> Commit | None:
        """The tip of the branch that is deployed from; None when nobody can say."""
        return await self._repositories.candidate(target)

    async def changes(self, service: str, base: str, head: str) -> Comparison | None:
        """What is in `head` and not in `base`; None when nobody can say."""
        return await self._repositories.changes(service, base, head)

    async def finish(
        self, deployment: Deployment, stage: Stage, *, why: str = "", version: str = "", by: str = ""
    ) -> Deployment:
        """It has ended; `by` whose hand, if it was somebody's. What follows from that begins with the next look."""
        now = self._clock.now()
        succeeded = stage is Stage.SUCCEEDED
        label = version or deployment.label
        seen = Running(deployment.target, label, now, "announced", deployment=deployment.id, by=deployment.by)
        return await self._records.change(
            deployment,
            due=now,
            also=self._records.put_running(seen) if succeeded else lambda _session: None,
            stage=stage,
            finished_at=now,
            why=why,
            ended_by=by,
            version=label,
            starting=deployment.starting and stage is Stage.CANCELLED,
        )

    async def _begun(self, id: str, wish: Wish, seen: Preflight, caller: Caller, admitted: Admitted) -> Deployment:
        now, before = self._clock.now(), seen.running.version if seen.running else ""
        deployment = Deployment(
            *(id, wish.target, wish.ref, caller.person, now),
            stage=begins_as(wish, admitted.held),
            before=before,
            team=caller.team,
            via=caller.via,
            note=wish.note,
            undoes=wish.undoes,
            reports=wish.reports,
            held=admitted.held,
            overridden=admitted.overridden,
            observed=admitted.observed,
            rule=Rule(wish.held_run) if wish.held_run else None,
            run=run_of(wish.held_run) if wish.held_run else None,
            changes=await self.changes(wish.target.service, before, wish.ref),
        )
        return replace(deployment, started_at=now) if deployment.stage is Stage.RUNNING else deployment

    def _provider(self, deployment: Deployment) -> Pipelines | None:
        return self._providers(self._catalog().service(deployment.target.service).delivery.provider)


def _the_same(known: Deployment, wish: Wish) -> Deployment:
    """Raises RequestReused when the repeat wants something else."""
    if (known.ref, known.undoes, known.reports) != (wish.ref, wish.undoes, wish.reports):
        raise RequestReused(f"That request has deployed {known.target} {known.ref} before: use a key of its own.")
    return known
