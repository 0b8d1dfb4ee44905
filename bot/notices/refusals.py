"""Tells the owners that a new catalog was refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlmodel import Session

from bot.catalog import Catalog, Problem
from bot.notices.model import CatalogRefused, Envelope
from bot.notices.personal import tell
from bot.ports.clock import Clock
from bot.runtime.database import Database


class RefusalNotices:
    """wake: called when there is something to deliver."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        workspace: str,
        catalog: Callable[[], Catalog],
        wake: Callable[[], None],
    ) -> None:
        self._database, self._clock, self._workspace = database, clock, workspace
        self._catalog, self._wake = catalog, wake

    async def tell_owners(self, problems: tuple[Problem, ...], occasion: str) -> None:
        """Once for each occasion, by whichever process comes first. Raises Unavailable."""
        version = hashlib.sha256(repr((problems, occasion)).encode()).hexdigest()[:16]
        notice = CatalogRefused(tuple(map(str, problems)))
        catalog, now = self._catalog(), self._clock.now()
        owners = catalog.owners_of(None)
        told = [Envelope(f"{self._workspace}:catalog:{version}:{owner}", owner, notice) for owner in owners]

        def write(session: Session) -> None:
            tell(session, self._workspace, told, catalog, now=now)

        await self._database.transact(write)
        self._wake()
