"""The rules of who holds what. Pure: no await, no clock, no I/O; `now` is an argument (aware UTC).

`decide` turns a command into events or a refusal, `evolve` applies one event, `next_deadline` says when to look again.
The pattern is Jérémie Chassaing's "functional event sourcing decider" (thinkbeforecoding.com, 2021).
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.reservations.checks import check_wanted, new_end
from bot.reservations.clocks import next_deadline, run_clocks
from bot.reservations.commands import (
    Accept,
    Command,
    ConfirmDelivery,
    Described,
    Extend,
    Leave,
    Pass,
    Release,
    Reserve,
    Tick,
)
from bot.reservations.events import (
    Event,
    LeaseCancelled,
    LeaseExtended,
    LeaseGranted,
    LeaseQueued,
    LeaseReleased,
    OfferAccepted,
    OfferDelivered,
    OfferReturned,
    Why,
)
from bot.reservations.folding import Draft, evolve
from bot.reservations.hand_over import alone, hand_over, start_windows
from bot.reservations.refusals import (
    EndHasMoved,
    EndsThenAlready,
    HeldByAnother,
    LeaseGone,
    NotActive,
    NotOffered,
    NotYours,
    OtherOffer,
    StillActive,
)
from bot.reservations.selection import chosen
from bot.reservations.values import Lease, State, Status, Wanted

__all__ = ["decide", "evolve", "next_deadline"]

About = Release | Extend | Accept | Pass | Leave
"""Commands about leases that live."""


def decide(state: State, command: Command, now: datetime) -> tuple[Event, ...]:
    """What follows from `command` at `now`, first of all what time alone has brought by then; () when nothing does.

    Raises a refusal (see refusals.py): then nothing follows, and what is due is left to the next Tick.
    """
    draft = Draft(state, now)
    match command:
        case Tick():
            for environment in sorted(state.by_environment):
                run_clocks(draft, environment)
        case Reserve(wanted):
            run_clocks(draft, wanted.scope.environment)
            _reserve(draft, wanted)
        case _:
            _act(draft, command)
    return tuple(draft.events)


def _reserve(draft: Draft, wanted: Wanted) -> None:
    check_wanted(draft.state, wanted, draft.now)
    others = draft.within(wanted.scope.environment)
    newcomer = Lease(wanted, Status.QUEUED, draft.state.seq + 1, asked=draft.now, since=draft.now)
    if not any(newcomer.conflicts(other) for other in others):
        draft.record(LeaseGranted(wanted, wanted.ends(draft.now)))
        return
    draft.record(LeaseQueued(wanted))
    start_windows(draft, newcomer)


def _act(draft: Draft, command: About | ConfirmDelivery) -> None:
    """A command about leases that live."""
    if isinstance(command, ConfirmDelivery):
        _confirm_delivery(draft, _up_to_date(draft, command.lease_id), command.version)
        return
    for lease in _meant(draft, command):
        _act_on(draft, lease, command)


def _act_on(draft: Draft, lease: Lease, command: About) -> None:
    if not _may(lease, command):
        raise _not_yours(lease)
    match command:
        case Accept():
            _accept(draft, lease, command)
        case Extend():
            _extend(draft, lease, command)
        case Pass():
            _pass(draft, lease, command)
        case Release(by=by):
            _release(draft, lease, by)
        case Leave():
            _leave(draft, lease)
        case _:
            assert_never(command)


def _may(lease: Lease, command: About) -> bool:
    """Team mates accept, extend and release what is held; a place in the queue is its person's own to give up."""
    shared = isinstance(command, Accept | Extend) or (isinstance(command, Release) and lease.status is Status.ACTIVE)
    return lease.belongs_to(command.by, command.team if shared else None)


def _meant(draft: Draft, command: About) -> tuple[Lease, ...]:
    """What a command is about, once the clocks have run there. Raises when there is nothing, or nothing certain."""
    if isinstance(command, Accept | Pass):
        return (_living(draft, command.lease_id, command),)
    if isinstance(command.which, str):
        return (_living(draft, command.which, command),)
    for environment in _environments(draft.state, command.by, command.which):
        run_clocks(draft, environment)
    return chosen(draft, command, command.which)


def _living(draft: Draft, lease_id: str, command: About) -> Lease:
    if (lease := _up_to_date(draft, lease_id)) is None:
        raise _gone(lease_id, command)
    return lease


def _environments(state: State, person: str, described: Described) -> list[str]:
    if described.scope:
        return [described.scope.environment]
    return sorted({lease.scope.environment for lease in state.leases.values() if lease.person == person})


def _up_to_date(draft: Draft, lease_id: str) -> Lease | None:
    """The lease, once its environment's clocks have run."""
    if (lease := draft.state.leases.get(lease_id)) is not None:
        run_clocks(draft, lease.scope.environment)
    return draft.state.leases.get(lease_id)


def _gone(lease_id: str, command: About) -> LeaseGone:
    if isinstance(command, Accept | Pass):
        return LeaseGone(lease_id, "That offer is over, and with it the wait. Reserve again to queue for it.")
    return LeaseGone(lease_id)


def _not_yours(lease: Lease) -> NotYours:
    if lease.status is Status.ACTIVE:
        return HeldByAnother(f"Somebody else holds {lease.scope}. Ask them for it.", lease)
    return NotYours(f"That place in the queue for {lease.scope} is somebody else's.", lease)


def _confirm_delivery(draft: Draft, lease: Lease | None, version: int) -> None:
    if lease is not None and lease.offer == version and not lease.delivered:
        draft.record(OfferDelivered(lease.id, draft.now + lease.wanted.terms.claim_window))


def _check_offer(lease: Lease, command: Accept | Pass) -> None:
    """Refuse the button of an earlier offer."""
    if lease.offer and command.version is not None and command.version < lease.offer:
        raise OtherOffer(f"That was an earlier offer of {lease.scope}. It is offered to you again now.", lease)


def _accept(draft: Draft, lease: Lease, command: Accept) -> None:
    _check_offer(lease, command)
    if lease.status is Status.QUEUED:
        raise NotOffered(f"{lease.scope} is not on offer to you now: you are in the queue for it.", lease)
    if lease.status is Status.OFFERED:
        draft.record(OfferAccepted(lease.id, command.by, lease.wanted.ends(draft.now)))


def _pass(draft: Draft, lease: Lease, command: Pass) -> None:
    """To the tail; or out, when nobody else waits: the tail would be the head, and the next offer the same again."""
    if lease.status is not Status.OFFERED:
        raise NotOffered(f"{lease.scope} is not on offer to you now.", lease)
    _check_offer(lease, command)
    last = alone(lease, draft.within(lease.scope.environment))
    draft.record(LeaseCancelled(lease.id, Why.PASSED) if last else OfferReturned(lease.id, Why.PASSED))
    hand_over(draft, lease.scope.environment)


def _release(draft: Draft, lease: Lease, by: str) -> None:
    if lease.status is not Status.ACTIVE:
        _leave(draft, lease)
        return
    draft.record(LeaseReleased(lease.id, by))
    hand_over(draft, lease.scope.environment)


def _leave(draft: Draft, lease: Lease) -> None:
    if lease.status is Status.ACTIVE:
        raise StillActive(f"You hold {lease.scope}: release it when you are done.", lease)
    draft.record(LeaseCancelled(lease.id, Why.LEFT))
    hand_over(draft, lease.scope.environment)


def _extend(draft: Draft, lease: Lease, command: Extend) -> None:
    if lease.status is not Status.ACTIVE:
        raise NotActive(f"{lease.scope} is not yours yet: only a running reservation can be extended.", lease)
    if command.version is not None and command.version < (lease.moved or 0):
        raise EndHasMoved(
            f"Nothing was changed: the end of {lease.scope} has moved since that button was shown.", lease
        )
    ends = new_end(lease, command, draft.now)
    if ends == lease.ends:
        raise EndsThenAlready(f"{lease.scope} is yours until then already.", lease)
    draft.record(LeaseExtended(lease.id, command.by, ends))
