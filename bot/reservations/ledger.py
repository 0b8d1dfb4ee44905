"""The ordered log behind every reservation: decided once, appended in one order, committed before it is promised."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.errors import SignalboxError, Unavailable, Unconfirmed
from bot.reservations.commands import Command, Tick
from bot.reservations.events import Recorded
from bot.reservations.log.appender import Appender
from bot.reservations.log.archive import Archive
from bot.reservations.log.asks import Ask, Settled, Waiters
from bot.reservations.log.committer import Committer
from bot.reservations.log.entries import Entry, Step
from bot.reservations.log.recovery import Recovery
from bot.reservations.log.replica import Gap, Replica
from bot.reservations.log.sheltered import Project
from bot.reservations.log.snapshots import Snapshots
from bot.reservations.log.stream import REMEMBERED_MS, LedgerClock, Stream
from bot.reservations.outcome import Outcome
from bot.reservations.rules.clocks import next_deadline
from bot.reservations.state import State
from bot.runtime.database import Database
from bot.runtime.redis import Keys
from bot.runtime.supervise import together
from bot.values import Tell, silent

__all__ = ["Ledger", "LedgerClock", "Outcome", "Patience", "Project", "Step"]

SYSTEM = "system"
LULL_S = 0.02
"""Appends that come faster are heard of, and looked through for deadlines, several at a time: by itself each would
cost a second round trip.
"""

LOOK_S = 60.0
"""How long a silent log is trusted to be unchanged."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. append: until an unreachable log is admitted. tell: until whoever waits is told that it takes longer.
    commit: until the wait for the database is given up, a little before the inbox gives up on the line and says so
    itself; the commit goes on.
    """

    append: float = 6.0
    tell: float = 2.0
    commit: float = 100.0


class Ledger:
    """One per workspace and process. `start` first, then `run` for as long as the process lives.

    on_committed: called when more is committed than before, by this process or another; what `project` wrote is there.
    """

    def __init__(
        self,
        workspace: str,
        *,
        redis: Redis,
        listener: Redis,
        database: Database,
        clock: LedgerClock,
        project: Project,
        on_committed: Callable[[], None] = lambda: None,
        patience: Patience = Patience(),
    ) -> None:
        self._clock, self._patience = clock, patience
        self._replica, self._waiters = Replica(), Waiters()
        self._archive = Archive(database, workspace, project)
        self._snapshots = Snapshots(database, workspace)
        self._stream = Stream(redis, listener, Keys(workspace), clock)
        self._appender = Appender(self._replica, self._waiters, self._stream, clock, self._changed)
        self._committer = Committer(self._replica, self._waiters, self._archive, on_committed)
        self._recovery = Recovery(
            self._replica,
            self._waiters,
            self._archive,
            self._snapshots,
            stream=self._stream,
            clock=clock,
            again=self._appender.put,
        )
        self._look = asyncio.Event()

    async def start(self) -> None:
        """Read the state from SQL. Raises Unavailable."""
        await self._recovery.catch_up()
        self._appender.probe()

    async def run(self) -> None:
        """Append, commit, listen to other replicas, keep the time. Ends only by being cancelled, or by an error."""
        appending, committing = (partial(each.run, self._recovery) for each in (self._appender, self._committer))
        await together(appending, committing, self._listen, self._keep_time)

    async def submit(
        self, command: Command, *, request_id: str, by: str, origin: str = "", tell: Tell = silent
    ) -> Outcome:
        """Carry out `command` once per `request_id`: decided, appended and committed, with everything before it.

        Raises what the rules refuse with (nothing is recorded then), Conflict when the request id was used for
        something else, and Unavailable, whose `recorded` says what is true.
        """
        ask = Ask(command, request_id, by, asyncio.get_running_loop().create_future(), origin)
        self._appender.put([ask])
        try:
            settled = await self._answer(ask, tell)
        finally:
            ask.answer.cancel()
        return await self._outcome(request_id, settled)

    async def current(self) -> State:
        """The state as committed, by any replica, until now. Raises Unavailable."""
        await self._recovery.catch_up()
        return self._replica.committed

    def cached(self) -> State:
        """The committed state as last seen here: no waiting, and seldom more than half a second old."""
        return self._replica.committed

    async def history(self, *, lease_id: str = "", environment: str = "", limit: int = 200) -> list[Recorded]:
        """The latest events of a lease, or of an environment, oldest first. Raises Unavailable."""
        return await self._archive.history(subject=lease_id, environment=environment, limit=limit)

    async def trim(self) -> None:
        """Housekeeping, now and then: keep a snapshot; drop from Redis what is committed for long, and request ids that
        are too old to come again. Raises Unavailable.
        """
        await self._snapshots.save(self._replica.committed, self._replica.committed_at)
        await self._archive.forget_requests(self._clock.now() - timedelta(milliseconds=REMEMBERED_MS))
        with suppress(RedisError):  # it is tried again with the next run
            await self._stream.trim(self._replica.committed_at)

    def look_at_the_clock(self) -> None:
        """Time may have moved in a way that nobody could sleep through."""
        self._look.set()

    async def _answer(self, ask: Ask, tell: Tell) -> Settled:
        """Raises the refusal, or Unavailable when patience ends."""
        soon = min(self._patience.append, self._patience.tell)
        if not await _within(soon, ask.answer):
            await self._until_appended(ask, self._patience.append - soon)
            await self._until_committed(ask, self._patience.tell - soon, tell)
        return await ask.answer

    async def _until_appended(self, ask: Ask, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await ask.appended.wait()
        if not ask.appended.is_set():
            ask.give_up(self._appender.trouble or Unavailable("The log does not answer. Nothing was changed."))

    async def _until_committed(self, ask: Ask, seconds: float, tell: Tell) -> None:
        """Whoever waits is told after so many seconds."""
        if await _within(seconds, ask.answer):
            return
        if ask.recorded:
            with suppress(SignalboxError):
                await tell("Recorded, confirming: the database takes longer than usual.")
        if not await _within(self._patience.commit, ask.answer):
            ask.settle(_unconfirmed(recorded=ask.recorded))

    async def _outcome(self, request_id: str, settled: Settled) -> Outcome:
        recorded, before = settled.recorded, settled.before
        if settled.memory is not None:
            recorded = await self._archive.recorded(request_id, settled.memory)
            if len(recorded) != settled.memory.count:
                raise Unavailable("The log was set back meanwhile. Look before you try again.", recorded=None)
            before = await self._archive.before(recorded)
        return Outcome(recorded, before, self._replica.committed, settled.replayed)

    def _changed(self) -> None:
        self._committer.wake()
        self._look.set()

    async def _listen(self) -> None:
        """Follow what other replicas append, as it happens. While this one appends, its answers tell as much."""
        while True:
            try:
                entries = await self._stream.listen(self._replica.tip_at)
            except (RedisError, Unavailable):
                entries = []
                await asyncio.sleep(1)
            if not self._hear(entries):
                await asyncio.sleep(LULL_S)

    def _hear(self, entries: Sequence[Entry | None]) -> bool:
        """False when all of it was known. A new epoch, silence or a contradiction: the next append's answer tells what
        is the matter.
        """
        tip = self._replica.tip_at
        try:
            self._replica.append(entry for entry in entries if entry)
        except Gap:
            self._appender.probe()
        if not entries or None in entries:
            self._appender.probe()
        elif self._replica.tip_at == tip:
            return False
        self._changed()
        return True

    async def _keep_time(self) -> None:
        """Append what is due when it is due. Another replica may be faster; then nothing is due any more."""
        while True:
            due = next_deadline(self._replica.tip)
            if due is None or due > self._clock.now():
                await self._sleep_until(due)
                continue
            await self._tick()
            if next_deadline(self._replica.tip) == due:  # the log is away: no use in asking again at once
                await asyncio.sleep(1)

    async def _tick(self) -> None:
        at = self._replica.tip_at
        with suppress(SignalboxError):
            await self.submit(Tick(), request_id=f"tick:{at.epoch}.{at.seq}", by=SYSTEM)

    async def _sleep_until(self, due: datetime | None) -> None:
        left = LOOK_S if due is None else (due - self._clock.now()).total_seconds()
        self._look.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(min(left, LOOK_S)):
                await self._look.wait()
                await asyncio.sleep(LULL_S)


def _unconfirmed(*, recorded: bool) -> Unavailable:
    if recorded:
        return Unconfirmed("Recorded, not confirmed yet: the database does not answer. What comes of it follows here.")
    return Unavailable("The database does not answer. Nothing was changed.")


async def _within(seconds: float, answer: asyncio.Future[Settled]) -> bool:
    await asyncio.wait({answer}, timeout=seconds)
    return answer.done()
