"""Decides what waits, all of it in one append, and again when another replica was faster."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

import structlog
from redis.exceptions import RedisError

from bot.errors import SignalboxError, Unavailable
from bot.reservations.events import Recorded
from bot.reservations.folding import evolve
from bot.reservations.log.asks import Ask, Settled, Waiters
from bot.reservations.log.codec import UnknownKind
from bot.reservations.log.entries import Entry, Memory, Pending, Position
from bot.reservations.log.recovery import Recovery
from bot.reservations.log.replica import Gap, Replica
from bot.reservations.log.stream import Answer, LedgerClock, Stream, Word
from bot.reservations.model import decide
from bot.reservations.outcome import among
from bot.reservations.state import State
from bot.runtime.clock import from_ms, to_ms
from bot.runtime.redis import away, never_sent

log = structlog.get_logger(__name__)

BATCH = 100
PAUSE_S = 0.1
STOPPED = "Signalbox is restarting. Nothing was changed; try again in a minute."


@dataclass(frozen=True, slots=True)
class Decided:
    """What an ask comes to if the log still ends where it was decided. `request`: None when nothing is recorded."""

    ask: Ask
    outcome: Settled | SignalboxError
    request: Memory | None
    steps: tuple[Pending, ...] = ()


class Draft:
    """Decides asks one after another, each upon those before it; nothing is recorded yet."""

    def __init__(self, at: Position, state: State, now: datetime) -> None:
        self.at = at
        self.mark = token_hex(8)
        self.decided: list[Decided] = []
        self._state, self._seq = state, at.seq
        self._now = from_ms(to_ms(now if state.at is None else max(now, state.at)))

    @property
    def steps(self) -> list[Pending]:
        return [step for decided in self.decided for step in decided.steps]

    @property
    def requests(self) -> list[tuple[str, Memory | None]]:
        return [(decided.ask.request_id, decided.request) for decided in self.decided]

    def add(self, ask: Ask) -> None:
        try:
            events = decide(self._state, ask.command, self._now)
        except SignalboxError as refusal:
            self.decided.append(Decided(ask, refusal, None))
            return
        first, before = self._seq + 1, self._state.leases
        recorded = tuple(
            Recorded(self.at.epoch, seq, self._now, event, ask.request_id, ask.by, ask.origin)
            for seq, event in enumerate(events, first)
        )
        self._seq += len(recorded)
        request = Memory(ask.fingerprint, first, len(recorded), self.mark) if recorded else None
        steps = tuple(self._step(Entry(each, request, self._before(each.seq))) for each in recorded if request)
        self.decided.append(Decided(ask, Settled(recorded, among(before, recorded)), request, steps))

    def _before(self, seq: int) -> str:
        return self.at.mark if seq == self.at.seq + 1 else self.mark

    def _step(self, entry: Entry) -> Pending:
        before, self._state = self._state, evolve(self._state, entry.recorded)
        return Pending(entry, before, self._state)


class Appender:
    """One loop per process. `changed` is called when the log has grown; `trouble` is why it does not get on."""

    def __init__(
        self, replica: Replica, waiters: Waiters, stream: Stream, clock: LedgerClock, changed: Callable[[], None]
    ) -> None:
        self._replica, self._waiters, self._stream = replica, waiters, stream
        self._clock, self._changed = clock, changed
        self._asks: deque[Ask] = deque()
        self._wake = asyncio.Event()
        self.trouble: Unavailable | None = None

    def put(self, asks: Iterable[Ask]) -> None:
        for ask in asks:
            ask.appended.clear()
            self._asks.append(ask)
            self._wake.set()

    def probe(self) -> None:
        """Look at once whether the log is still what we know, though nothing waits to be appended."""
        self._wake.set()

    async def run(self, recovery: Recovery) -> None:
        while True:
            await self._wake.wait()
            batch = self._take()
            try:
                await self._carry_out(batch, recovery)
            finally:
                _give_up(ask for ask in batch if not ask.appended.is_set())

    def _take(self) -> list[Ask]:
        """The next asks, each request id once: its second call finds what the first has recorded."""
        batch: dict[str, Ask] = {}
        left: deque[Ask] = deque()
        while self._asks and len(batch) < BATCH:
            ask = self._asks.popleft()
            if ask.open and batch.setdefault(ask.request_id, ask) is not ask:
                left.append(ask)
        self._asks.extendleft(reversed(left))
        if not self._asks:
            self._wake.clear()
        return list(batch.values())

    async def _carry_out(self, asks: Sequence[Ask], recovery: Recovery) -> None:
        while True:
            waiting = [ask for ask in asks if ask.open and not ask.appended.is_set()]
            try:
                if await self._attempt(waiting, recovery):
                    self.trouble = None
                    return
            except RedisError as error:
                await self._rest(away(error), error)
            except Unavailable as error:
                await self._rest(error, error)
            if not any(ask.open for ask in asks):
                return

    async def _attempt(self, asks: Sequence[Ask], recovery: Recovery) -> bool:
        """True when every ask is placed."""
        draft = Draft(self._replica.tip_at, self._replica.tip, self._clock.now())
        for ask in asks:
            draft.add(ask)
        answer = await self._append(draft)
        if answer.word is Word.OK:
            return self._place(draft, recovery)
        if answer.word in (Word.DONE, Word.BEHIND):
            await self._fold(answer, draft.at, recovery)
            self._place_repeats(draft, answer)
            recovery.settle()
        else:
            await recovery.recover(answer.word, known=draft.at.epoch, head_epoch=answer.epoch)
        return False

    async def _append(self, draft: Draft) -> Answer:
        """Until the answer is here, nobody can tell whether it was carried out."""
        asks = [decided.ask for decided in draft.decided if decided.request]
        new = [ask for ask in asks if not ask.sent]
        for ask in asks:
            ask.sent = True
            ask.marks.add(draft.mark)
        try:
            return await self._stream.append(draft.at, draft.mark, draft.requests, [step.entry for step in draft.steps])
        except (RedisError, UnknownKind) as error:
            for ask in new:
                ask.sent = not (isinstance(error, UnknownKind) or never_sent(error))
            raise

    def _place(self, draft: Draft, recovery: Recovery) -> bool:
        """It is in the log. The listener may have read it from there before the answer came; and the log may have been
        lost again meanwhile: then False.
        """
        try:
            self._replica.adopt(draft.at, draft.steps)
        except Gap:
            return False
        at = draft.at
        for decided in draft.decided:
            if decided.request:
                at = Position(at.epoch, decided.request.last, decided.request.mark)
            self._waiters.add(decided.ask, decided.outcome, at.seq, at.mark)
        recovery.settle()
        self._changed()
        return True

    def _place_repeats(self, draft: Draft, answer: Answer) -> None:
        """Answer those that were carried out before, once we know their events ourselves."""
        for decided, memory in zip(draft.decided, answer.known, strict=False):
            decided.ask.sent = memory is not None
            if memory and memory.last <= self._replica.tip_at.seq:
                self._waiters.add(decided.ask, decided.ask.repeated(memory), memory.last, memory.mark)
        self._changed()

    async def _fold(self, answer: Answer, at: Position, recovery: Recovery) -> None:
        """Fold what others appended; what the stream no longer has, SQL has."""
        try:
            self._replica.append(answer.entries)
        except Gap:
            await recovery.catch_up()
            if self._replica.tip_at == at:
                await recovery.recover("another history", known=at.epoch, head_epoch=0)

    async def _rest(self, trouble: Unavailable, cause: Exception) -> None:
        if self.trouble is None:
            log.warning("the log cannot be reached", error=str(cause))
        self.trouble = trouble
        await asyncio.sleep(PAUSE_S)


def _give_up(asks: Iterable[Ask]) -> None:
    for ask in asks:
        ask.give_up(Unavailable(STOPPED))
