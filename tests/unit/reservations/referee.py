"""What must hold, whatever people do: said a second time, the slow and plain way, without the code under test."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from bot.reservations import commands as ask
from bot.reservations import events as happened
from bot.reservations.events import Event, Why
from bot.reservations.state import State
from bot.reservations.values import Lease, Scope
from tests.unit.reservations import plain_line
from tests.unit.reservations.plain_line import in_conflict, overlap, places, promised_end

INSTANT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
Granted = happened.LeaseGranted | happened.LeaseStarted | happened.OfferAccepted
HANDED_ON = (ask.Take, ask.Give)
"""These pass the queue on purpose."""


def rivals(state: State, lease: Lease) -> list[Lease]:
    """Who would profit if it went away: asked again only later, somebody does not."""
    waiting = [x for x in state.leases.values() if x.id != lease.id and x.status == "queued" and x.again is None]
    return [other for other in waiting if in_conflict(other, lease)]


def check_event(before: State, event: Event, after: State, command: ask.Command, now: datetime) -> None:
    """`now` is the time of the decision."""
    lease_id = happened.lease_id_of(event)
    if not lease_id:
        return
    if isinstance(event, happened.Opening):
        assert lease_id not in before.leases, "an id twice"
        _check_newcomer(before, event, after.leases[lease_id], command, now)
        return
    if isinstance(event, happened.LeaseReopened):
        _check_reopened(before, event, after.leases[lease_id], now)
        return
    was = before.leases[lease_id]
    _check_turn(before, event, was, now)
    _check_offer(before, event, was, now)
    _check_held(event, was, now)
    _check_end(event, was, after, now)
    if (lease := after.leases.get(lease_id)) and lease.token != was.token:
        _check_token(before, lease)
    if isinstance(event, happened.OfferReturned):
        _check_place(before, event, was, after.leases[lease_id])


def _check_newcomer(before: State, event: happened.Opening, lease: Lease, command: ask.Command, now: datetime) -> None:
    if isinstance(command, HANDED_ON):
        return
    turns = plain_line.turns(before, now, _as_waiter(lease))
    match event:
        case happened.LeaseGranted():
            assert lease.id in turns, "barged in"
            _check_grant(before, event, lease, lease.scope, now)
            _check_token(before, lease)
        case happened.LeaseQueued():
            assert lease.id not in turns, "queued for nothing"
        case _:
            _check_booked(before, lease, now)


def _as_waiter(lease: Lease) -> Lease:
    """As it stood in line a moment before."""
    return Lease(lease.wanted, type(lease.status)("queued"), lease.ticket, lease.asked, lease.asked, lease.rank)


def _check_booked(before: State, lease: Lease, now: datetime) -> None:
    begins = lease.wanted.begins
    assert begins
    ends = begins + lease.wanted.length
    assert begins > now
    for other in before.leases.values():
        if other.status == "booked" and other.wanted.begins and in_conflict(other, lease):
            assert ends <= other.wanted.begins or other.wanted.begins + other.wanted.length <= begins, "booked twice"
        if other.status == "active" and other.ends and in_conflict(other, lease):
            assert other.ends <= begins, "booked over a holder"
    for window in before.freezes.values():
        stops = lease.mode == "exclusive" and not window.lifted and overlap(window.scope, lease.scope)
        assert not stops or ends <= window.start or window.end <= begins, "booked into a freeze"


def _check_reopened(before: State, event: happened.LeaseReopened, lease: Lease, now: datetime) -> None:
    assert event.lease_id not in before.leases
    assert before.at
    assert any(x.lease_id == event.lease_id and now - x.at <= timedelta(seconds=30) for x in before.lately), "too late"
    if lease.token:
        _check_token(before, lease)


def _check_turn(before: State, event: Event, was: Lease, now: datetime) -> None:
    """Nobody passes an earlier one, and of an any-of those rest longest that are given."""
    if not isinstance(event, happened.LeaseOffered | happened.LeaseStarted | happened.OfferDeferred):
        return
    assert was.status == "queued"
    turns = plain_line.turns(before, now)
    assert was.id in turns, "passed somebody"
    assert plain_line.away(was, now) == isinstance(event, happened.OfferDeferred)
    if was.wanted.any_of and not isinstance(event, happened.OfferDeferred):
        first = plain_line.rested(before, turns[was.id])[: was.wanted.any_of.quantity]
        assert event.scope == _together(first), "not the rested ones"


def _together(scopes: list[Scope]) -> Scope:
    return Scope(scopes[0].environment, frozenset(), frozenset().union(*(each.resources for each in scopes)))


def _check_grant(before: State, event: Granted, lease: Lease, scope: Scope, now: datetime) -> None:
    """For what was promised, or to the next booking, and then it says so. A change may keep a later end."""
    ends = promised_end(lease, now)
    if lease.wanted.changes:
        ends = max(ends, event.ends)
    booking = plain_line.next_booking(before, lease, scope, now)
    assert event.ends == (min(booking, ends) if booking else ends)
    assert event.clipped == (event.ends < ends) or lease.wanted.changes


def _check_offer(before: State, event: Event, was: Lease, now: datetime) -> None:
    window = was.wanted.terms.claim_window
    match event:
        case happened.LeaseOffered(claim_by=claim_by):
            assert claim_by == now + 3 * window
            assert not was.ready, "asked what was answered"
            assert was.wanted.ttl is None, "asked a pipeline"
        case happened.OfferDelivered(claim_by=claim_by):
            assert not was.delivered
            assert claim_by == now + window
        case happened.ClaimWindowStarted(claim_by=claim_by):
            assert len(rivals(before, was)) <= 1, "a second rival bought it time"
            assert claim_by == now + window * (1 if was.delivered else 3)
        case happened.OfferReturned(why=Why.PASSED):
            assert rivals(before, was), "the tail is the head"
        case happened.OfferReturned(why=Why.SILENT | Why.AWAY) | happened.LeaseCancelled(why=Why.SILENT):
            assert rivals(before, was), "an open offer was taken away"
            assert not was.paused, "while its clock stood still"
            assert was.claim_by is not None
            assert was.claim_by <= now, "cut short"
            assert plain_line.away(was, now) == (event.why is Why.AWAY), "missed while away"
            assert event.why is Why.AWAY or was.misses == isinstance(event, happened.LeaseCancelled)
        case happened.OfferAccepted():
            assert was.status == "offered"
            lapsed = was.claim_by is not None and was.claim_by <= now and not was.paused
            assert not (lapsed and rivals(before, was)), "accepted too late"
            _check_grant(before, event, was, was.scope, now)
        case happened.LeaseStarted():
            _check_grant(before, event, was, event.scope or was.scope, now)


def _check_held(event: Event, was: Lease, now: datetime) -> None:
    started, ends = was.started or now, was.ends or now
    latest = started + was.wanted.terms.maximum + was.paused_for
    match event:
        case happened.LeaseExtended() | happened.LeaseHeld() | happened.LeaseUnheld():
            assert was.status == "active"
            assert event.ends <= max(latest, ends)
        case happened.LeaseRenewed():
            assert was.wanted.ttl
            assert event.ends <= min(now + was.wanted.ttl, started + was.wanted.length + was.paused_for)
            assert event.ends > ends
        case happened.LeaseReminded():
            assert ends - was.wanted.terms.remind_before <= now < ends
            assert not was.reminded
        case happened.HolderAsked():
            assert was.asked_for is None or now - was.asked_for >= 10 * MINUTE
        case happened.TurnNear():
            assert not was.warned, "told twice"
        case happened.ClockPaused():
            assert was.paused is None
        case happened.ClockResumed():
            assert was.paused
            assert event.ends == (was.ends + (now - was.paused) if was.ends else None)
        case happened.LeaseOverran():
            assert not was.overran, "told twice"


def _check_end(event: Event, was: Lease, after: State, now: datetime) -> None:
    pinned = any(pin.until > now for pin in was.pins)
    match event:
        case happened.LeaseExpired():
            assert not was.paused, "while its clock stood still"
            assert was.ends is not None
            assert now >= was.ends, "ended early"
            assert not pinned, "a run was cut off"
        case happened.LeaseReplaced(successor=successor):
            assert after.leases[successor].wanted.changes == was.id


def _check_place(before: State, event: happened.OfferReturned, was: Lease, lease: Lease) -> None:
    assert lease.misses == was.misses + (event.why is Why.SILENT)
    if event.why in (Why.PASSED, Why.SILENT):
        assert lease.ticket > max(x.ticket for x in before.leases.values()), "not at the tail"
        assert lease.rank == 3
    else:
        assert (lease.rank, lease.ticket) == (was.rank, was.ticket), "lost its place"


def _check_token(before: State, lease: Lease) -> None:
    assert lease.token is not None
    assert all(x.token < lease.token for x in before.leases.values() if x.token), "an old token"


def check_state(state: State) -> None:
    leases = list(state.leases.values())
    holding = [x for x in leases if x.status in ("active", "offered")]
    assert not [(a, b) for a in holding for b in holding if a.id < b.id and in_conflict(a, b)], "two hold it"
    alive = [x for x in leases if x.status != "booked"]
    assert not [(a, b) for a in alive for b in alive if a.id < b.id and _twice(a, b)], "stands in its own way"
    for lease in holding:
        matters = any(plain_line.unwell(state, place) for place in places(lease))
        offered_meanwhile = matters and lease.rank == 1 and lease.status == "offered"
        assert offered_meanwhile or bool(lease.paused) == matters, "its clock does not follow its place"
    assert state.by_environment == State(state.leases).by_environment, "the index lies"


def _twice(one: Lease, other: Lease) -> bool:
    """One person, twice in one place. A change stands beside what it changes, and what was booked has its own time.
    Whoever passes the offer of an any-of may have come by one of its other places meanwhile, and waits for the rest.
    """
    of_change = one.wanted.changes == other.id or other.wanted.changes == one.id
    booked = one.wanted.begins or other.wanted.begins or 0 in (one.rank, other.rank)
    there = _always_there(one, other) and _always_there(other, one)
    return one.person == other.person and there and not of_change and not booked


def _always_there(one: Lease, other: Lease) -> bool:
    return all(any(overlap(a, b) for b in places(other)) for a in places(one))


def check_nobody_waits_for_nothing(state: State, environments: Iterable[str], now: datetime) -> None:
    """Where the clocks have just run: whose way is free has been asked, and whoever is away was put off."""
    ran = set(environments)
    for lease_id in plain_line.turns(state, now).keys() & plain_line.turns(state, now, patient=True).keys():
        there = {place.environment for place in places(state.leases[lease_id])}
        assert not there <= ran, f"{lease_id} waits for nothing"


def check_nothing_overdue(
    state: State, environments: Iterable[str], now: datetime, events: Collection[Event] = ()
) -> None:
    """After its clocks have run, nothing of an environment is past its time. What ran on past its end while its clock
    stood, and runs again since these `events`, ends at the next look.
    """
    ran, again = set(environments), {x.lease_id for x in events if isinstance(x, happened.ClockResumed)}
    for lease in state.leases.values():
        if not {place.environment for place in places(lease)} & ran or lease.paused or lease.id in again:
            continue
        if lease.status == "active" and lease.ends:
            kept = max([lease.ends, *(pin.until for pin in lease.pins)])
            assert now < kept, "a stuck holder"
            due = lease.reminded or lease.overran or now < lease.ends - lease.wanted.terms.remind_before
            assert due, "not reminded"
        if lease.claim_by and rivals(state, lease):
            assert now < lease.claim_by, "a silent offer"
        if lease.status == "booked" and lease.wanted.begins:
            assert now < lease.wanted.begins, "a booking forgotten"
