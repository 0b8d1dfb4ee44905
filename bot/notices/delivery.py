"""Brings what is in the outbox to the chat, each envelope exactly once, whatever fails in between.

How: an envelope is marked `sending` before the call and carries its id in the message's metadata. Whoever finds one
still marked (a crash, a lost answer) looks for that id in the channel before sending again. Edits are simply repeated.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Protocol

import structlog

from bot.errors import IntegrationError, SignalboxError
from bot.notices.budgets import POST, UPDATE, Budgets
from bot.notices.codec import Unreadable
from bot.notices.held import StillTrue, gather
from bot.notices.model import Notice
from bot.notices.outbox import StoredEnvelope, envelope_of, moment
from bot.notices.questions import EDITS_ONLY
from bot.notices.queue import Due, OutboxQueue, place_of
from bot.notices.tables import Stage
from bot.ports.chat import Chat, Message, MessageGone, OutcomeUnknown, Posted, RateLimited, Refused
from bot.ports.clock import Clock
from bot.runtime.database import Database
from bot.runtime.metrics import DELIVERIES, OUTBOX_PENDING

log = structlog.get_logger(__name__)


class Render(Protocol):
    """Gives a notice its words."""

    def __call__(self, notice: Notice) -> Message: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """at_once: messages on their way at the same time. lease: how long one attempt may hold an envelope.

    settle: how long after a lost answer it is looked for (it may still be on its way). first, longest: waits between
    attempts, doubling. attempts: after so many an envelope is dead (about a day); unreadable: after so many one that
    cannot be read (some minutes: a newer release may be on its way). safety: the longest sleep.
    card, live: a card is edited every `card` at most, and every `live` for each live card: all share 50 edits a minute.
    drain: how long a stop waits for what is on its way.
    """

    at_once: int = 16
    lease: timedelta = timedelta(seconds=40)
    settle: timedelta = timedelta(seconds=3)
    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=5)
    attempts: int = 290
    unreadable: int = 10
    safety: timedelta = timedelta(seconds=30)
    card: timedelta = timedelta(seconds=3)
    live: timedelta = timedelta(seconds=1.2 * 60 / 50)
    drain: timedelta = timedelta(seconds=5)


class Delivery:
    """One per replica; they share the work. on_delivered: told of every envelope with `confirm`, until it succeeds.

    still_true: asked of what was held back in somebody's quiet hours, when they are over.
    """

    def __init__(
        self,
        database: Database,
        chat: Chat,
        budgets: Budgets,
        render: Render,
        clock: Clock,
        *,
        workspace: str,
        on_delivered: Callable[[StoredEnvelope], Awaitable[None]],
        still_true: StillTrue,
        pace: Pace = Pace(),
    ) -> None:
        self._chat, self._budgets, self._render, self._clock = chat, budgets, render, clock
        self._on_delivered, self._still_true, self._pace = on_delivered, still_true, pace
        self._database, self._workspace = database, workspace
        self._queue = OutboxQueue(database, workspace, replica=uuid.uuid4().hex)
        self._woken = asyncio.Event()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._chance = SystemRandom()

    def wake(self) -> None:
        """Something was written, or a time has come."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until cancelled. Raises Unavailable when SQL or Redis is away; run again, it goes on."""
        try:
            while True:
                self._woken.clear()
                await self._sleep(await self._round())
        except asyncio.CancelledError:
            await self._drain()
            raise

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _round(self) -> float:
        """Start whatever may go now; the seconds until there may be more."""
        waits = [self._pace.safety.total_seconds()]
        taken: dict[str, float] = {}
        spacing = None
        for due in await self._due():
            if due.position in self._running or len(self._running) >= self._pace.at_once:
                continue
            spacing = spacing or await self._spacing()
            wait = await self._wait(due, spacing, taken)
            if wait > 0:
                waits.append(wait)
            else:
                self._start(due)
        count, soonest = await self._queue.outlook(self._clock.now())
        OUTBOX_PENDING.set(count)
        return max(min(waits) if soonest is None else min(*waits, soonest), 0.0)

    async def _due(self) -> list[Due]:
        """What may go now, with one message for each person whose quiet hours are over."""
        found = await self._queue.due(self._clock.now())
        if not any(due.held_back for due in found):
            return found
        await gather(self._database, self._workspace, self._still_true, now=self._clock.now())
        return [due for due in await self._queue.due(self._clock.now()) if not due.held_back]

    async def _spacing(self) -> timedelta:
        """How far apart the edits of one card stand: with many live cards each gets its share."""
        return max(self._pace.card, self._pace.live * await self._queue.live_cards())

    async def _wait(self, due: Due, spacing: timedelta, exhausted: dict[str, float]) -> float:
        """Seconds this one has to wait. `exhausted`: methods found without budget in this round."""
        if due.method is None:
            return 0
        if due.card is not None and not due.row.final:
            quiet = due.card.shown_at / 1000 + spacing.total_seconds() - self._clock.now().timestamp()
            if quiet > 0:
                return quiet
        if due.method in exhausted:
            return exhausted[due.method]
        wait = await self._budgets.take(due.method, due.row.to)
        if wait > 0 and due.method == UPDATE:
            exhausted[due.method] = wait
        return wait

    def _start(self, due: Due) -> None:
        task = asyncio.create_task(self._deliver(due))
        self._running[due.position] = task
        task.add_done_callback(lambda task: self._settled(due, task))

    def _settled(self, due: Due, task: asyncio.Task[None]) -> None:
        """After an error nobody foresaw the envelope is free again when its lease runs out."""
        del self._running[due.position]
        self.wake()
        if not task.cancelled() and (error := task.exception()):
            DELIVERIES.labels("failed").inc()
            log.error("delivery failed", envelope=due.row.id, exc_info=error)

    async def _deliver(self, due: Due) -> None:
        if not await self._queue.claim(due, self._clock.now(), lease=self._pace.lease):
            return
        if due.card is None and due.row.kind == EDITS_ONLY:
            await self._through(due, None)
            return
        if due.row.stage == Stage.DELIVERED:
            await self._confirm(due, place_of(due.row), moment(due.row.delivered_at or due.row.created_at))
            return
        at = await self._attempt(due)
        if at is not None:
            await self._through(due, at)

    async def _attempt(self, due: Due) -> Posted | None:
        """Send it, or decide what becomes of it."""
        before = Stage.SENDING if due.unsure else Stage.PENDING
        try:
            async with asyncio.timeout(self._pace.lease.total_seconds() * 0.8):
                return await self._send(due)
        except RateLimited as limited:
            await self._budgets.pause(limited.method, limited.retry_after)
            await self._later(due, before, timedelta(seconds=limited.retry_after), "rate limited", counts=False)
        except (OutcomeUnknown, TimeoutError):
            await self._later(due, Stage.SENDING, max(self._pace.settle, self._backoff(due)), "unknown")
        except MessageGone:
            await self._queue.post_anew(due, self._clock.now())
        except Refused as refused:
            await self._dead(due, refused.code)
        except IntegrationError as error:
            await self._later(due, before, self._backoff(due), error.user_message)
        except Unreadable as error:
            await self._later(due, before, self._backoff(due), str(error), most=self._pace.unreadable)
        return None

    async def _send(self, due: Due) -> Posted:
        envelope = envelope_of(due.row)
        message = self._render(envelope.notice)
        if due.card is not None:
            at = Posted(due.card.channel, due.card.ts)
            await self._chat.update(at, message, outbox_id=envelope.id)
            return at
        channel, thread = await self._place(due, envelope.to)
        if due.unsure:
            found = await self._find(due, channel, thread)
            if found is not None:
                return found
        broadcast = thread is not None and envelope.broadcast
        return await self._chat.post(channel, message, outbox_id=envelope.id, thread=thread, broadcast=broadcast)

    async def _place(self, due: Due, to: str) -> tuple[str, str | None]:
        """A channel, and a thread in it. Where the message is gone that began the thread, the channel itself."""
        if due.thread is not None:
            return due.thread.channel, due.thread.ts
        return await self._chat.channel_of(to), None

    async def _find(self, due: Due, channel: str, thread: str | None) -> Posted | None:
        """What an earlier attempt may have posted. When it did not, posting takes a budget of its own."""
        a_minute_earlier = (due.row.first_tried_at or due.row.created_at) / 1000 - 60
        found = await self._chat.find(channel, due.row.id, oldest=a_minute_earlier, thread=thread)
        if found is None and (wait := await self._budgets.take(POST, due.row.to)) > 0:
            raise RateLimited(POST, wait)
        return found

    async def _through(self, due: Due, at: Posted | None) -> None:
        now = self._clock.now()
        await self._queue.delivered(due, at, now)
        DELIVERIES.labels("delivered" if at is not None else "dead").inc()
        if due.row.confirm is not None:
            await self._confirm(due, at, now)

    async def _confirm(self, due: Due, at: Posted | None, delivered: datetime) -> None:
        now = self._clock.now()
        try:
            await self._on_delivered(StoredEnvelope(due.row.confirm, at, delivered))
        except SignalboxError as error:
            log.warning("delivery not confirmed", envelope=due.row.id, reason=error.user_message)
            await self._queue.later(due, now + self._backoff(due), stage=Stage.DELIVERED, attempts=due.row.attempts + 1)
        else:
            await self._queue.confirmed(due, at, now)

    async def _later(
        self, due: Due, stage: Stage, wait: timedelta, why: str, *, counts: bool = True, most: int | None = None
    ) -> None:
        attempts = due.row.attempts + counts
        if attempts >= (most or self._pace.attempts):
            await self._dead(due, why)
            return
        DELIVERIES.labels("later").inc()
        log.info("delivery put off", envelope=due.row.id, why=why, seconds=wait.total_seconds())
        await self._queue.later(due, self._clock.now() + wait, stage=stage, attempts=attempts)

    async def _dead(self, due: Due, why: str) -> None:
        log.error("notice given up", envelope=due.row.id, to=due.row.to, why=why)
        await self._through(due, None)

    def _backoff(self, due: Due) -> timedelta:
        """Doubling, half of it left to chance (Marc Brooker, "Exponential Backoff And Jitter", AWS, 2015)."""
        wait = min(self._pace.first * 2 ** min(due.row.attempts, 16), self._pace.longest)
        return wait * self._chance.uniform(0.5, 1)

    async def _drain(self) -> None:
        if running := list(self._running.values()):
            _, late = await asyncio.wait(running, timeout=self._pace.drain.total_seconds())
            for task in late:
                task.cancel()
