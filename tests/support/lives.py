"""Whether the log alone tells lawful lives of leases: said a second time, without the program's own folding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.reservations import events as happened
from bot.reservations.events import OfPlace, Opening, Recorded, lease_id_of
from bot.reservations.values import Mode, Scope, Wanted

ENDS = (
    happened.LeaseReleased,
    happened.LeaseExpired,
    happened.LeaseCancelled,
    happened.LeaseReplaced,
    happened.LeaseTaken,
    happened.LeaseGiven,
)
BOOKED, QUEUED, OFFERED, ACTIVE = (frozenset({status}) for status in ("booked", "queued", "offered", "active"))

BEFORE: Mapping[type, frozenset[str]] = {
    happened.LeaseOffered: QUEUED,
    happened.LeaseStarted: QUEUED,
    happened.OfferDeferred: QUEUED,
    happened.WaiterBack: QUEUED,
    happened.TurnNear: QUEUED,
    happened.AcceptedAhead: QUEUED,
    happened.OfferDelivered: OFFERED,
    happened.ClaimWindowStarted: OFFERED,
    happened.OfferAccepted: OFFERED,
    happened.OfferReturned: OFFERED,
    happened.BookingDue: BOOKED,
    happened.ClockPaused: OFFERED | ACTIVE,
    happened.ClockResumed: OFFERED | ACTIVE,
    happened.LeaseExtended: ACTIVE,
    happened.LeaseHeld: ACTIVE,
    happened.LeaseUnheld: ACTIVE,
    happened.LeaseRenewed: ACTIVE,
    happened.LeasePinned: ACTIVE,
    happened.LeaseUnpinned: ACTIVE,
    happened.LeaseOverran: ACTIVE,
    happened.LeaseTaken: ACTIVE,
    happened.LeaseGiven: ACTIVE,
    happened.HolderAsked: ACTIVE,
    happened.LeaseChanged: ACTIVE,
    happened.LeaseReplaced: ACTIVE,
    happened.LeaseReminded: ACTIVE,
    happened.LeaseReleased: ACTIVE,
    happened.LeaseExpired: ACTIVE,
    happened.LeaseCancelled: BOOKED | QUEUED | OFFERED,
}
AFTER: Mapping[type, str] = {
    happened.BookingDue: "queued",
    happened.LeaseOffered: "offered",
    happened.LeaseStarted: "active",
    happened.OfferAccepted: "active",
    happened.OfferReturned: "queued",
}


@dataclass(slots=True)
class Life:
    """A lease as the log alone tells it. changes: the lease of the same person that it is to take the place of."""

    id: str
    person: str
    scope: Scope
    shared: bool
    status: str
    changes: str | None


def unlawful(log: Sequence[Recorded]) -> Iterator[str]:
    """No lease twice, none moves as it cannot, none is held or offered beside one that it excludes, no waiter twice."""
    lives: dict[str, Life] = {}
    known: set[str] = set()
    for recorded in log:
        event, id = recorded.event, lease_id_of(recorded.event)
        if isinstance(event, OfPlace):
            continue
        if isinstance(event, Opening):
            if id in known:
                yield f"seq {recorded.seq}: {id} enters for the second time"
            known.add(id)
            lives[id] = _born(event)
        elif isinstance(event, happened.LeaseReopened) and id in known and id not in lives:
            lives[id] = _life(event.was.wanted, event.was.status)
        elif id not in lives or lives[id].status not in BEFORE[type(event)]:
            was = lives[id].status if id in lives else "gone"
            yield f"seq {recorded.seq}: {type(event).__name__} of {id}, which is {was}"
            continue
        if isinstance(event, happened.LeaseChanged):
            lives[id].scope, lives[id].shared = event.scope, event.mode is Mode.SHARED
        lives[id].status = AFTER.get(type(event), lives[id].status)
        yield from (f"seq {recorded.seq}: {clash}" for clash in _clashes(lives[id], lives.values()))
        if isinstance(event, ENDS):
            del lives[id]


def _born(event: Opening) -> Life:
    kinds = {happened.LeaseGranted: "active", happened.LeaseQueued: "queued", happened.LeaseBooked: "booked"}
    return _life(event.wanted, kinds[type(event)])


def _life(wanted: Wanted, status: str) -> Life:
    return Life(wanted.id, wanted.person, wanted.scope, wanted.mode is Mode.SHARED, status, wanted.changes)


def _clashes(one: Life, lives: Iterable[Life]) -> Iterator[str]:
    for other in lives:
        own_change = one.id == other.changes or other.id == one.changes
        if other.id == one.id or own_change or not _overlap(one.scope, other.scope):
            continue
        if "booked" in (one.status, other.status):
            continue
        if "queued" not in (one.status, other.status) and not (one.shared and other.shared):
            yield f"{one.id} and {other.id} both hold {one.scope} / {other.scope}"
        if one.person == other.person:
            yield f"{one.person} has {one.id} and {other.id} at once for {one.scope} / {other.scope}"


def _overlap(one: Scope, other: Scope) -> bool:
    whole = not one.services or not other.services
    return one.environment == other.environment and (whole or bool(one.services & other.services))
