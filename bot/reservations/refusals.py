"""The ways the ledger says no, with the facts a view needs to offer the next step.

UsageError
├── TooLong             longer than the policy allows
Forbidden
└── NotYours            it belongs to another person and team
    └── HeldByAnother   and is held right now: Ask is the way
Conflict
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
└── OverlapsYours       asks for more of what the same person holds or waits for
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import Conflict, Forbidden, UsageError
from bot.reservations.values import Lease


class TooLong(UsageError):
    """Longer than `limit`. `latest` is the last possible end, for a lease that runs already."""

    def __init__(self, user_message: str, *, limit: timedelta, latest: datetime | None = None) -> None:
        super().__init__(user_message)
        self.limit = limit
        self.latest = latest


class NotYours(Forbidden):
    """`lease` belongs to somebody else and to another team."""

    def __init__(self, user_message: str, lease: Lease) -> None:
        super().__init__(user_message)
        self.lease = lease


class HeldByAnother(NotYours):
    """`lease` is active, and somebody else's."""


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

    `length` and `until` are what an extension asked for.
    """

    def __init__(
        self,
        user_message: str,
        verb: str,
        leases: tuple[Lease, ...],
        *,
        length: timedelta | None = None,
        until: datetime | None = None,
    ) -> None:
        super().__init__(user_message)
        self.verb = verb
        self.leases = leases
        self.length = length
        self.until = until


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
