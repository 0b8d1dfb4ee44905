"""Keeps the freezes that the ledger knows in step with the catalog."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.catalog import Catalog
from bot.catalog.values import Environment
from bot.ports.clock import Clock
from bot.reservations.ledger import SYSTEM
from bot.reservations.places import FreezeWindow
from bot.reservations.rules.freezes import planned
from bot.reservations.service import Reservations
from bot.reservations.state import State
from bot.reservations.values import derived_id
from bot.values import Caller


class FreezePlans:
    """At the start, when the catalog has changed, and daily. Any replica may: the same plan is recorded once."""

    def __init__(self, reservations: Reservations, catalog: Callable[[], Catalog], clock: Clock) -> None:
        self._reservations, self._catalog, self._clock = reservations, catalog, clock
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Plan now, and after each change. A loop for `supervise`: what fails is planned again with its next start."""
        while True:
            self._changed.clear()
            await self.plan()
            await self._changed.wait()

    async def on_changed(self, _old: Catalog, _new: Catalog) -> None:
        """The catalog's source tells it."""
        self._changed.set()

    async def plan(self) -> None:
        """What has no freezes gets an empty plan, and so does what the catalog has dropped. Raises Unavailable."""
        state = await self._reservations.current()
        known = {environment.name: environment for environment in self._catalog().environments.values()}
        for name in dict.fromkeys((*known, *state.environments)):
            windows = planned(known.get(name, Environment(name)), self._clock.now())
            if windows or _planned_at(state, name):
                await self._reservations.plan_freezes(name, windows, caller=_caller(state, name, windows))


def _planned_at(state: State, environment: str) -> bool:
    return any(window.planned for window in state.freezes_of(environment))


def _caller(state: State, environment: str, windows: tuple[FreezeWindow, ...]) -> Caller:
    """The same plan for the same state is one request, whichever replica asks. A plan that comes back after another one
    is a new request.
    """
    plan = derived_id(environment, *(f"{window.id} {window.end.isoformat()}" for window in windows))
    return Caller(SYSTEM, f"plan:{state.seq}:{plan}", via="system")
