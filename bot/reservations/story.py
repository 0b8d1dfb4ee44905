"""The audit log for readers: each event as who did what to which lease or place, why, and from where. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.reservations import events as happened
from bot.reservations.events import Event, OfPlace, Opening, Recorded, Why, lease_id_of, place_of
from bot.reservations.places import FreezeWindow
from bot.reservations.values import Scope, Token, Wanted

TOLD_ELSEWHERE = (
    happened.OfferDelivered,
    happened.ClaimWindowStarted,
    happened.LeaseReminded,
    happened.LeaseRenewed,
    happened.WaiterBack,
    happened.TurnNear,
    happened.FreezesPlanned,
    happened.ClockPaused,
    happened.ClockResumed,
)
"""Needed to keep time, of no interest to a reader."""

WAYS_OUT = {
    Why.LEFT: "left the queue",
    Why.PASSED: "passed the offer on",
    Why.SILENT: "did not answer twice",
    Why.NO_SHOW: "did not come for the booking",
    Why.SERVED: "need not wait any more",
    Why.TAKEN: "lost what was to be more of it to a take",
}
WAYS_BACK = {
    Why.PASSED: "passed the offer on",
    Why.SILENT: "did not answer",
    Why.LATER: "put the offer off",
    Why.AWAY: "was away",
    Why.TAKEN: "lost the offer to a take",
}
DEEDS: dict[type[Event], str] = {
    happened.BookingDue: "is first in line for the booking",
    happened.LeaseOffered: "was offered",
    happened.LeaseStarted: "got",
    happened.OfferAccepted: "accepted",
    happened.OfferDeferred: "was away when the turn came",
    happened.AcceptedAhead: "accepted in advance",
    happened.LeaseExtended: "extended",
    happened.LeaseReplaced: "exchanged",
    happened.LeaseHeld: "keeps as it is",
    happened.LeaseUnheld: "took back to keep as it is",
    happened.LeasePinned: "began a run on",
    happened.LeaseUnpinned: "finished a run on",
    happened.LeaseOverran: "keeps for a suite",
    happened.HolderAsked: "asked for",
    happened.LeaseReleased: "released",
    happened.LeaseTaken: "took",
    happened.LeaseReopened: "took back the release of",
    happened.LeaseExpired: "ran out of time on",
    happened.EnvironmentFrozen: "froze",
    happened.FreezeBegan: "freeze began on",
    happened.FreezeEnded: "freeze ended on",
    happened.FreezeLifted: "thawed",
}
CHOOSES = happened.LeaseGranted | happened.LeaseOffered | happened.LeaseStarted | happened.LeaseChanged
WHILE_WAITING = happened.LeaseQueued | happened.LeaseBooked | happened.OfferReturned | happened.LeaseCancelled
"""Of an any-of, these are about all that it may come to."""
BY_ITSELF = (
    happened.BookingDue,
    happened.LeaseCancelled,
    happened.LeaseExpired,
    happened.LeaseOffered,
    happened.LeaseOverran,
    happened.LeaseStarted,
    happened.OfferDeferred,
    happened.OfferReturned,
)
"""Told of the lease's person, whoever's command it followed from."""


@dataclass(frozen=True, slots=True)
class Line:
    """`what` is ours; `scope` and `reason` are as typed. until: the end that the event gave the lease.
    begins: of what is planned for later.

    origin: `slack:<channel>`, `api`, or "". token: the fencing token that the event gave, or "".
    """

    at: datetime
    who: str
    what: str
    scope: str
    reason: str = ""
    begins: datetime | None = None
    until: datetime | None = None
    origin: str = ""
    request_id: str = ""
    token: str = ""


def story(recorded: Sequence[Recorded]) -> tuple[Line, ...]:
    """The latest first. A lease whose beginning is not among `recorded` is called by its id."""
    known = _Known(recorded)
    told = (each for each in reversed(recorded) if not isinstance(each.event, TOLD_ELSEWHERE))
    return tuple(_line(each, known) for each in told)


class _Known:
    """What `recorded` says of leases and freezes when they began, and which of several a lease has got at last."""

    def __init__(self, recorded: Sequence[Recorded]) -> None:
        events = [each.event for each in recorded]
        self.wanted: Mapping[str, Wanted] = {x.wanted.id: x.wanted for x in events if isinstance(x, Opening)}
        self.chosen: Mapping[str, Scope] = {x: at for x, at in map(_chosen, events) if at}
        set_by_hand = [x.window for x in events if isinstance(x, happened.EnvironmentFrozen)]
        planned = [window for x in events if isinstance(x, happened.FreezesPlanned) for window in x.windows]
        self.freezes: Mapping[str, FreezeWindow] = {window.id: window for window in (*planned, *set_by_hand)}


def _chosen(event: Event) -> tuple[str, Scope | None]:
    return lease_id_of(event), event.scope if isinstance(event, CHOOSES) else None


def _line(recorded: Recorded, known: _Known) -> Line:
    event = recorded.event
    wanted = known.wanted.get(lease_id_of(event))
    by_itself = isinstance(event, BY_ITSELF)
    return Line(
        recorded.at,
        who=wanted.person if wanted and by_itself else recorded.by,
        what=_what(event),
        scope=_scope(event, wanted, known),
        reason=_reason(event, known),
        begins=_begins(event, recorded.at),
        until=_until(recorded, wanted),
        origin=recorded.origin,
        request_id=recorded.request_id,
        token=str(Token(recorded.epoch, recorded.seq)) if isinstance(event, GRANTS) else "",
    )


BEGAN = (happened.LeaseGranted, happened.LeaseStarted, happened.OfferAccepted)
GRANTS = (
    *BEGAN,
    happened.LeaseChanged,
    happened.LeaseReopened,
)


def _what(event: Event) -> str:  # noqa: PLR0911 - one return an event is the shape of this table
    match event:
        case happened.LeaseGranted(wanted=wanted):
            return f"reserved {wanted.mode}"
        case happened.LeaseQueued(wanted=wanted):
            return f"queued for {wanted.mode}"
        case happened.LeaseBooked(wanted=wanted):
            return f"booked {wanted.mode}"
        case happened.LeaseChanged(mode=mode):
            return f"changed to {mode}"
        case happened.LeaseGiven(to=to):
            return f"gave to <@{to}>"
        case happened.OfferReturned(why=why):
            return WAYS_BACK[why]
        case happened.LeaseCancelled(why=why):
            return WAYS_OUT[why]
        case _:
            return _of_condition(event)


def _of_condition(event: Event) -> str:
    match event:
        case happened.ConditionSet(condition=condition):
            return f"said it is {condition.kind}:"
        case happened.ConditionCleared():
            return "said it is well again:"
        case _:
            return DEEDS[type(event)]


def _scope(event: Event, wanted: Wanted | None, known: _Known) -> str:
    if isinstance(event, OfPlace):
        return _place(event, known)
    if isinstance(event, happened.LeaseChanged):
        return str(event.scope)
    given = getattr(event, "scope", None)
    if wanted is None:
        return str(given or lease_id_of(event))
    chosen = None if isinstance(event, WHILE_WAITING) else known.chosen.get(wanted.id)
    return str(given or chosen or wanted.any_of or wanted.scope)


def _place(event: OfPlace, known: _Known) -> str:
    match event:
        case happened.ConditionSet(condition=condition):
            return str(condition.scope)
        case happened.ConditionCleared(scope=scope):
            return str(scope)
        case happened.EnvironmentFrozen(window=window):
            return str(window.scope)
        case (
            happened.FreezeBegan(window_id=id)
            | happened.FreezeEnded(window_id=id)
            | happened.FreezeLifted(window_id=id)
        ):
            return str(known.freezes[id].scope) if id in known.freezes else place_of(event)
        case _:
            return place_of(event)


def _reason(event: Event, known: _Known) -> str:  # noqa: PLR0911 - one return an event is the shape of this table
    match event:
        case (
            happened.LeaseGranted(wanted=wanted)
            | happened.LeaseQueued(wanted=wanted)
            | happened.LeaseBooked(wanted=wanted)
        ):
            return wanted.reason
        case happened.LeaseTaken(reason=reason) | happened.LeaseHeld(reason=reason):
            return reason
        case happened.ConditionSet(condition=condition):
            return condition.reason
        case happened.ConditionCleared(note=note):
            return note
        case happened.EnvironmentFrozen(window=window):
            return window.reason
        case happened.FreezeBegan(window_id=id) if id in known.freezes:
            return known.freezes[id].reason
        case _:
            return ""


def _until(recorded: Recorded, wanted: Wanted | None) -> datetime | None:
    """Of what heartbeats keep alive, as long as they can keep it."""
    event = recorded.event
    if wanted and wanted.ttl and isinstance(event, BEGAN):
        return recorded.at + wanted.length
    match event:
        case happened.EnvironmentFrozen(window=window):
            return window.end
        case happened.ConditionSet(condition=condition):
            return condition.eta
        case happened.LeaseBooked(wanted=wanted):
            return wanted.ends(wanted.begins) if wanted.begins else None
        case _:
            return getattr(event, "ends", None)


def _begins(event: Event, at: datetime) -> datetime | None:
    match event:
        case happened.LeaseBooked(wanted=wanted):
            return wanted.begins
        case happened.EnvironmentFrozen(window=window) if window.start > at:
            return window.start
        case _:
            return None
