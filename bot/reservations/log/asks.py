"""Commands on their way through the ledger, and those who wait for them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.errors import SignalboxError, Unavailable
from bot.reservations.commands import Command
from bot.reservations.events import Recorded
from bot.reservations.log.codec import fingerprint
from bot.reservations.log.entries import Memory
from bot.reservations.refusals import RequestReused
from bot.reservations.values import Lease, Leases


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of a command, now that everything it rests on is committed.

    recorded: what it led to, before: the leases in it as they were, where they were there already.
    memory: set instead when all that is to be read from SQL.
    replayed: it was carried out before, for an earlier call with the same request id.
    """

    recorded: tuple[Recorded, ...]
    before: Leases = field(default_factory=dict[str, Lease])
    memory: Memory | None = None
    replayed: bool = False


@dataclass(slots=True, eq=False)
class Ask:
    """One call of `submit`.

    answer: a Settled, or the refusal. appended: set when it stands in the log, or rests on what
    does, or is answered.
    marks: those of the appends that tried to carry it out; one of them may have come through unheard.
    sent: an append with it has left this process and may have been carried out.
    recorded: it has events in the log; a refusal has none, and only waits for what it rests on.
    """

    command: Command
    request_id: str
    by: str
    answer: asyncio.Future[Settled]
    origin: str = ""
    appended: asyncio.Event = field(default_factory=asyncio.Event)
    marks: set[str] = field(default_factory=set[str])
    sent: bool = False
    recorded: bool = False

    @property
    def open(self) -> bool:
        return not self.answer.done()

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.command, self.by)

    def settle(self, outcome: Settled | SignalboxError) -> None:
        if not self.open:
            return
        self.appended.set()
        if isinstance(outcome, SignalboxError):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)

    def repeated(self, memory: Memory) -> Settled | SignalboxError:
        """The outcome when `memory` says that the request id was carried out."""
        if memory.fingerprint != self.fingerprint:
            return RequestReused("This request id was used before, for something else. Nothing was changed.")
        return Settled((), memory=memory, replayed=memory.mark not in self.marks)

    def give_up(self, reason: Unavailable) -> None:
        if self.sent:
            reason = Unavailable(
                "The connection was lost before the answer came. Look whether it was recorded before you try again.",
                recorded=None,
            )
        self.settle(reason)


@dataclass(slots=True, eq=False)
class _Wait:
    ask: Ask
    outcome: Settled | SignalboxError
    seq: int
    mark: str


class Waiters:
    """Those whose answer is decided, and becomes true when the event at `seq` is committed with `mark`."""

    def __init__(self) -> None:
        self._waits: list[_Wait] = []

    def __bool__(self) -> bool:
        return bool(self._waits)

    def add(self, ask: Ask, outcome: Settled | SignalboxError, seq: int, mark: str) -> None:
        ask.appended.set()
        ask.recorded = isinstance(outcome, Settled) and bool(outcome.recorded or outcome.memory)
        self._waits.append(_Wait(ask, outcome, seq, mark))

    def settle(self, committed: int, marks: Mapping[int, str]) -> list[Ask]:
        """Answer all up to the seq `committed`; `marks` are those of the latest of them. Returns the asks that
        rested on another history: they must be decided again.
        """
        due = [wait for wait in self._waits if wait.seq <= committed]
        self._waits = [wait for wait in self._waits if wait.seq > committed]
        lost = [wait for wait in due if marks.get(wait.seq, wait.mark) != wait.mark]
        for wait in due:
            if wait not in lost:
                wait.ask.settle(wait.outcome)
        return [wait.ask for wait in lost]

    def abandon(self, behind: int) -> list[Ask]:
        """What stood behind the seq `behind` is gone. Returns the asks that rested on it, to be decided again."""
        gone = [wait for wait in self._waits if wait.seq > behind]
        self._waits = [wait for wait in self._waits if wait.seq <= behind]
        return [wait.ask for wait in gone]
