"""A run is started once. Whoever cannot know whether it began looks for it, and in the end leaves it to a person.

No vendor takes a key that would make a second start harmless, and none promises when a run that it has started is
listed. So what was sent and not answered is never sent again by itself, unless the vendor's list is sure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.catalog import Catalog, Delivery
from bot.deployments.keys import DEPLOYMENT_KEY, digest_of, new_key
from bot.deployments.needs import Providers
from bot.deployments.pauses import FIRST_LOOK, pause_after
from bot.deployments.records import Records
from bot.deployments.service import Deployments
from bot.deployments.values import Deployment, Doubt, Stage
from bot.errors import IntegrationError, NotFound
from bot.ports.clock import Clock
from bot.ports.pipelines import RUN_ID, OutcomeUnknown, Pipeline, Pipelines, Run, RunRequest, VendorBusy

log = structlog.get_logger(__name__)

SEARCHED = timedelta(minutes=10)
"""How long a run is looked for before a person is asked. Vendors list it within seconds as a rule."""

LOOKING = "its start was not answered, looking whether it began"
UNKNOWN = "nobody knows whether its run began, whoever deploys it is asked"


class Starting:
    def __init__(
        self,
        records: Records,
        deployments: Deployments,
        providers: Providers,
        *,
        catalog: Callable[[], Catalog],
        clock: Clock,
    ) -> None:
        self._records, self._deployments, self._providers = records, deployments, providers
        self._catalog, self._clock = catalog, clock

    async def step(self, deployment: Deployment) -> None:
        """Raises VendorBusy."""
        provider = self._providers(self._delivery(deployment).provider)
        if provider is None:
            await self._deployments.finish(deployment, Stage.FAILED, why="the catalog does not say how it is deployed")
            return
        try:
            run = await self._found_or_started(deployment, provider)
        except OutcomeUnknown:
            log.info("no answer to the start of a run: it is looked for", deployment=deployment.id)
            run = None
        except VendorBusy:
            raise
        except (IntegrationError, NotFound) as refused:
            latest = await self._deployments.of(deployment.id)
            if not latest.stage.over:
                await self._deployments.finish(latest, Stage.FAILED, why=refused.user_message)
            return
        await self._go_on(await self._deployments.of(deployment.id), provider, run)

    async def stop_late(self, deployment: Deployment) -> datetime | None:
        """It was cancelled before its run showed: one that shows is stopped. When to look again; None when that is done
        with. Raises VendorBusy.
        """
        provider, now = self._providers(self._delivery(deployment).provider), self._clock.now()
        if provider is None or now - (deployment.started_at or deployment.opened_at) >= SEARCHED:
            return None
        try:
            run = await provider.find(self._request(deployment))
            if run is not None:
                await provider.cancel(run)
                log.info("a run that showed after it was cancelled is stopped", deployment=deployment.id, run=run.id)
                return None
        except VendorBusy:
            raise
        except (IntegrationError, NotFound) as trouble:
            log.warning("a cancelled run cannot be stopped", deployment=deployment.id, reason=trouble.user_message)
        return now + pause_after(deployment.looks)

    async def _go_on(self, latest: Deployment, provider: Pipelines, run: Run | None) -> None:
        if latest.stage.over:  # cancelled while the vendor was asked
            if run is not None:
                await provider.cancel(run)
        elif run is None:
            await self._search_on(latest)
        else:
            now = self._clock.now()
            what: dict[str, Any] = {"run": run, "stage": Stage.RUNNING, "starting": False, "doubt": Doubt.NONE}
            what |= {"started_at": latest.started_at or now, "looks": 0, "why": ""}
            await self._records.change(latest, due=now + FIRST_LOOK, **what)

    async def _found_or_started(self, deployment: Deployment, provider: Pipelines) -> Run | None:
        request = self._request(deployment)
        if deployment.starting:
            found = await provider.find(request)
            if found is not None or not (provider.lists_at_once or deployment.doubt is Doubt.ANSWERED):
                return found
        now = self._clock.now()
        key = new_key()
        what: dict[str, Any] = {"starting": True, "started_at": now, "doubt": Doubt.NONE, "looks": 0}
        marked = await self._records.change(deployment, due=now + FIRST_LOOK * 2, key=digest_of(key), **what)
        try:
            return await provider.start(replace(request, secrets={DEPLOYMENT_KEY: key}))
        except VendorBusy as busy:
            await self._not_started(marked, busy)
            raise

    async def _not_started(self, marked: Deployment, busy: VendorBusy) -> None:
        """The vendor has said that nothing was begun: there is nothing to look for."""
        latest = await self._deployments.of(marked.id)
        if not latest.stage.over:
            due = self._clock.now() + timedelta(seconds=busy.retry_after)
            await self._records.change(latest, due=due, starting=False)

    async def _search_on(self, deployment: Deployment) -> None:
        now, looks = self._clock.now(), deployment.looks
        wait = pause_after(looks + 1)
        if now - (deployment.started_at or deployment.opened_at) < SEARCHED:
            await self._records.change(deployment, due=now + wait, looks=looks + 1, why=LOOKING)
        else:
            what: dict[str, Any] = {"looks": looks + 1, "doubt": Doubt.ASKED, "why": UNKNOWN}
            await self._records.change(deployment, due=now + wait, **what)

    def _request(self, deployment: Deployment) -> RunRequest:
        """The run of a deployment: the same for each repeat, but for its key."""
        target, delivery = deployment.target, self._delivery(deployment)
        variables = {
            **delivery.variables,
            RUN_ID: deployment.id,
            "SIGNALBOX_DEPLOYMENT": deployment.id,
            "SIGNALBOX_ENVIRONMENT": target.environment,
            "SIGNALBOX_SERVICE": target.service,
            "SIGNALBOX_VERSION": deployment.ref,
            "SIGNALBOX_WHEN_UNREACHABLE": delivery.when_unreachable,
            "SIGNALBOX_LEASE_TOKEN": deployment.held.token if deployment.held else "",
        }
        pipeline = Pipeline(delivery.provider, delivery.repository, delivery.pipeline, delivery.branch)
        return RunRequest(pipeline, deployment.id, variables, asked_at=deployment.opened_at)

    def _delivery(self, deployment: Deployment) -> Delivery:
        return self._catalog().service(deployment.target.service).delivery
