"""The ways the ledger says no, with the facts a view needs to offer the next step.

UsageError
├── TooLong             longer than the policy allows
└── TooFarAhead         further away than bookings go
Forbidden
└── NotYours            it belongs to another person and team
    └── HeldByAnother   and is held right now: Ask is the way
Conflict
├── RequestReused       its request id has stood for something else before
├── NothingMeant        nothing of one's own there to release, extend or leave
├── SeveralMeant        several could be meant: one is to be chosen
├── LeaseGone           it has ended, or never was
├── NotOffered          the offer has lapsed, or was never made
├── NotActive           it still waits, so there is nothing to extend
├── EndsThenAlready     it ends at that very time
├── EndHasMoved         it ends at another time than the button showed
├── OtherOffer          the button was that of an earlier offer
├── StillActive         it is held: released, not left
├── DuplicateLease      a lease with that id lives already
├── AlreadyYours        held by the one who asks: Extend is the way
├── AlreadyWaiting      in the queue, or offered, to the one who asks
├── OverlapsYours       asks for more of what the same person holds or waits for
├── KeptAlive           a pipeline's heartbeats say how long: nobody else extends it
├── BookedThen          somebody has booked it from its end on: it cannot be extended
├── AskedLately         its holder was asked a moment ago
├── HoldsAlready        whoever is to be given it has it already
├── BookingConflict     something else is there at that time
├── FrozenNow           nobody new gets it exclusively for a while
├── NobodyHolds         there is nobody to ask, or to take it from
├── SomebodyElseHolds   it would be taken from somebody who was not named
├── NothingToUndo       nothing was done lately that can be taken back
├── CannotUndo          it was, but somebody else has come since
├── NotUnwell           nothing is said to be down or degraded there
└── NotFrozen           no freeze is in force there
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import Conflict, Forbidden, UsageError
from bot.reservations.places import FreezeWindow
from bot.reservations.values import Lease, Scope, Wanted


class TooLong(UsageError):
    """Longer than `limit`. `latest` is the last possible end, for a lease that runs already."""

    def __init__(self, user_message: str, *, limit: timedelta, latest: datetime | None = None) -> None:
        super().__init__(user_message)
        self.limit = limit
        self.latest = latest


class TooFarAhead(UsageError):
    """Nobody knows what will be so far away."""


class NotYours(Forbidden):
    """`lease` belongs to somebody else and to another team."""

    def __init__(self, user_message: str, lease: Lease) -> None:
        super().__init__(user_message)
        self.lease = lease


class HeldByAnother(NotYours):
    """`lease` is active, and somebody else's."""


class RequestReused(Conflict):
    """The same request id, with other arguments."""


class LeaseGone(Conflict):
    """No such lease lives. Whether it ended or never was, only the history knows."""

    def __init__(self, lease_id: str, user_message: str = "That reservation has already ended.") -> None:
        super().__init__(user_message)
        self.lease_id = lease_id


class NothingMeant(Conflict):
    """Nothing to `verb` (release, extend, leave) there. `holders` are the active leases over what was named."""

    def __init__(self, user_message: str, verb: str, holders: tuple[Lease, ...]) -> None:
        super().__init__(user_message)
        self.verb = verb
        self.holders = holders


class SeveralMeant(Conflict):
    """Any of `leases` could be meant, or one that covers more than was named: chosen is by lease, never guessed.

    `length` and `until` are what an extension asked for, `to` is whom it was to be given to.
    """

    def __init__(
        self,
        user_message: str,
        verb: str,
        leases: tuple[Lease, ...],
        *,
        length: timedelta | None = None,
        until: datetime | None = None,
        to: str = "",
    ) -> None:
        super().__init__(user_message)
        self.verb = verb
        self.leases = leases
        self.length = length
        self.until = until
        self.to = to


class AboutLease(Conflict):
    """The present state of `lease` is in the way."""

    def __init__(self, user_message: str, lease: Lease) -> None:
        super().__init__(user_message)
        self.lease = lease


class NotOffered(AboutLease):
    """It is not on offer (any more): `lease` waits in the queue, or is active."""


class NotActive(AboutLease):
    """Only what is held can be extended: `lease` still waits."""


class EndsThenAlready(AboutLease):
    """`lease` is active and has that end already."""


class EndHasMoved(AboutLease):
    """`lease` is active, and its end is not the one that the button was pressed for."""


class OtherOffer(AboutLease):
    """`lease` is on offer again: the button that was pressed belongs to an earlier offer."""


class StillActive(AboutLease):
    """`lease` is held: it is released, not left."""


class DuplicateLease(AboutLease):
    """Two requests came up with the same lease id."""


class AlreadyYours(AboutLease):
    """`lease`, active, already gives what was asked for."""


class AlreadyWaiting(AboutLease):
    """`lease`, queued or offered, already asks for it."""


class OverlapsYours(AboutLease):
    """`lease` covers part of it, or covers it in a weaker mode."""


class KeptAlive(AboutLease):
    """`lease` lives by its pipeline's heartbeats."""


class BookedThen(AboutLease):
    """`lease` is the booking that begins where the end would be moved past."""


class AskedLately(AboutLease):
    """The holder of `lease` was asked; `again` is when they may be asked next."""

    def __init__(self, user_message: str, lease: Lease, again: datetime) -> None:
        super().__init__(user_message, lease)
        self.again = again


class HoldsAlready(AboutLease):
    """`lease` is held by whoever was to be given it."""


class InTheWay(Protocol):
    """Something that stands in the way from `start` to `end`: a lease or booking, or a freeze."""

    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...
    @property
    def lease(self) -> Lease | None: ...
    @property
    def window(self) -> FreezeWindow | None: ...


class BookingConflict(Conflict):
    """`obstacles` are there then, the earliest first; `free_from` is the next time at which `wanted` would be free."""

    def __init__(
        self, user_message: str, obstacles: Sequence[InTheWay], free_from: datetime | None, wanted: Wanted
    ) -> None:
        super().__init__(user_message)
        self.obstacles = obstacles
        self.free_from = free_from
        self.wanted = wanted


class FrozenNow(Conflict):
    """`window` says why and until when `wanted` cannot be had."""

    def __init__(self, user_message: str, window: FreezeWindow, wanted: Wanted) -> None:
        super().__init__(user_message)
        self.window = window
        self.wanted = wanted


class NobodyHolds(Conflict):
    """There is nobody at `scope` to ask, or to take it from."""

    def __init__(self, user_message: str, scope: Scope) -> None:
        super().__init__(user_message)
        self.scope = scope


class SomebodyElseHolds(Conflict):
    """Taking `wanted` would hit `rivals`, not all of whom were named. seen: the seq at which these are."""

    def __init__(self, user_message: str, wanted: Wanted, rivals: tuple[Lease, ...], seen: int) -> None:
        super().__init__(user_message)
        self.wanted = wanted
        self.rivals = rivals
        self.seen = seen


class NothingToUndo(Conflict):
    """What this person did last cannot be taken back. line: what to type instead, if there is anything."""

    def __init__(self, user_message: str, line: str = "") -> None:
        super().__init__(user_message)
        self.line = line


class CannotUndo(Conflict):
    """It could, but for what has happened since."""


class NotUnwell(Conflict):
    """Nothing is said to be down or degraded there."""


class NotFrozen(Conflict):
    """No freeze is in force there."""
