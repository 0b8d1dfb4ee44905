"""From a wish to be called back, over the log, to a signed request: nothing is lost with a process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy import delete
from sqlmodel import Session, col, select

from bot.callbacks.model import Reach, Turn, signature
from bot.callbacks.tables import CallbackRow
from bot.errors import Conflict, Forbidden, IntegrationError
from bot.ports.callbacks import CallbackSender
from bot.ports.clock import Clock
from bot.runtime import jobs
from bot.runtime.clock import to_ms
from bot.runtime.database import Database
from bot.runtime.jobs import Job

log = structlog.get_logger(__name__)

JOB = "callback.deliver"
GONE = 410
"""An answer that says: never again."""
AT_ONCE = 500
"""Ids in one statement: databases bear no unlimited number of parameters."""

Describe = Callable[[str], Awaitable[bytes | None]]
"""The facts of a lease as JSON, as GET gives them to its own token; None when there is no such lease."""
KeyOf = Callable[[str], Awaitable[str | None]]
"""The key of a token's signatures, by its id; None when it holds no more."""


class AnotherAddress(Conflict):
    """The same reservation, with another address to be called."""


class Callbacks:
    """Of one workspace."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sender: CallbackSender,
        reach: Reach,
        *,
        workspace: str,
        describe: Describe,
        key_of: KeyOf,
    ) -> None:
        self._database, self._clock, self._sender, self._reach = database, clock, sender, reach
        self._workspace, self._describe, self._key_of = workspace, describe, key_of

    async def promise(self, lease_id: str, url: str, token_id: str) -> bool:
        """Write down, before the reservation is made, that `url` is to hear of it. False when that was written before:
        repeating is harmless.

        Raises UsageError when it may not be called, AnotherAddress, Unavailable.
        """
        self._reach.check(url)
        now = to_ms(self._clock.now())
        row = CallbackRow(workspace=self._workspace, lease_id=lease_id, url=url, token_id=token_id, created_at=now)
        return await self._database.transact(lambda session: _written(session, row))

    async def withdraw(self, lease_id: str) -> None:
        """Forget what was written for a reservation that was refused. Raises Unavailable."""
        await self._database.transact(lambda session: self._forget(session, [lease_id]))

    def note(self, session: Session, turns: Sequence[Turn], now: datetime) -> None:
        """In the transaction that commits the events: a job for each turn that somebody wants to hear of."""
        if not turns:
            return
        wanted = select(col(CallbackRow.lease_id)).where(
            col(CallbackRow.workspace) == self._workspace,
            col(CallbackRow.lease_id).in_({turn.lease_id for turn in turns}),
        )
        known = set(session.exec(wanted).all())
        due = [_job(turn) for turn in turns if turn.lease_id in known]
        jobs.put(session, self._workspace, due, now=now)

    async def deliver(self, arguments: Mapping[str, str]) -> None:
        """A job's task. Raises IntegrationError when it is to be tried again; nobody hears twice of the same by fault
        of ours, though a repeat is possible, so each delivery has an id.
        """
        lease_id = arguments["lease"]
        async with self._database.read() as session:
            row = await session.get(CallbackRow, (self._workspace, lease_id))
        key, body = (await self._key_of(row.token_id), await self._describe(lease_id)) if row else (None, None)
        if row is None or key is None or body is None:
            log.info("a callback is not sent: its token or its reservation is gone", lease=lease_id)
            return
        at = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Signalbox",
            "X-Signalbox-Event": f"reservation.{arguments['event']}",
            "X-Signalbox-Delivery": arguments["delivery"],
            "X-Signalbox-Signature": signature(key, at, body),
        }
        await self._send(row.url, body, headers, lease_id)

    def prune(self, session: Session, before: datetime, living: Collection[str]) -> None:
        """Forget wishes of before that moment, but for reservations that live: a queue, or a booking, may be long."""
        old = select(col(CallbackRow.lease_id)).where(
            col(CallbackRow.workspace) == self._workspace, col(CallbackRow.created_at) < to_ms(before)
        )
        self._forget(session, [id for id in session.exec(old) if id not in living])

    def _forget(self, session: Session, lease_ids: Sequence[str]) -> None:
        for first in range(0, len(lease_ids), AT_ONCE):
            gone = col(CallbackRow.lease_id).in_(lease_ids[first : first + AT_ONCE])
            session.exec(delete(CallbackRow).where(col(CallbackRow.workspace) == self._workspace, gone))

    async def _send(self, url: str, body: bytes, headers: Mapping[str, str], lease_id: str) -> None:
        try:
            status = await self._sender.post(url, body, headers)
        except Forbidden as refused:
            log.warning("a callback is not sent", lease=lease_id, reason=refused.user_message)
            return
        if not 200 <= status < 300 and status != GONE:  # noqa: PLR2004 - HTTP
            raise IntegrationError(
                f"The callback of {lease_id} was answered with {status}.", vendor="callback", status=status
            )


def _written(session: Session, row: CallbackRow) -> bool:
    """The first address stays: one that comes later, and is refused, must not be called for it."""
    there = session.get(CallbackRow, (row.workspace, row.lease_id))
    if there is None:
        session.add(row)
    elif there.url != row.url:
        raise AnotherAddress("This request was made before, with another callback_url. Nothing was changed.")
    return there is None


def _job(turn: Turn) -> Job:
    return Job(turn.job_id, JOB, {"lease": turn.lease_id, "event": turn.event, "delivery": turn.job_id})
