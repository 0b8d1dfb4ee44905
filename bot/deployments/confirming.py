"""The end of trying a deployment out: its receipt, and the versions that are good together now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session

from bot.catalog import Catalog
from bot.deployments.facts import facts
from bot.deployments.records import Records
from bot.deployments.standing import that_count
from bot.deployments.values import Deployment
from bot.notices.model import DeploymentReceipt, Envelope
from bot.values import is_pipeline


class Confirmations:
    def __init__(self, records: Records, catalog: Callable[[], Catalog]) -> None:
        self._records, self._catalog = records, catalog

    async def confirm(
        self, deployment: Deployment, *, lines: Sequence[str], versions: Mapping[str, str] | None
    ) -> None:
        """Once: a repeat tells nobody again. lines: how it was tried out. versions: those that are good together now;
        None leaves the last good set as it is.
        """
        store, environment = self._records.store, deployment.target.environment
        good = None if versions is None else await that_count(store, environment, versions)

        def write(session: Session) -> Sequence[Envelope]:
            if good is not None:
                store.put_good(session, environment, good, deployment)
            return [] if is_pipeline(deployment.by) else [self._receipt(deployment, lines)]

        await self._records.note(write)

    def _receipt(self, deployment: Deployment, lines: Sequence[str]) -> Envelope:
        told = facts(deployment, self._catalog())
        what = DeploymentReceipt(replace(told, seen=(*told.seen, *lines)))
        id = f"{self._records.store.workspace}:deployment:{deployment.id}:{DeploymentReceipt.__name__}"
        return Envelope(id, deployment.by, what)
