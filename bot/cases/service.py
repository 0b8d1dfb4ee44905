"""Cases as people see and take them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlmodel import Session

from bot.cases import model, moving
from bot.cases.claims import Claim
from bot.cases.desk import Desk
from bot.cases.model import Step
from bot.cases.retrying import how_far
from bot.cases.store import Store
from bot.cases.values import Case
from bot.errors import NotFound
from bot.ports.clock import Clock
from bot.suites.values import SuiteRun
from bot.values import Caller

LATELY = 5


class Cases:
    """Each change bears a repeat: it is given the case as it is by then. wake: called when something is to be told.

    Raises NotFound, Unavailable.
    """

    def __init__(self, store: Store, desk: Desk, clock: Clock, *, wake: Callable[[], None]) -> None:
        self._store, self._desk, self._clock, self._wake = store, desk, clock, wake

    async def of(self, id: str) -> Case:
        """By its id, or by the number of the run that opened it: `#418`."""
        number = id.removeprefix("#")
        if number.isdigit():
            found = next(iter(await self._store.numbered(int(number))), None)
        else:
            found = await self._store.get(id)
        if found is None:
            raise NotFound(f"There is no case {id[:40]}.")
        return found

    async def open_ones(self) -> list[Case]:
        """Oldest first."""
        return await self._store.open_ones()

    async def lately(self) -> list[Case]:
        """A few of the closed ones, the newest first."""
        return await self._store.lately(limit=LATELY)

    async def look(self, id: str, *, caller: Caller) -> Case:
        """The caller looks into it."""
        return await self._change(id, lambda case: model.look(case, caller.person, self._clock.now()))

    async def wait(self, id: str, *, caller: Caller) -> Case:
        """The caller is told when it is over."""
        return await self._change(id, lambda case: model.wait(case, caller.person))

    async def close(self, id: str, *, caller: Caller) -> Case:
        return await self._change(id, lambda case: model.close(case, caller.person, self._clock.now()))

    async def reopen(self, id: str, *, caller: Caller) -> Case:
        return await self._change(id, lambda case: model.reopen(case, caller.person, self._clock.now()))

    async def claim(self, id: str, run: str, *, over: int, caller: Caller) -> Case:
        """The caller is about to have something of it run again, as the run with that id: one at a time, in whichever
        process. The case as it is then says whose claim holds. over: as of model.claim.
        """
        wanted = Claim(run, caller.person, self._clock.now())
        return await self._write(id, lambda case: model.claim(case, wanted, over=over))

    async def unclaim(self, id: str, run: str) -> None:
        """That run is written down, or comes to nothing."""
        await self._write(id, lambda case: replace(case, claim=None) if case.claim and case.claim.run == run else case)

    async def retried(self, id: str, again: SuiteRun) -> Case:
        """What failed runs again, as that run."""
        return await self._change(id, lambda case: model.retry(case, how_far(again), self._clock.now()))

    async def move(self, id: str, cause: str, service: str, *, caller: Caller) -> Case:
        """One of its causes comes from another service than was thought."""
        return await self._change(id, lambda case: moving.move(case, cause, service, caller.person, self._clock.now()))

    async def move_back(self, id: str, cause: str, service: str, *, caller: Caller) -> Case:
        """That one of its causes comes from that service is taken back, unless it is said of another one since."""
        now = self._clock.now
        return await self._change(id, lambda case: moving.move_back(case, cause, service, caller.person, now()))

    async def _write(self, id: str, how: Callable[[Case], Case]) -> Case:
        """What nobody is told of."""
        known = await self.of(id)

        def work(session: Session) -> Case:
            self._store.hold(session, known.place.environment)
            case = self._store.one(session, known.id) or known
            self._store.put(session, after := how(case))
            return after

        return await self._store.database.transact(work)

    async def _change(self, id: str, how: Callable[[Case], Step | None]) -> Case:
        known = await self.of(id)

        def work(session: Session) -> Case:
            self._store.hold(session, known.place.environment)
            case = self._store.one(session, known.id) or known
            if (step := how(case)) is None:
                return case
            self._desk.follow(session, step)
            return step.after

        changed = await self._store.database.transact(work)
        self._wake()
        return changed
