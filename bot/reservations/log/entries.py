"""What the log is made of."""

from __future__ import annotations

from dataclasses import dataclass

from bot.reservations.events import Recorded
from bot.reservations.state import State


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the log. The mark is the random id of the append that wrote it: the same seq with another mark is
    another history. `epoch` is the present one; the event at `seq` may be of an earlier one.
    """

    epoch: int
    seq: int
    mark: str


NOWHERE = Position(0, 0, "-")
"""Before the first epoch."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a request that was carried out: `count` events from `first` on, appended with `mark`."""

    fingerprint: str
    first: int
    count: int
    mark: str

    @property
    def last(self) -> int:
        return self.first + self.count - 1

    def __str__(self) -> str:
        return f"{self.fingerprint} {self.first} {self.count} {self.mark}"

    @classmethod
    def parse(cls, text: str) -> Memory:
        fingerprint, first, count, mark = text.split()
        return cls(fingerprint, int(first), int(count), mark)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event, and the request it belongs to. follows: the mark of the entry before it, by which somebody who hears of
    this one alone can tell whether it belongs to the history they know. Only the stream tells it.
    """

    recorded: Recorded
    request: Memory
    follows: str = ""

    @property
    def seq(self) -> int:
        return self.recorded.seq

    @property
    def mark(self) -> str:
        return self.request.mark


@dataclass(frozen=True, slots=True)
class Step:
    """An event, and the state before and after it."""

    recorded: Recorded
    before: State
    after: State


@dataclass(frozen=True, slots=True)
class Pending:
    """An entry that is appended, and waits to be committed."""

    entry: Entry
    before: State
    after: State

    @property
    def step(self) -> Step:
        return Step(self.entry.recorded, self.before, self.after)

    @property
    def ends_request(self) -> bool:
        return self.entry.seq == self.entry.request.last
