"""What each event makes of the state, and a draft in which rules build upon the events they have just decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.reservations.events import (
    AcceptedAhead,
    BookingDue,
    Change,
    ClaimWindowStarted,
    ClockPaused,
    ClockResumed,
    ConditionCleared,
    ConditionSet,
    Ending,
    EnvironmentFrozen,
    Event,
    FreezeBegan,
    FreezeEnded,
    FreezeLifted,
    FreezesPlanned,
    HolderAsked,
    LeaseBooked,
    LeaseChanged,
    LeaseExtended,
    LeaseGranted,
    LeaseHeld,
    LeaseOffered,
    LeaseOverran,
    LeasePinned,
    LeaseReminded,
    LeaseRenewed,
    LeaseReopened,
    LeaseStarted,
    LeaseUnheld,
    LeaseUnpinned,
    OfferAccepted,
    OfferDeferred,
    OfferDelivered,
    OfferReturned,
    OfPlace,
    Opening,
    Recorded,
    TurnNear,
    WaiterBack,
    Why,
)
from bot.reservations.remembering import remembering
from bot.reservations.state import State
from bot.reservations.values import FIRST, NORMAL, Lease, Pin, Ring, Status, Token, Wanted

TO_THE_TAIL = frozenset({Why.PASSED, Why.SILENT})


def evolve(state: State, recorded: Recorded) -> State:
    """The state after `recorded`. Ended leases are dropped from it."""
    at = recorded.at if state.at is None else max(state.at, recorded.at)
    before, state = state, state.at_event(recorded.seq, at)
    event = recorded.event
    if isinstance(event, OfPlace):
        return remembering(_of_place(state, event), before, recorded)
    if isinstance(event, Ending):
        return remembering(state.lacking(event.lease_id), before, recorded)
    return remembering(state.having(_living(state, event, recorded, at)), before, recorded)


def _living(state: State, event: Opening | LeaseReopened | Change, recorded: Recorded, at: datetime) -> Lease:
    if isinstance(event, Opening):
        return _opened(event, recorded, at)
    if isinstance(event, LeaseReopened):
        return _reopened(event, recorded)
    return _changed(state.leases[event.lease_id], event, recorded, at)


def _of_place(state: State, event: OfPlace) -> State:  # noqa: PLR0911 - one case an event
    match event:
        case ConditionSet(condition):
            return state.with_condition(condition)
        case ConditionCleared(scope):
            return state.without_condition(scope)
        case EnvironmentFrozen(window):
            return state.with_freezes([window])
        case FreezesPlanned(environment, windows):
            planned = [window.id for window in state.freezes_of(environment) if window.planned]
            return state.with_freezes(windows, without=planned)
        case FreezeBegan(window_id=id):
            return state.with_freezes([replace(state.freezes[id], began=True)])
        case FreezeLifted(window_id=id):
            return state.with_freezes([replace(state.freezes[id], lifted=True)])
        case FreezeEnded(window_id=id):
            return state.with_freezes([], without=[id])


def _opened(event: Opening, recorded: Recorded, at: datetime) -> Lease:
    wanted = event.wanted
    status = Status.BOOKED if isinstance(event, LeaseBooked) else Status.QUEUED
    lease = Lease(wanted, status, recorded.seq, asked=at, since=at, rank=wanted.rank)
    if not isinstance(event, LeaseGranted):
        return lease
    return _active(replace(lease, chosen=event.scope), event.ends, recorded, at)


def _reopened(event: LeaseReopened, recorded: Recorded) -> Lease:
    was = replace(event.was, version=event.was.version + 1)
    return replace(was, token=Token(recorded.epoch, recorded.seq), reached=recorded.seq) if was.token else was


def _changed(lease: Lease, event: Change, recorded: Recorded, at: datetime) -> Lease:  # noqa: PLR0911 - one case an event
    changed = replace(lease, version=lease.version + 1)
    match event:
        case BookingDue():
            return replace(changed, status=Status.QUEUED, since=at, rank=FIRST, ticket=recorded.seq)
        case OfferAccepted(ends=ends):
            return _active(changed, ends, recorded, at)
        case LeaseStarted(ends=ends, scope=scope):
            return _active(replace(changed, chosen=scope), ends, recorded, at)
        case LeaseExtended(ends=ends) | LeaseRenewed(ends=ends):
            longer = isinstance(event, LeaseExtended) and lease.wanted.ttl is not None
            return _longer(changed, ends, at) if longer else _ending(changed, ends, at)
        case LeaseHeld() | LeaseUnheld():
            return _as_it_is(changed, event, at)
        case LeaseChanged(scope=scope, mode=mode, ends=ends):
            wanted = replace(changed.wanted, scope=scope, mode=mode)
            token = Token(recorded.epoch, recorded.seq)
            return _ending(replace(changed, wanted=wanted, token=token), ends, at)
        case ClockPaused():
            return replace(changed, paused=at)
        case ClockResumed(ends=ends, claim_by=claim_by):
            stood = lease.paused_for + lease.stood(at)
            return replace(changed, paused=None, paused_for=stood, ends=ends, claim_by=claim_by)
        case LeasePinned() | LeaseUnpinned() | LeaseOverran() | LeaseReminded() | HolderAsked():
            return _while_held(changed, event, at)
        case _:
            return _while_waiting(changed, event, recorded.seq, at)


def _as_it_is(lease: Lease, event: LeaseHeld | LeaseUnheld, at: datetime) -> Lease:
    """Kept so, or not any more; with the end it had, where the event does not move that."""
    if isinstance(event, LeaseUnheld):
        held, reason = event.held, event.reason
    else:
        held, reason = True, event.reason or lease.wanted.reason
    kept = replace(lease, held=held, wanted=replace(lease.wanted, reason=reason))
    return kept if event.ends == lease.ends else _ending(kept, event.ends, at)


def _while_held(
    lease: Lease, event: LeasePinned | LeaseUnpinned | LeaseOverran | LeaseReminded | HolderAsked, at: datetime
) -> Lease:
    match event:
        case LeasePinned(run=run, until=until):
            return replace(lease, pins=(*_other_pins(lease, run), Pin(run, until)))
        case LeaseUnpinned(run=run):
            return replace(lease, pins=_other_pins(lease, run))
        case LeaseOverran():
            return replace(lease, overran=True)
        case LeaseReminded(alone=alone, rings=rings):
            rang = Ring(at, lease.moved, alone) if rings else lease.rang
            return replace(lease, reminded=True, rang=rang)
        case HolderAsked():
            return replace(lease, asked_for=at)


Waiting = (
    LeaseOffered
    | OfferDelivered
    | ClaimWindowStarted
    | OfferReturned
    | OfferDeferred
    | WaiterBack
    | TurnNear
    | AcceptedAhead
)


def _while_waiting(lease: Lease, event: Waiting, seq: int, at: datetime) -> Lease:  # noqa: PLR0911 - one case an event
    match event:
        case LeaseOffered(claim_by=claim_by, scope=scope):
            offered = replace(lease, status=Status.OFFERED, since=at, claim_by=claim_by, chosen=scope)
            return replace(offered, offer=lease.version, warned=True, reached=seq)
        case OfferDelivered(claim_by=claim_by):
            return replace(lease, claim_by=claim_by, delivered=True)
        case ClaimWindowStarted(claim_by=claim_by):
            return replace(lease, claim_by=claim_by, pressed=lease.version if lease.delivered else None)
        case OfferReturned(why=why, again=again):
            return _returned(lease, why, again, seq, at)
        case OfferDeferred(again=again):
            return replace(lease, again=again)
        case WaiterBack():
            return replace(lease, again=None)
        case TurnNear():
            return replace(lease, warned=True)
        case AcceptedAhead():
            return replace(lease, ready=True)


def _returned(lease: Lease, why: Why, again: datetime | None, seq: int, at: datetime) -> Lease:
    """Who lets an offer go gives up a better rank too: with it the tail would be the head."""
    back = replace(_without_offer(lease), status=Status.QUEUED, since=at, chosen=None, again=again, paused=None)
    if why not in TO_THE_TAIL:
        return back
    return replace(back, ticket=seq, rank=NORMAL, misses=lease.misses + (why is Why.SILENT), warned=False)


def _active(lease: Lease, ends: datetime, recorded: Recorded, at: datetime) -> Lease:
    return replace(
        _without_offer(lease),
        status=Status.ACTIVE,
        since=at,
        started=at,
        ends=ends,
        moved=lease.version,
        token=Token(recorded.epoch, recorded.seq),
        reached=recorded.seq,
        reminded=_too_late_to_remind(lease.wanted, ends, at),
        again=None,
        ready=False,
        paused=at if lease.paused else None,
        paused_for=timedelta(0),
    )


def _longer(lease: Lease, ends: datetime, at: datetime) -> Lease:
    """What heartbeats keep alive may live longer; when it ends is still theirs to say."""
    length = ends - (lease.started or at) - lease.paused_for
    return replace(lease, wanted=replace(lease.wanted, length=length))


def _ending(lease: Lease, ends: datetime, at: datetime) -> Lease:
    """With another end; `lease` has its new version already."""
    reminded = _too_late_to_remind(lease.wanted, ends, at)
    return replace(lease, ends=ends, reminded=reminded, moved=lease.version, overran=False)


def _other_pins(lease: Lease, run: str) -> tuple[Pin, ...]:
    return tuple(pin for pin in lease.pins if pin.run != run)


def _without_offer(lease: Lease) -> Lease:
    return replace(lease, claim_by=None, offer=None, delivered=False, pressed=None)


def _too_late_to_remind(wanted: Wanted, ends: datetime, at: datetime) -> bool:
    """A reminder due at the very grant or extension would say what was just said: it counts as given. A lease that is
    kept alive by heartbeats is never reminded.
    """
    return wanted.ttl is not None or ends - wanted.terms.remind_before <= at


class Draft:
    """The events decided so far, and the state they lead to."""

    def __init__(self, state: State, now: datetime, by: str = "") -> None:
        self.events: list[Event] = []
        self.now = now if state.at is None else max(state.at, now)
        self._state, self._by = state, by
        self._folded = 0

    @property
    def state(self) -> State:
        """The state after all events so far. Tokens are not final: only the ledger knows the epoch."""
        while self._folded < len(self.events):
            event = self.events[self._folded]
            self._state = evolve(self._state, Recorded(0, self._state.seq + 1, self.now, event, "", self._by))
            self._folded += 1
        return self._state

    def record(self, event: Event) -> None:
        self.events.append(event)

    def within(self, environment: str) -> Collection[Lease]:
        return self.state.within(environment)
