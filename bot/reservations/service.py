"""What people, pipelines and the clock may do with reservations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import NotFound
from bot.notices.facts import LeaseFacts
from bot.reservations.commands import (
    Accept,
    AcceptAhead,
    AskFor,
    Book,
    Command,
    ConfirmDelivery,
    Extend,
    Freeze,
    Give,
    Heartbeat,
    Hold,
    Later,
    Leave,
    Pass,
    PinLease,
    PlanFreezes,
    Release,
    Reserve,
    SetCondition,
    Take,
    Thaw,
    Undo,
    UnpinLease,
    Which,
)
from bot.reservations.events import Recorded
from bot.reservations.facts import facts
from bot.reservations.ledger import SYSTEM, Ledger, Outcome
from bot.reservations.past import ended_facts
from bot.reservations.places import FreezeWindow, Kind
from bot.reservations.state import State
from bot.reservations.values import NORMAL, AnyOf, Mode, Purpose, Scope, Terms, Wanted, derived_id
from bot.values import Caller

WHOLE_LIFE = 10_000
"""Events. A lease that is renewed every few seconds for a day has fewer."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to have.

    length: from the grant on, or for a booking from `begins` (aware UTC). until: the end, where one was named.
    any_of: what may be chosen from; `scope` is then the first candidate. ttl: it is kept alive by heartbeats.
    rank: 1 incident, 2 hotfix, 3 normal; whether the caller may ask for it was checked before.
    """

    scope: Scope
    mode: Mode
    length: timedelta
    terms: Terms
    until: datetime | None = None
    reason: str = ""
    any_of: AnyOf | None = None
    rank: int = NORMAL
    ttl: timedelta | None = None
    begins: datetime | None = None
    purpose: Purpose | None = None

    def wanted(self, caller: Caller) -> Wanted:
        return Wanted(
            lease_id(caller.request_id),
            caller.person,
            self.scope,
            self.mode,
            self.length,
            storable(self.reason),
            caller.team,
            self.terms,
            self.until,
            rank=self.rank,
            ttl=self.ttl,
            any_of=self.any_of,
            begins=self.begins,
            purpose=self.purpose,
        )


class Reservations:
    """Each method answers when it is committed. It raises what the rules refuse with, Conflict when the caller's
    request id was used for something else, and Unavailable, whose `recorded` says what is true.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def reserve(self, wish: Wish, *, caller: Caller) -> Outcome:
        """Hold it from now on, or wait for it. `lease_id(caller.request_id)` names it, unless it changes a lease that
        the caller has.
        """
        return await self._submit(Reserve(wish.wanted(caller)), "reserve", caller)

    async def book(self, wish: Wish, *, caller: Caller) -> Outcome:
        """Hold it from `wish.begins` on. Raises BookingConflict, which knows when it is free."""
        return await self._submit(Book(wish.wanted(caller)), "book", caller)

    async def take(self, wish: Wish, *, caller: Caller, seen: int | None = None) -> Outcome:
        """Hold it now, whoever holds it: they go to the head of the queue for the time they had left.

        seen: `Loss.seen` of what the caller was shown. Raises SomebodyElseHolds when somebody came to have it later.
        """
        return await self._submit(Take(wish.wanted(caller), seen), "take", caller)

    async def hold(self, wish: Wish, *, caller: Caller) -> Outcome:
        """Keep what one holds there as it is; without a lease there it is a reservation."""
        return await self._submit(Hold(wish.wanted(caller)), "hold", caller)

    async def give(self, which: Which, *, to: str, to_team: str | None, caller: Caller) -> Outcome:
        """Hand what is held to the person `to`, for the time that is left."""
        successor = lease_id(f"{caller.request_id}:to:{to}")
        command = Give(which, caller.person, to, successor, caller.team, to_team)
        return await self._submit(command, _named("give", which), caller)

    async def ask_for(self, scope: Scope, *, caller: Caller) -> Outcome:
        """Tell whoever holds it that the caller would like to have it; each holder once in ten minutes."""
        return await self._submit(AskFor(scope, caller.person), "ask", caller)

    async def undo(self, *, caller: Caller, lease_id: str | None = None) -> Outcome:
        """Take back the last thing that the caller did, within half a minute."""
        return await self._submit(Undo(caller.person, lease_id), f"undo:{lease_id or ''}", caller)

    async def heartbeat(self, lease_id: str, *, caller: Caller) -> Outcome:
        """Whoever holds it, or waits for it, is alive. Raises LeaseGone when it has ended."""
        return await self._submit(Heartbeat(lease_id, caller.person), f"heartbeat:{lease_id}", caller)

    async def pin(self, lease_id: str, *, run: str, until: datetime, caller: Caller) -> Outcome:
        """A run under it is under way: it does not end before the run, nor after `until`."""
        return await self._submit(PinLease(lease_id, run, until), f"pin:{lease_id}:{run}", caller)

    async def unpin(self, lease_id: str, *, run: str, caller: Caller) -> Outcome:
        return await self._submit(UnpinLease(lease_id, run), f"unpin:{lease_id}:{run}", caller)

    async def set_condition(
        self, scope: Scope, kind: Kind | None, *, reason: str, caller: Caller, eta: datetime | None = None
    ) -> Outcome:
        """Say that it is down or degraded, or (None) well again: clocks and offers there stand still meanwhile."""
        command = SetCondition(scope, kind, storable(reason), caller.person, eta)
        return await self._submit(command, "condition", caller)

    async def freeze(self, scope: Scope, *, start: datetime, end: datetime, reason: str, caller: Caller) -> Outcome:
        """From `start` to `end` nobody new gets it exclusively."""
        id = lease_id(f"{caller.request_id}:freeze")
        window = FreezeWindow(id, scope, start, end, storable(reason), caller.person)
        return await self._submit(Freeze(window), "freeze", caller)

    async def thaw(self, scope: Scope, *, caller: Caller, window: str | None = None) -> Outcome:
        """End what is in force there, or else what is announced; with `window`, the id of a freeze, that one alone."""
        return await self._submit(Thaw(scope, caller.person, window), "thaw", caller)

    async def plan_freezes(self, environment: str, windows: tuple[FreezeWindow, ...], *, caller: Caller) -> Outcome:
        """What the catalog says of the coming days takes the place of what it said before."""
        return await self._submit(PlanFreezes(environment, windows), f"freezes:{environment}", caller)

    async def release(self, which: Which, *, caller: Caller, unless_pinned: bool = False) -> Outcome:
        """unless_pinned: what a run keeps stays."""
        command = Release(which, caller.person, caller.team, unless_pinned)
        return await self._submit(command, _named("release", which), caller)

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

    async def put_off(self, lease_id: str, *, caller: Caller, version: int | None = None) -> Outcome:
        """Let others go first, and be asked again in a while."""
        return await self._submit(Later(lease_id, caller.person, caller.team, version), f"later:{lease_id}", caller)

    async def accept_ahead(self, lease_id: str, *, caller: Caller) -> Outcome:
        """Accept the coming offer before it is made."""
        return await self._submit(AcceptAhead(lease_id, caller.person, caller.team), f"ahead:{lease_id}", caller)

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

    async def about(self, lease_id: str, now: datetime) -> LeaseFacts:
        """One lease as it is, or as it was when it ended. Raises NotFound when there was none, Unavailable."""
        state = await self.current()
        if (lease := state.leases.get(lease_id)) is not None:
            return facts(state, lease, now)
        if (told := ended_facts(await self.history(lease_id=lease_id, limit=WHOLE_LIFE))) is not None:
            return told
        raise NotFound(f"There is no reservation {lease_id[:40]}.")

    def cached(self) -> State:
        """The same as last seen by this process: no waiting, perhaps half a second old."""
        return self._ledger.cached()

    async def history(self, *, lease_id: str = "", environment: str = "", limit: int = 200) -> list[Recorded]:
        """The latest events of a lease, or of an environment, oldest first. Raises Unavailable."""
        return await self._ledger.history(lease_id=lease_id, environment=environment, limit=limit)

    async def _submit(self, command: Command, action: str, caller: Caller) -> Outcome:
        """One request of a caller may do several things, each once."""
        request_id = f"{caller.request_id}:{action}"
        return await self._ledger.submit(
            command, request_id=request_id, by=caller.person, origin=caller.origin, tell=caller.tell
        )


def _named(verb: str, which: Which) -> str:
    return f"{verb}:{which}" if isinstance(which, str) else verb


def lease_id(request_id: str) -> str:
    """The name of the lease that a request leads to: the same for each repeat."""
    return derived_id(request_id)


def storable(text: str) -> str:
    """Half a surrogate pair can be typed, but not stored."""
    return text.encode(errors="replace").decode()
