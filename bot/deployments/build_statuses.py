"""Sets what a commit is told, where its provider keeps such marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from bot.catalog import Catalog, Delivery
from bot.deployments.build_status import mark_of
from bot.deployments.needs import Providers
from bot.deployments.store import Store
from bot.deployments.values import Deployment, Stage
from bot.errors import IntegrationError, NotFound
from bot.ports.pipelines import Commit, NotSupported, OutcomeUnknown, Pipelines, VendorBusy

log = structlog.get_logger(__name__)


class BuildStatuses:
    def __init__(self, store: Store, providers: Providers, *, catalog: Callable[[], Catalog]) -> None:
        self._store, self._providers, self._catalog = store, providers, catalog

    async def put(self, arguments: Mapping[str, str]) -> None:
        """A job's task: what is true of a deployment now stands at its commit. Repeating it is harmless.

        Raises VendorBusy and OutcomeUnknown, to be tried again.
        """
        deployment = await self._latest_of(await self._store.get(arguments["id"]))
        service = self._catalog().services.get(deployment.target.service.casefold()) if deployment else None
        if deployment is None or service is None:
            return
        delivery, mark = service.delivery, mark_of(deployment, await self._undone_by(deployment))
        provider = self._providers(delivery.provider)
        if provider is None or mark is None:
            return
        try:
            if (commit := await _commit(provider, delivery, deployment)) is not None:
                await provider.set_status(delivery.repository, commit.hash, mark)
        except NotSupported:
            return
        except (VendorBusy, OutcomeUnknown):
            raise
        except (IntegrationError, NotFound) as error:
            log.warning("the commit was not marked", deployment=deployment.id, reason=error.user_message)

    async def _latest_of(self, deployment: Deployment | None) -> Deployment | None:
        """Of a version that was deployed again since, what came of it then: the mark of a commit is one, and a job that
        comes late must not put back what was true before.
        """
        if deployment is None:
            return None
        target = deployment.target
        for each in await self._store.history(target.service, target.environment):
            same = each.ref == deployment.ref and each.commit in ("", deployment.commit)
            if each.id == deployment.id or (same and mark_of(each, await self._undone_by(each)) is not None):
                return each
        return deployment

    async def _undone_by(self, deployment: Deployment) -> Deployment | None:
        later = await self._store.history(deployment.target.service, deployment.target.environment)
        return next((each for each in later if each.undoes == deployment.id and each.stage is Stage.SUCCEEDED), None)


async def _commit(provider: Pipelines, delivery: Delivery, deployment: Deployment) -> Commit | None:
    """None when the provider knows no commit of that name. A branch has moved on since: there, what the run ran."""
    ran = deployment.commit if deployment.ref == delivery.branch else ""
    for name in dict.fromkeys((ran, deployment.ref, deployment.version)):
        if name and (found := await provider.commit(delivery.repository, name)) is not None:
            return found
    return None
