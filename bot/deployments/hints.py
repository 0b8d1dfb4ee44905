"""What vendors say by webhook: a deployment under way is looked at sooner. What they say is not believed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from bot.catalog import Catalog
from bot.deployments.records import LOOK, Records
from bot.deployments.rules import Rules
from bot.deployments.unannounced import RUNS
from bot.deployments.values import Deployment
from bot.deployments.whose_runs import pipelines_of
from bot.ports.clock import Clock
from bot.ports.protection import HeldRun
from bot.ports.webhooks import Hint
from bot.runtime.jobs import Job
from bot.runtime.metrics import HINTS

SLOT = 10
"""Seconds."""

SHORTEST_HASH = 7
"""Characters of a commit that vendors abbreviate it to at least."""


class Hints:
    def __init__(self, records: Records, rules: Rules, *, catalog: Callable[[], Catalog], clock: Clock) -> None:
        self._records, self._rules, self._catalog, self._clock = records, rules, catalog, clock

    async def take(self, told: Hint | HeldRun) -> None:
        """What is held back passes the gate; what moved is looked at. Raises Unavailable."""
        await (self._rules.take(told) if isinstance(told, HeldRun) else self._look(told))

    async def _look(self, hint: Hint) -> None:
        """A job looks at each deployment that it may be about."""
        under_way = await self._records.store.under_way()
        ours = [each for each in under_way if self._is_of(each, hint) and is_about(each, hint)]
        due = [Job(f"{LOOK}:{each.id}:{hint.delivery}", LOOK, {"id": each.id}) for each in ours]
        deploys = pipelines_of(self._catalog(), provider=hint.provider, repository=hint.repository)
        HINTS.labels(hint.provider, "matched" if due else "runs" if deploys else "unmatched").inc()
        if due or deploys:
            await self._records.enqueue(due or [self._runs(hint)])

    def _runs(self, hint: Hint) -> Job:
        """Nothing under way is meant: a run that asked no gate may be. Runs tell of themselves many times: they are
        looked at once for all that is said within some seconds.
        """
        slot = int(self._clock.now().timestamp() // SLOT) + 1
        about = {"provider": hint.provider, "repository": hint.repository}
        at = datetime.fromtimestamp(slot * SLOT, UTC)
        return Job(f"{RUNS}:{hint.provider}:{hint.repository}:{slot}", RUNS, about, at)

    def _is_of(self, deployment: Deployment, hint: Hint) -> bool:
        """Whether its provider says so of its repository; Jenkins keeps none."""
        service = self._catalog().services.get(deployment.target.service.casefold())
        if service is None or service.delivery.provider != hint.provider:
            return False
        return hint.provider == "jenkins" or service.delivery.repository.casefold() == hint.repository.casefold()


def is_about(deployment: Deployment, hint: Hint) -> bool:
    """By its run. Where one of both names none, by its commit: of a deployment whose commit is not known yet, any."""
    if hint.run and deployment.run is not None:
        return hint.run in (deployment.run.id, deployment.run.number)
    if not hint.commit:
        return bool(hint.run) and deployment.starting
    known = [name for name in (deployment.commit, deployment.ref) if _is_hash(name)]
    return not known or any(_same(name, hint.commit) for name in known)


def _is_hash(name: str) -> bool:
    return len(name) >= SHORTEST_HASH and all(letter in "0123456789abcdef" for letter in name)


def _same(one: str, other: str) -> bool:
    return len(other) >= SHORTEST_HASH and (one.startswith(other) or other.startswith(one))
