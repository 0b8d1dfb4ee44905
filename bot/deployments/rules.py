"""Runs that a vendor holds back before they deploy: they pass the gate as pipelines do, and are answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import timedelta

import structlog

from bot.catalog import Catalog, Gate
from bot.deployments import answering
from bot.deployments.pauses import pause_after
from bot.deployments.records import Records
from bot.deployments.refusals import GateClosed
from bot.deployments.service import Deployments
from bot.deployments.values import Deployment, Rule, Stage, Target, Wish, deployment_id
from bot.errors import IntegrationError, NotFound
from bot.ports.clock import Clock
from bot.ports.pipelines import OutcomeUnknown, RunState, VendorBusy
from bot.ports.protection import HeldRun, RunGates, Verdict
from bot.runtime.jobs import Job
from bot.runtime.metrics import HINTS
from bot.values import Caller

log = structlog.get_logger(__name__)

RULE = "deployment.rule"
EACH = timedelta(minutes=1)
"""How often a run that waits is looked at: it may have been cancelled, or the gate may have opened."""

SOON = timedelta(seconds=5)
MOST_REMARKS = 5
"""Of ten that GitHub takes: whoever looks at the run sees why it waits, not how the minutes pass."""

ENDED: Mapping[RunState, Stage] = {
    RunState.SUCCEEDED: Stage.SUCCEEDED,
    RunState.FAILED: Stage.FAILED,
    RunState.ERRORED: Stage.FAILED,
    RunState.CANCELLED: Stage.CANCELLED,
}


class Rules:
    """gates: what answers; None when nothing was set up for it."""

    def __init__(
        self,
        records: Records,
        deployments: Deployments,
        gates: RunGates | None,
        *,
        catalog: Callable[[], Catalog],
        clock: Clock,
    ) -> None:
        self._records, self._deployments, self._gates = records, deployments, gates
        self._catalog, self._clock = catalog, clock

    async def take(self, held: HeldRun) -> None:
        """A job opens the gate for it: once, however often the vendor says so. Raises Unavailable."""
        HINTS.labels(held.provider, "held" if self._gates else "unmatched").inc()
        if self._gates is None:
            log.warning("a run is held back, and no App is set up to answer it", run=held.run)
            return
        arguments = {name: str(value) for name, value in asdict(held).items()}
        await self._records.enqueue([Job(f"{RULE}:{_key(held)}", RULE, arguments)])

    async def open(self, arguments: Mapping[str, str]) -> None:
        """A job's task. Raises VendorBusy and its like, to be tried again."""
        held = HeldRun(**arguments)
        found = self._targets(held)
        if len(found) != 1:
            await self._unknown(held, found)
            return
        [target] = found
        caller = self._caller(held)
        if await self._deployments.asked_before(target, caller=caller) is not None:
            return
        for each in await self._records.store.under_way(target):
            if each.run is not None and each.run.id == held.run:
                await self._say(held, "approved", f"Signalbox {each.id} has started this run.")
                return
        await self._knock(held, target, caller)

    async def told(self, deployment: Deployment, rule: Rule) -> Deployment:
        """The vendor knows what there is to know. Raises VendorBusy."""
        verdict = answering.verdict_on(deployment)
        if rule.answered or (not verdict and rule.remarks >= MOST_REMARKS):
            return deployment
        comment = await self._words(deployment, rule, verdict)
        if not verdict and comment in ("", rule.said):
            return deployment
        now = self._clock.now()
        try:
            await self._say(rule.held, verdict, comment)
        except OutcomeUnknown:
            return await self._records.change(deployment, due=now + SOON)
        except VendorBusy:
            raise
        except (IntegrationError, NotFound) as refused:
            log.warning("a run that is held back cannot be answered", run=rule.held.run, reason=refused.user_message)
            return await self._unanswered(deployment, rule, refused.user_message)
        said = replace(rule, answered=verdict, said=comment, remarks=rule.remarks + (not verdict))
        return await self._records.change(deployment, due=now + SOON, rule=said)

    async def waits(self, deployment: Deployment, rule: Rule) -> bool:
        """Whether it still does; where it stands in no line, its gate is tried once more. Raises VendorBusy."""
        if await self._ended(deployment, rule):
            return False
        if deployment.held is not None:
            return True
        wish = self._wish(rule.held, deployment.target)
        try:
            await self._deployments.knock(deployment, wish, caller=self._caller(rule.held))
        except GateClosed as closed:
            why = answering.why_closed(closed.preflight, self._catalog())
            await self._records.change(deployment, due=self._clock.now() + EACH, why=why)
        return False

    async def follow(self, deployment: Deployment, rule: Rule) -> None:
        """It was let through: how does it go?"""
        if not await self._ended(deployment, rule):
            due = self._clock.now() + (pause_after(deployment.looks) if rule.answered else EACH)
            why = "" if rule.answered else deployment.why
            await self._records.change(deployment, due=due, looks=deployment.looks + 1, why=why)

    async def _knock(self, held: HeldRun, target: Target, caller: Caller) -> None:
        wish = self._wish(held, target)
        try:
            await self._deployments.deploy(wish, caller=caller)
        except GateClosed as closed:
            hope = answering.may_open(closed.preflight)
            stage = Stage.WAITING if hope else Stage.CANCELLED
            why, now = answering.why_closed(closed.preflight, self._catalog()), self._clock.now()
            id = deployment_id(caller.request_id, target)
            stopped = Deployment(id, target, wish.ref, caller.person, now, stage, team=caller.team, via=caller.via)
            await self._records.begin(replace(stopped, why=why, rule=Rule(held)), due=now)

    async def _ended(self, deployment: Deployment, rule: Rule) -> bool:
        if self._gates is None:
            return False
        try:
            state = await self._gates.state(rule.held)
        except NotFound:
            state = RunState.CANCELLED
        stage = ENDED.get(state)
        if stage is None:
            return False
        why = "" if stage is Stage.SUCCEEDED else f"its run at {rule.held.provider} ended as {state}"
        await self._deployments.finish(deployment, stage, why=why)
        return True

    async def _unanswered(self, deployment: Deployment, rule: Rule, why: str) -> Deployment:
        """The run waits at the vendor, so its deployment goes on: whoever reads its card may mend the App's rights, or
        answer the run there. Of one that has ended nothing depends on it any more.
        """
        now = self._clock.now()
        if deployment.stage.over:
            return await self._records.change(deployment, due=now, rule=replace(rule, answered="rejected"))
        return await self._records.change(deployment, due=now + EACH, why=why)

    async def _words(self, deployment: Deployment, rule: Rule, verdict: Verdict) -> str:
        if verdict == "rejected":
            return answering.refusal(deployment)
        seen = await self._deployments.check(
            deployment.target, deployment.ref, caller=self._caller(rule.held), reports=True
        )
        if not verdict and not seen.closed:  # its turn has come: there is nothing to say but yes
            return ""
        words = answering.approval if verdict else answering.waiting
        return words(deployment, seen, self._catalog())

    async def _unknown(self, held: HeldRun, found: list[Target]) -> None:
        """The gate has no opinion on what the catalog does not tell apart, unless it is enforced for some of it."""
        names = ", ".join(map(str, found))
        if not found:
            says = f"The catalog of Signalbox has no service of {held.repository} in {held.environment}."
        else:
            says = f"{held.repository} deploys several services to {held.environment}: {names}. "
            says += "Give each an environment of its own, and name it in the catalog: deploy.environments."
        enforced = any(self._gate(each) is Gate.ENFORCE for each in found)
        await self._say(held, "rejected" if enforced else "approved", f"Signalbox: {says}")

    async def _say(self, held: HeldRun, verdict: Verdict, comment: str) -> None:
        if self._gates is not None:
            await self._gates.answer(held, verdict, comment)

    def _targets(self, held: HeldRun) -> list[Target]:
        """What the vendor calls by these names, as the catalog says."""
        catalog = self._catalog()
        return [
            Target(environment.name, name)
            for environment in catalog.environments.values()
            for name in environment.services
            if (service := catalog.services.get(name.casefold()))
            and service.delivery.provider == held.provider
            and service.delivery.repository.casefold() == held.repository.casefold()
            and service.delivery.called(environment.name).casefold() == held.environment.casefold()
        ]

    def _wish(self, held: HeldRun, target: Target) -> Wish:
        """Only where the gate is enforced does a run wait; elsewhere it goes, and what spoke against it is told."""
        wait = self._gate(target) is Gate.ENFORCE
        return Wish(target, held.ref, wait=wait, reports=True, held_run=held)

    def _gate(self, target: Target) -> Gate:
        return self._catalog().service(target.service).delivery.gate

    def _caller(self, held: HeldRun) -> Caller:
        """Whoever set the run off, as far as the catalog knows; else the repository's pipeline."""
        person = self._catalog().person_with(held.provider, held.login)
        who = person.slack if person else f"pipeline:{held.repository}"
        return Caller(who, f"rule:{_key(held)}", self._catalog().team_of(who), via="api")


def _key(held: HeldRun) -> str:
    return f"{held.provider}:{held.repository}:{held.run}:{held.deployment}:{held.environment}"
