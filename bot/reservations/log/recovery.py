"""SQL is the truth: following it, and beginning a new epoch in Redis when Redis has lost or bent what it knew.

What SQL has not committed was not promised, so it may go: whoever waits for it is decided again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta

import structlog

from bot.reservations.log.archive import Archive
from bot.reservations.log.asks import Ask, Waiters
from bot.reservations.log.entries import NOWHERE
from bot.reservations.log.replica import Replica
from bot.reservations.log.snapshots import Snapshots
from bot.reservations.log.stream import REMEMBERED_MS, LedgerClock, Stream

log = structlog.get_logger(__name__)


class Recovery:
    """`again` takes the asks that must be decided again."""

    def __init__(
        self,
        replica: Replica,
        waiters: Waiters,
        archive: Archive,
        snapshots: Snapshots,
        *,
        stream: Stream,
        clock: LedgerClock,
        again: Callable[[Iterable[Ask]], None],
    ) -> None:
        self._replica, self._waiters = replica, waiters
        self._archive, self._snapshots = archive, snapshots
        self._stream, self._clock, self._again = stream, clock, again
        self._turn = asyncio.Lock()

    async def catch_up(self) -> None:
        """Follow SQL to where it stands now. Raises Unavailable."""
        async with self._turn:
            if self._replica.committed_at == NOWHERE and (snapshot := await self._snapshots.load()):
                self._replica.restart(*snapshot)
            found = await self._archive.since(self._replica.committed_at)
            if found is None:
                log.warning("the database was set back; starting over from it")
                self._replica.restart()
                self._again(self._waiters.abandon(0))
                found = await self._archive.since(NOWHERE)
            if found is not None:
                self._replica.follow(*found)
                self.settle()

    def settle(self) -> None:
        """Answer who waited for what is committed now; what stands no longer must be decided again."""
        self._again(self._waiters.settle(self._replica.committed_at.seq, self._replica.marks))
        self._again(self._waiters.abandon(self._replica.tip_at.seq))

    async def recover(self, why: str, *, known: int, head_epoch: int) -> None:
        """Redis is not as it was left in the epoch `known`: follow whoever has begun a new one, or begin it.

        Raises Unavailable, or redis' RedisError.
        """
        await self._archive.begin_epoch(known, head_epoch)
        await self.catch_up()
        at = self._replica.committed_at
        if head_epoch != at.epoch:
            tell = log.info if at.epoch == 1 else log.warning
            tell("the log begins an epoch", why=str(why), epoch=at.epoch, seq=at.seq)
            remembered = timedelta(milliseconds=REMEMBERED_MS)
            await self._stream.reset(at, await self._archive.requests(self._clock.now(), remembered))
