"""What this process knows of the log: the state as committed in SQL, and the events appended behind it. No I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from bot.reservations.folding import evolve
from bot.reservations.log.entries import NOWHERE, Entry, Pending, Position
from bot.reservations.state import State

MARKS_KEPT = 10_000


class Gap(Exception):
    """Entries do not follow what is known: some were trimmed, or this is another history."""


class Replica:
    """`committed` rests on SQL, `tip` on Redis. What is between the two is pending: decided upon, never promised."""

    def __init__(self) -> None:
        self.committed = State()
        self.committed_at = NOWHERE
        self.marks: dict[int, str] = {}
        """The marks of the latest committed events, by seq: what has another mark was never committed."""
        self._pending: deque[Pending] = deque()

    @property
    def tip(self) -> State:
        return self._pending[-1].after if self._pending else self.committed

    @property
    def tip_at(self) -> Position:
        if not self._pending:
            return self.committed_at
        last = self._pending[-1].entry
        return Position(self.committed_at.epoch, last.seq, last.mark)

    def pending(self, most: int) -> list[Pending]:
        """The next steps to commit: whole requests only, about `most`."""
        steps: list[Pending] = []
        whole = 0
        for step in self._pending:
            steps.append(step)
            if step.ends_request:
                whole = len(steps)
                if whole >= most:
                    break
        return steps[:whole]

    def append(self, entries: Iterable[Entry]) -> None:
        """Fold entries of the stream; those known already are skipped. Raises Gap."""
        for entry in entries:
            at = self.tip_at
            if entry.seq == at.seq and entry.mark != at.mark:
                raise Gap
            if entry.seq > at.seq:
                if (entry.recorded.epoch, entry.seq, entry.follows) != (at.epoch, at.seq + 1, at.mark):
                    raise Gap
                self._pending.append(_step(self.tip, entry))

    def adopt(self, after: Position, steps: Sequence[Pending]) -> None:
        """Add what was decided and appended here, upon the tip `after`. Raises Gap."""
        if self.tip_at == after:
            self._pending.extend(steps)
        else:
            self.append(step.entry for step in steps)

    def commit(self, upto: int) -> None:
        """SQL has everything up to the seq `upto`."""
        while self._pending and self._pending[0].entry.seq <= upto:
            step = self._pending.popleft()
            self.committed = step.after
            self.committed_at = Position(self.committed_at.epoch, step.entry.seq, step.entry.mark)
            self.marks[step.entry.seq] = step.entry.mark
            self.marks.pop(step.entry.seq - MARKS_KEPT, None)

    def follow(self, cursor: Position, entries: Iterable[Entry]) -> None:
        """SQL stands at `cursor`, and `entries` are what it has behind `committed_at`. Whatever contradicts it, or
        belongs to an earlier epoch, is dropped.
        """
        for entry in entries:
            if entry.seq > self.committed_at.seq:
                self._follow(entry)
        if cursor.epoch > self.committed_at.epoch:
            self._pending.clear()
            self.committed_at = Position(cursor.epoch, self.committed_at.seq, self.committed_at.mark)

    def restart(self, state: State = State(), at: Position = NOWHERE) -> None:  # noqa: B008 - State is frozen
        """Forget everything, and go on from `state`."""
        self.committed, self.committed_at = state, at
        self.marks = {at.seq: at.mark}
        self._pending.clear()

    def _follow(self, entry: Entry) -> None:
        if not self._pending or self._pending[0].entry.mark != entry.mark:
            self._pending.clear()
            self._pending.append(_step(self.committed, entry))
        self.commit(entry.seq)


def _step(before: State, entry: Entry) -> Pending:
    return Pending(entry, before, evolve(before, entry.recorded))
