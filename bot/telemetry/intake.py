"""Takes what services send: bounded in bytes and rows, read on a thread of its own, written by one writer.

Whoever sends too much is told to come back; nobody else is. What was taken and not yet written is lost when the machine
goes down: it is a second of telemetry, and waiting for each commit would make every sender wait.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from hashlib import blake2b

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import SignalboxError
from bot.ports.clock import Clock
from bot.runtime.database import Database
from bot.runtime.metrics import TELEMETRY_ITEMS, TELEMETRY_REFUSED, TELEMETRY_WAITING
from bot.telemetry import otlp, store
from bot.telemetry.moments import to_us
from bot.telemetry.values import Group, Limits, Parcel, Signal, TooLarge
from bot.telemetry.waiting import Waiting

log = structlog.get_logger(__name__)

MOST_BYTES = 32 * 2**20
"""Of requests that were received and not yet read."""
MOST_ROWS = 60_000
ROWS_AT_ONCE = 5_000
"""Of one transaction."""
LINGER_SECONDS = 0.05
"""What arrives together is written together."""
RETRY_SECONDS = 2
REMEMBERED = 2_000
LOOK_AGAIN = timedelta(seconds=10)


class Overloaded(SignalboxError):
    """More than can be written now. `retry_after`: seconds."""

    def __init__(self) -> None:
        super().__init__("More telemetry arrives than can be kept. Send it again in a moment, or send less.")
        self.retry_after = RETRY_SECONDS


class Arriving:
    """The bytes of one request while they come in."""

    def __init__(self, intake: Intake, most: int) -> None:
        self._intake, self._most = intake, most
        self.body = bytearray()

    def add(self, chunk: bytes) -> None:
        """Raises TooLarge, Overloaded."""
        if len(self.body) + len(chunk) > self._most:
            raise TooLarge(f"The request has more than {self._most:,} bytes. Send smaller batches.")
        self._intake.hold(len(chunk))
        self.body += chunk


class Intake:
    """One per process. `run` is the writer, a loop for `supervise`; `close` writes what is left."""

    def __init__(self, database: Database, clock: Clock, limits: Limits, *, most_rows: int = MOST_ROWS) -> None:
        self._database, self._clock, self._limits = database, clock, limits
        self._reader = ThreadPoolExecutor(1, "otlp reader")
        self._bytes = 0
        self._waiting, self._writing = Waiting(most_rows), list[Group]()
        self._arrived = asyncio.Event()
        self._step: asyncio.Future[None] | None = None
        self._kept = 0, self._clock.now()
        # SQLite's module gives up the interpreter for each row and must wait for it again: beside a thread that reads
        # it crawls. They take turns.
        self._turn = asyncio.Lock()
        self._answered = _Answered()

    @contextmanager
    def arriving(self) -> Generator[Arriving]:
        """Room for the bytes of one request, given back at the end."""
        request = Arriving(self, self._limits.body)
        try:
            yield request
        finally:
            self._bytes -= len(request.body)

    def hold(self, size: int) -> None:
        """Raises Overloaded."""
        if self._bytes + size > MOST_BYTES:
            raise Overloaded
        self._bytes += size

    def refused(self, signal: Signal, why: SignalboxError) -> None:
        """Count a request of which nothing was taken, whoever refused it."""
        TELEMETRY_REFUSED.labels(signal, _spaced(type(why).__name__)).inc()

    async def take(self, signal: Signal, form: otlp.Form, body: bytes, encoding: str) -> bytes:
        """OTLP's answer, once everything waits for the writer; the same to the same bytes sent again.

        Raises Malformed, TooLarge, Unreadable, Overloaded.
        """
        digest = blake2b(body, digest_size=16, person=signal.encode()).digest()
        if (answer := self._answered.get(digest)) is not None:
            TELEMETRY_ITEMS.labels(signal, "repeated").inc()
            return answer
        loop = asyncio.get_running_loop()
        async with self._turn:
            parcel = await loop.run_in_executor(self._reader, self._read, signal, form, body, encoding)
        self._keep(signal, parcel)
        answer = otlp.answer(signal, form, parcel.refused)
        self._answered.put(digest, answer)
        return answer

    def _read(self, signal: Signal, form: otlp.Form, body: bytes, encoding: str) -> Parcel:
        plain = otlp.unpacked(body, encoding, self._limits)
        return otlp.read(signal, form, plain, to_us(self._clock.now()), self._limits)

    def _keep(self, signal: Signal, parcel: Parcel) -> None:
        kept, refused = parcel.items, parcel.refused.total()
        if self._full() or not self._waiting.put(parcel.groups):
            TELEMETRY_ITEMS.labels(signal, "too many").inc(kept)
            raise Overloaded
        TELEMETRY_ITEMS.labels(signal, "taken").inc(kept)
        TELEMETRY_ITEMS.labels(signal, "refused").inc(refused)
        TELEMETRY_WAITING.set(self._waiting.rows)
        self._arrived.set()

    def _full(self) -> bool:
        """As it was when something was written last; forgotten after a while, since what is pruned does not say so."""
        size, when = self._kept
        return size > self._limits.kept and self._clock.now() - when < LOOK_AGAIN

    async def run(self) -> None:
        """Write what waits, for ever. Raises Unavailable; what could not be written then is tried again."""
        while True:
            await self._arrived.wait()
            await asyncio.sleep(LINGER_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Return when everything that was taken so far is written. Raises Unavailable."""
        while self._writing or self._waiting.rows:
            if self._step is None or self._step.done():
                self._step = asyncio.ensure_future(self._write_some())
            await asyncio.shield(self._step)
        self._arrived.clear()

    async def close(self) -> None:
        await self.flush()
        await asyncio.to_thread(self._reader.shutdown)

    async def _write_some(self) -> None:
        """A task of its own: whoever waits for it may be cancelled, and what is being written is not written twice."""
        self._writing = self._writing or self._waiting.take(ROWS_AT_ONCE)
        TELEMETRY_WAITING.set(self._waiting.rows)
        await self._write(self._writing)
        self._writing = []

    async def _write(self, groups: list[Group]) -> None:
        now = to_us(self._clock.now())
        try:
            async with self._turn:
                size = await self._database.transact(lambda session: store.write(session, groups, now))
            self._kept = size, self._clock.now()
        except (SQLAlchemyError, ArithmeticError, ValueError) as error:
            # An outage would be Unavailable: the database, or its driver, takes none of it, today or tomorrow.
            rows = sum(group.items for group in groups)
            TELEMETRY_ITEMS.labels("all", "lost").inc(rows)
            log.exception("telemetry was not written", rows=rows, error=str(error)[:300])


def _spaced(name: str) -> str:
    """`TooLarge` as `too large`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


class _Answered:
    """What was answered to the latest requests: a sender whose answer was lost sends the same bytes again."""

    def __init__(self) -> None:
        self._answers: OrderedDict[bytes, bytes] = OrderedDict()

    def get(self, digest: bytes) -> bytes | None:
        return self._answers.get(digest)

    def put(self, digest: bytes, answer: bytes) -> None:
        self._answers[digest] = answer
        if len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
