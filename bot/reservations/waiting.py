"""Waiting for a lease to change, in any number, at the price of a commit: nobody asks a store meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from bot.reservations.state import State
from bot.reservations.values import Status

Waiter = asyncio.Future[None]


class Changes:
    """One per process. `state` gives what is committed, as this process knows it."""

    def __init__(self, state: Callable[[], State]) -> None:
        self._state = state
        self._waiting: dict[str, dict[Waiter, Status | None]] = {}
        self._closed = False

    def wake(self) -> None:
        """Call when more is committed than before: whoever waits for what has changed goes on."""
        for lease_id, waiters in self._waiting.items():
            now = self._status(lease_id)
            for waiter, seen in waiters.items():
                if seen is not now and not waiter.done():
                    waiter.set_result(None)

    async def changed(self, lease_id: str, seen: Status | None, seconds: float) -> None:
        """Returns when its status is no longer `seen` (None: it has ended), when `seconds` are over, or when closed."""
        if self._closed or self._status(lease_id) is not seen:
            return
        waiter: Waiter = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(lease_id, {})[waiter] = seen
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await waiter
        finally:
            self._forget(lease_id, waiter)

    async def close(self) -> None:
        """Let everybody go: they are answered with what is true now."""
        self._closed = True
        for waiter in [each for waiters in self._waiting.values() for each in waiters if not each.done()]:
            waiter.set_result(None)

    def _forget(self, lease_id: str, waiter: Waiter) -> None:
        waiters = self._waiting[lease_id]
        del waiters[waiter]
        if not waiters:
            del self._waiting[lease_id]

    def _status(self, lease_id: str) -> Status | None:
        lease = self._state().leases.get(lease_id)
        return lease.status if lease else None
