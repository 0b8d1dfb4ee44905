"""What people, pipelines and the clock may do with reservations."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta

from bot.reservations.commands import Accept, Command, ConfirmDelivery, Extend, Leave, Pass, Release, Reserve, Which
from bot.reservations.events import Recorded
from bot.reservations.ledger import SYSTEM, Ledger, Outcome
from bot.reservations.values import Mode, Scope, State, Terms, Wanted
from bot.values import Caller


class Reservations:
    """Each method answers when it is committed. It raises what the rules refuse with, Conflict when the caller's
    request id was used for something else, and Unavailable, whose `recorded` says what is true.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def reserve(
        self,
        scope: Scope,
        *,
        mode: Mode,
        length: timedelta,
        terms: Terms,
        caller: Caller,
        until: datetime | None = None,
        reason: str = "",
    ) -> Outcome:
        """Hold `scope` for `length` from now, or until then, or wait for it. `lease_id(caller.request_id)` names it."""
        id = lease_id(caller.request_id)
        reason = reason.encode(errors="replace").decode()  # half a surrogate pair can be typed, but not stored
        wanted = Wanted(id, caller.person, scope, mode, length, reason, caller.team, terms, until)
        return await self._submit(Reserve(wanted), "reserve", caller)

    async def release(self, which: Which, *, caller: Caller) -> Outcome:
        return await self._submit(Release(which, caller.person, caller.team), _named("release", which), caller)

    async def extend(
        self,
        which: Which,
        *,
        caller: Caller,
        length: timedelta | None = None,
        until: datetime | None = None,
        version: int | None = None,
    ) -> Outcome:
        """Move the end by `length`, or to `until`; by the lease's default when neither is given.

        version: of the lease that a button showed, here and below; an end or an offer that came later is not meant.
        """
        command = Extend(which, caller.person, length, until, caller.team, version)
        return await self._submit(command, _named("extend", which), caller)

    async def accept(self, lease_id: str, *, caller: Caller, version: int | None = None) -> Outcome:
        return await self._submit(Accept(lease_id, caller.person, caller.team, version), f"accept:{lease_id}", caller)

    async def decline(self, lease_id: str, *, caller: Caller, version: int | None = None) -> Outcome:
        """Pass the offer on, and go to the tail."""
        return await self._submit(Pass(lease_id, caller.person, caller.team, version), f"decline:{lease_id}", caller)

    async def leave(self, which: Which, *, caller: Caller) -> Outcome:
        """Give up a place in the queue, or an offer."""
        return await self._submit(Leave(which, caller.person, caller.team), _named("leave", which), caller)

    async def confirm_delivery(self, lease_id: str, version: int) -> Outcome:
        """The notice of the offer `version` has reached its person: the claim window starts."""
        request_id = f"delivered:{lease_id}:{version}"
        return await self._ledger.submit(ConfirmDelivery(lease_id, version), request_id=request_id, by=SYSTEM)

    async def current(self) -> State:
        """Who holds what and who waits, as every replica has committed it until now. Raises Unavailable."""
        return await self._ledger.current()

    def cached(self) -> State:
        """The same as last seen by this process: no waiting, perhaps half a second old."""
        return self._ledger.cached()

    async def history(self, *, lease_id: str = "", environment: str = "", limit: int = 200) -> list[Recorded]:
        """The latest events of a lease, or of an environment, oldest first. Raises Unavailable."""
        return await self._ledger.history(lease_id=lease_id, environment=environment, limit=limit)

    async def _submit(self, command: Command, action: str, caller: Caller) -> Outcome:
        """One request of a caller may do several things, each once."""
        request_id = f"{caller.request_id}:{action}"
        return await self._ledger.submit(command, request_id=request_id, by=caller.person, tell=caller.tell)


def _named(verb: str, which: Which) -> str:
    return f"{verb}:{which}" if isinstance(which, str) else verb


def lease_id(request_id: str) -> str:
    """The name of the lease that a request leads to: the same for each repeat. `L` and 8 characters of base32."""
    digest = hashlib.sha256(request_id.encode()).digest()
    return "L" + base64.b32encode(digest)[:8].decode()
