"""What must hold, whatever people do: said a second time, the slow and plain way, without the code under test."""

from datetime import datetime, timedelta

from bot.reservations import events as happened
from bot.reservations.events import Event, Why
from bot.reservations.state import State
from bot.reservations.values import Lease, Mode

INSTANT = timedelta(microseconds=1)


def in_conflict(one: Lease, other: Lease) -> bool:
    same_place = one.scope.environment == other.scope.environment
    both = one.scope.services & other.scope.services
    whole = not one.scope.services or not other.scope.services
    return same_place and bool(both or whole) and (one.mode, other.mode) != (Mode.SHARED, Mode.SHARED)


def in_the_way(state: State, lease: Lease) -> list[Lease]:
    """Whoever holds or is offered what conflicts, and whoever waits for it earlier."""
    return [
        other
        for other in state.leases.values()
        if other.id not in (lease.id, lease.wanted.changes)
        and in_conflict(lease, other)
        and (other.status != "queued" or (other.rank, other.ticket) < (lease.rank, lease.ticket))
    ]


def rivals(state: State, lease: Lease) -> list[Lease]:
    return [x for x in state.leases.values() if x.id != lease.id and x.status == "queued" and in_conflict(x, lease)]


def promised_end(lease: Lease, now: datetime) -> datetime:
    """The end that was named, while it is to come; else the length that was asked for."""
    named = lease.wanted.until
    return named if named and named > now else now + lease.wanted.length


def check_event(before: State, event: Event, after: State, now: datetime) -> None:
    """`now` is the time of the decision."""
    lease_id = happened.lease_id_of(event)
    if isinstance(event, happened.LeaseGranted | happened.OfferAccepted | happened.LeaseExtended):
        soon = event.ends - after.leases[lease_id].wanted.terms.remind_before <= now
        assert after.leases[lease_id].reminded == soon
    if isinstance(event, happened.LeaseReminded):
        assert after.leases[lease_id].reminded
    if isinstance(event, happened.LeaseGranted | happened.LeaseQueued):
        assert lease_id not in before.leases
        _check_newcomer(before, event, after.leases[lease_id], now)
        return
    was = before.leases[lease_id]
    if isinstance(event, happened.OfferAccepted) and rivals(before, was):
        assert was.claim_by is not None
        assert now < was.claim_by, "accepted too late"
    _check_offer(before, event, was, now)
    _check_running(event, was, now)
    if (lease := after.leases.get(lease_id)) and lease.token != was.token:
        _check_token(before, lease)
    if isinstance(event, happened.OfferReturned):
        assert after.leases[lease_id].misses == was.misses + (event.why is Why.SILENT)
        assert after.leases[lease_id].ticket > max(x.ticket for x in before.leases.values()), "not at the tail"


def _check_newcomer(before: State, event: Event, lease: Lease, now: datetime) -> None:
    if isinstance(event, happened.LeaseGranted):
        assert not in_the_way(before, lease), "barged in"
        assert event.ends == promised_end(lease, now)
        _check_token(before, lease)
    else:
        assert in_the_way(before, lease), "queued for nothing"


def _check_offer(before: State, event: Event, was: Lease, now: datetime) -> None:
    window = was.wanted.terms.claim_window
    match event:
        case happened.LeaseOffered(claim_by=claim_by):
            assert was.status == "queued"
            assert not in_the_way(before, was), "offered past somebody"
            assert claim_by == now + 3 * window
        case happened.OfferDelivered(claim_by=claim_by):
            assert not was.delivered
            assert claim_by == now + window
        case happened.ClaimWindowStarted(claim_by=claim_by):
            assert len(rivals(before, was)) == 1, "a second rival bought it time"
            assert claim_by == now + window * (1 if was.delivered else 3)
        case happened.OfferReturned(why=Why.PASSED):
            assert rivals(before, was), "the tail is the head"
        case happened.OfferReturned(why=Why.SILENT) | happened.LeaseCancelled(why=Why.SILENT):
            assert rivals(before, was), "an open offer was taken away"
            assert was.claim_by is not None
            assert was.claim_by <= now, "cut short"
            assert was.misses == isinstance(event, happened.LeaseCancelled)


def _check_running(event: Event, was: Lease, now: datetime) -> None:
    terms, started, ends = was.wanted.terms, was.started or now, was.ends or now
    match event:
        case happened.OfferAccepted():
            assert was.status == "offered"
            assert event.ends == promised_end(was, now)
        case happened.LeaseExtended():
            assert now < event.ends <= started + terms.maximum
            assert now < ends, "extended what had ended"
        case happened.LeaseReminded():
            assert ends - terms.remind_before <= now < ends
            assert not was.reminded
        case happened.LeaseExpired():
            assert now >= ends, "ended early"


def _check_token(before: State, lease: Lease) -> None:
    assert lease.token is not None
    assert all(x.token < lease.token for x in before.leases.values() if x.token)


def check_state(state: State) -> None:
    holding = [x for x in state.leases.values() if x.status in ("active", "offered")]
    assert not [(a, b) for a in holding for b in holding if a.id < b.id and in_conflict(a, b)], "two hold it"
    for lease in state.leases.values():
        if lease.status == "queued":
            assert in_the_way(state, lease), "waits for nothing"
        assert not [
            x
            for x in state.leases.values()
            if x.id < lease.id
            and x.person == lease.person
            and in_conflict(x, lease)
            and x.id != lease.wanted.changes
            and lease.id != x.wanted.changes
        ], "stands in its own way"
    assert state.by_environment == State(state.leases).by_environment, "the index lies"


def check_nothing_overdue(state: State, environment: str, now: datetime) -> None:
    """After its clocks have run, nothing of an environment is past its time."""
    for lease in state.leases.values():
        if lease.scope.environment != environment:
            continue
        if lease.status == "active" and lease.ends:
            assert now < lease.ends, "a stuck holder"
            assert lease.reminded or now < lease.ends - lease.wanted.terms.remind_before, "not reminded"
        if lease.claim_by and rivals(state, lease):
            assert now < lease.claim_by, "a silent offer"
