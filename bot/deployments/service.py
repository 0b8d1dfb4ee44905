"""Deployments as people and pipelines ask for them. What follows by itself stands in following.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.catalog import Catalog, Delivery, Gate
from bot.deployments.needs import Leases, Providers
from bot.deployments.preflight import OVERRIDABLE, Known, Preflight, Verdict, Why, preflight, sentence
from bot.deployments.records import Records
from bot.deployments.refusals import GateClosed, NothingBefore, NotUnderWay, WrongToken
from bot.deployments.store import newest
from bot.deployments.values import (
    CAP,
    Deployment,
    Held,
    Observed,
    Overridden,
    Running,
    Stage,
    Target,
    Wish,
    begins_as,
    deployment_id,
    first_look,
)
from bot.errors import Forbidden, NotFound, SignalboxError
from bot.notices.facts import LeaseFacts
from bot.ports.clock import Clock
from bot.ports.pipelines import Commit, Comparison, NotSupported, Pipelines
from bot.values import Caller, is_pipeline

log = structlog.get_logger(__name__)

SHORT = timedelta(minutes=30)
"""What a deployment takes by itself; while it runs, its lease waits for its end."""

OVERRIDE, DEPLOYER = "override", "deployer"
"""Roles of the catalog: who may set the gate aside, and who may deploy what they do not own."""


class Deployments:
    """Raises what the ledger refuses with, GateClosed and its like, NotFound, Unavailable."""

    def __init__(
        self, records: Records, leases: Leases, providers: Providers, catalog: Callable[[], Catalog], clock: Clock
    ) -> None:
        self._records, self._store, self._leases = records, records.store, leases
        self._providers, self._catalog, self._clock = providers, catalog, clock

    async def check(self, target: Target, ref: str, *, caller: Caller, reports: bool = False) -> Preflight:
        """Is it safe now? Nothing is changed. reports: the caller deploys by itself, so nobody need know how."""
        service = self._catalog().service(target.service)
        outlook = await self._leases.outlook(target, person=caller.person, team=caller.team)
        exists = None if reports else await self._exists(service.delivery, ref)
        known = Known(
            outlook,
            caller.person,
            owners=None if is_pipeline(caller.person) else self._owners(target),
            exists=exists,
            pipeline=reports or self._runs(service.delivery),
            under_way=newest(await self._store.under_way(target)),
            running=await self.running(target),
            affected=self._catalog().callers_of(service.name),
        )
        return preflight(target, ref, known)

    async def deploy(self, wish: Wish, *, caller: Caller) -> Deployment:
        """Open the gate, or stand in line for it. A repeat is given what came of the first time.

        Raises GateClosed, WrongToken, Forbidden.
        """
        id = deployment_id(caller.request_id, wish.target)
        if (known := await self._store.get(id)) is not None:
            return known
        seen = await self.check(wish.target, wish.ref, caller=caller, reports=wish.reports)
        try:
            lease = self._let_through(seen, wish, caller) or await self._lease(wish, seen, caller, id)
        except (GateClosed, WrongToken) as closed:
            lease = self._observed(seen, wish, closed)
        deployment = await self._begun(id, wish, seen, caller, lease)
        return await self._records.begin(deployment, due=first_look(deployment))

    async def asked_before(self, target: Target, *, caller: Caller) -> Deployment | None:
        """What came of this request, when it is a repeat."""
        return await self._store.get(deployment_id(caller.request_id, target))

    async def report(self, id: str, *, succeeded: bool, why: str = "", version: str = "") -> Deployment:
        """Whoever deployed says how it ended. Saying the same again changes nothing. Raises NotFound, NotUnderWay."""
        deployment = await self.of(id)
        stage = Stage.SUCCEEDED if succeeded else Stage.FAILED
        if deployment.stage is stage:
            return deployment
        if deployment.stage.over:
            raise NotUnderWay(f"The deployment {id} has ended: it is {deployment.stage}.", deployment)
        return await self.finish(deployment, stage, why=why, version=version)

    async def cancel(self, id: str, *, caller: Caller) -> Deployment:
        """Stop it; what stands in line leaves it. Only whoever began it, the mates, and the service's owners may."""
        deployment = await self.of(id)
        if deployment.stage.over:
            raise NotUnderWay(f"The deployment of {deployment.target} has ended already.", deployment)
        mates = caller.team is not None and caller.team == deployment.team
        owners = self._owners(deployment.target) or frozenset()
        if caller.person != deployment.by and not mates and caller.person not in owners:
            raise Forbidden(f"<@{deployment.by}> deploys it, and may cancel it. Nothing was changed.")
        provider = self._provider(deployment)
        if deployment.run is not None and provider is not None:
            await provider.cancel(deployment.run)
        return await self.finish(deployment, Stage.CANCELLED, by=caller.person)

    async def roll_back(self, target: Target, *, caller: Caller, override: str = "") -> Deployment:
        """Deploy again what ran there before. Raises NothingBefore."""
        latest, before = await self.before(target)
        wish = Wish(target, before, undoes=latest.id if latest else "", override=override)
        return await self.deploy(wish, caller=caller)

    async def before(self, target: Target) -> tuple[Deployment | None, str]:
        """The latest deployment there, and the version to which a roll back would go. Raises NothingBefore."""
        done = [d for d in await self._store.history(target.service, target.environment) if d.stage is Stage.SUCCEEDED]
        if not done or not done[0].before:
            raise NothingBefore(f"Nothing is known of what ran in {target} before.")
        return done[0], done[0].before

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
        """What is seen, or said, to run, everywhere."""
        return await self._store.running()

    async def running(self, target: Target) -> Running | None:
        return next((each for each in await self._store.running() if each.target == target), None)

    async def last_good(self, environment: str) -> dict[str, str]:
        """Service to version, as they were found good together last. Raises NotFound when that never was."""
        found = await self._store.last_good(environment)
        if found is None:
            raise NotFound(f"Nothing was found good in {environment} yet.")
        return found[1]

    async def candidate(self, target: Target) -> Commit | None:
        """The tip of the branch that is deployed from; None when nobody can say."""
        delivery = self._catalog().service(target.service).delivery
        return await self._commit(delivery, delivery.branch)

    async def changes(self, service: str, base: str, head: str) -> Comparison | None:
        """What is in `head` and not in `base`; None when nobody can say."""
        delivery = self._catalog().service(service).delivery
        provider = self._providers(delivery.provider)
        if provider is None or not base or not head or base == head:
            return None
        try:
            return await provider.compare(delivery.repository, base, head)
        except SignalboxError as error:  # a nicety: the deployment does not wait for it
            log.info("nobody can say what is new", service=service, head=head, reason=error.user_message)
            return None

    async def finish(
        self, deployment: Deployment, stage: Stage, *, why: str = "", version: str = "", by: str = ""
    ) -> Deployment:
        """It has ended; `by` whose hand, if it was somebody's. The watch and the end of its lease begin with the next
        look.
        """
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
            starting=False,
        )

    async def _begun(
        self, id: str, wish: Wish, seen: Preflight, caller: Caller, lease: Held | Overridden | Observed
    ) -> Deployment:
        now, before = self._clock.now(), seen.running.version if seen.running else ""
        held = lease if isinstance(lease, Held) else None
        deployment = Deployment(
            id,
            wish.target,
            wish.ref,
            caller.person,
            now,
            stage=begins_as(wish, held),
            before=before,
            team=caller.team,
            via=caller.via,
            note=wish.note,
            undoes=wish.undoes,
            held=held,
            overridden=lease if isinstance(lease, Overridden) else None,
            observed=lease if isinstance(lease, Observed) else None,
            changes=await self.changes(wish.target.service, before, wish.ref),
        )
        return replace(deployment, started_at=now) if deployment.stage is Stage.RUNNING else deployment

    def _let_through(self, seen: Preflight, wish: Wish, caller: Caller) -> Overridden | None:
        """None when the gate is open, or one may wait for it. Raises GateClosed, Forbidden."""
        closed = [reason for reason in seen.reasons if reason.gravity >= Verdict.WAIT]
        may_wait = wish.wait and seen.mine is None and all(reason.gravity is Verdict.WAIT for reason in closed)
        if not closed or may_wait or wish.token:
            return None
        if not wish.override or any(reason.why not in OVERRIDABLE for reason in closed):
            raise GateClosed(sentence(seen), seen)
        allowed = self._catalog().people_behind(self._catalog().roles.get(OVERRIDE, ()))
        if caller.person not in {person.slack for person in allowed}:
            raise Forbidden("Only people with the role `override` may set the gate aside. Nothing was changed.")
        return Overridden(caller.person, wish.override)

    def _observed(self, seen: Preflight, wish: Wish, closed: GateClosed | WrongToken) -> Observed:
        """Whoever deploys by itself can go around the gate: it is stopped only where that is enforced."""
        gate = self._catalog().service(wish.target.service).delivery.gate
        if gate is Gate.ENFORCE or not wish.reports:
            raise closed
        held = [reason for reason in seen.reasons if reason.why in (Why.HELD, Why.DEPLOYING)]
        return Observed(closed.user_message, tuple(who for reason in held for who in reason.who))

    async def _lease(self, wish: Wish, seen: Preflight, caller: Caller, id: str) -> Held:
        """The lease under which it runs, pinned to it; or a place in the queue."""
        lease, taken = await self._named_or_taken(wish, seen, caller)
        if lease.status != "active":
            if wish.wait:
                return Held(lease.lease_id, taken=True)
            await self._leases.give_back(lease.lease_id, caller=caller)
            raise GateClosed(sentence(seen), seen)
        await self._leases.pin(lease.lease_id, run=id, until=self._clock.now() + CAP)
        return Held(lease.lease_id, lease.token or "", taken=taken, pinned=True)

    async def _named_or_taken(self, wish: Wish, seen: Preflight, caller: Caller) -> tuple[LeaseFacts, bool]:
        if wish.token:
            lease = await self._leases.by_token(wish.token)
            if lease is None or not _covers(lease, wish.target):
                raise WrongToken(f"The token {wish.token[:40]} is of no lease that holds {wish.target} now.")
            return lease, False
        if seen.mine is not None:
            taken = [each.held for each in await self._store.of_lease(seen.mine.lease_id) if each.held]
            return seen.mine, any(held.taken for held in taken)
        reason = f"deploy {wish.target.service} {wish.ref}"
        return await self._leases.acquire(wish.target, caller=caller, reason=reason, length=SHORT), True

    def _owners(self, target: Target) -> frozenset[str] | None:
        """Slack ids of those who may deploy it; None when it has no owners, so that everybody may."""
        catalog = self._catalog()
        owners = catalog.service(target.service).owners
        if not owners:
            return None
        names = (*owners, *catalog.environment(target.environment).owners, *catalog.roles.get(DEPLOYER, ()))
        return frozenset(person.slack for person in catalog.people_behind(names))

    def _runs(self, delivery: Delivery) -> bool:
        return bool(delivery.provider) and self._providers(delivery.provider) is not None

    def _provider(self, deployment: Deployment) -> Pipelines | None:
        return self._providers(self._catalog().service(deployment.target.service).delivery.provider)

    async def _exists(self, delivery: Delivery, ref: str) -> bool | None:
        """None when nobody can say."""
        if not ref or not self._runs(delivery):
            return None
        try:
            return await self._commit(delivery, ref) is not None
        except NotSupported:
            return None

    async def _commit(self, delivery: Delivery, ref: str) -> Commit | None:
        provider = self._providers(delivery.provider)
        if provider is None or not ref:
            return None
        return await provider.commit(delivery.repository, ref)


def _covers(lease: LeaseFacts, target: Target) -> bool:
    there = lease.environment == target.environment and not lease.resources
    return there and lease.status == "active" and (not lease.services or target.service in lease.services)
