"""Commits appended events to SQL: in order, many in one transaction, whoever appended them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from bot.errors import Unavailable
from bot.reservations.log.archive import Archive
from bot.reservations.log.asks import Waiters
from bot.reservations.log.recovery import Recovery
from bot.reservations.log.replica import Replica

log = structlog.get_logger(__name__)

AT_ONCE = 500
GRACE_S = (0.005, 0.02, 0.075, 0.4)
"""What another replica appended is left to it, and looked for in SQL after each of these; then it is taken for dead."""

PAUSE_S = 0.1


class Committer:
    """One loop per process; replicas compete by compare-and-set.

    on_committed: called when more is committed than before, within about 20 ms of another replica doing it.
    """

    def __init__(self, replica: Replica, waiters: Waiters, archive: Archive, on_committed: Callable[[], None]) -> None:
        self._replica, self._waiters, self._archive = replica, waiters, archive
        self._on_committed, self._told = on_committed, replica.committed_at
        self._wake = asyncio.Event()
        self._failing = False

    def wake(self) -> None:
        self._wake.set()

    async def run(self, recovery: Recovery) -> None:
        while True:
            try:
                await self._until_due(recovery)
                await self._commit(recovery)
                self._tell()
            except Unavailable as error:
                self._report(error)
                await asyncio.sleep(PAUSE_S)

    async def _commit(self, recovery: Recovery) -> None:
        steps = self._replica.pending(AT_ONCE)
        if not steps:
            return
        if await self._archive.commit(self._replica.committed_at, steps):
            self._replica.commit(steps[-1].entry.seq)
            recovery.settle()
        else:
            await recovery.catch_up()
        self._report(None)

    async def _until_due(self, recovery: Recovery) -> None:
        """Until somebody here waits, or others have left something uncommitted for too long."""
        while True:
            while not self._replica.pending(1):
                await self._woken()
            known = self._replica.committed_at
            for grace in GRACE_S:
                if await self._somebody_waits(grace):
                    return
                await recovery.catch_up()
                if self._replica.committed_at != known:
                    break
            else:
                return
            self._tell()

    async def _somebody_waits(self, within: float) -> bool:
        if self._waiters:
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not self._waiters:
                    await self._woken()
        return bool(self._waiters)

    async def _woken(self) -> None:
        self._wake.clear()
        await self._wake.wait()
        self._tell()

    def _tell(self) -> None:
        if self._replica.committed_at != self._told:
            self._told = self._replica.committed_at
            self._on_committed()

    def _report(self, error: Unavailable | None) -> None:
        """Say once when it goes away, and once when it is back."""
        if error is not None and not self._failing:
            log.warning("events cannot be committed", error=str(error.__cause__ or error))
        if error is None and self._failing:
            log.info("events are committed again")
        self._failing = error is not None
