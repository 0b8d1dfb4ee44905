"""The rules of who holds what. Pure: no await, no clock, no I/O; `now` is an argument (aware UTC).

`decide` turns a command into events or a refusal, `evolve` applies one event, `next_deadline` says when to look again.
The pattern is Jérémie Chassaing's "functional event sourcing decider" (thinkbeforecoding.com, 2021). Each kind of
command has its rules in a module of its own: reserving, answering, holding, undoing, troubles; what time brings is in
clocks, and whose turn it is in turns.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.reservations.commands import (
    Accept,
    AcceptAhead,
    AskFor,
    Book,
    Command,
    ConfirmDelivery,
    Described,
    Extend,
    Freeze,
    Give,
    Heartbeat,
    Hold,
    Later,
    Leave,
    OfOffer,
    Pass,
    PinLease,
    PlanFreezes,
    Release,
    Reserve,
    SetCondition,
    Take,
    Thaw,
    Tick,
    Undo,
    UnpinLease,
)
from bot.reservations.events import Event
from bot.reservations.folding import Draft, evolve
from bot.reservations.refusals import HeldByAnother, LeaseGone, NotYours
from bot.reservations.rules import answering, holding, reserving, troubles
from bot.reservations.rules.clocks import next_deadline, run_clocks
from bot.reservations.rules.selection import chosen
from bot.reservations.rules.undoing import undo
from bot.reservations.state import State
from bot.reservations.values import Lease, Status, Wanted

__all__ = ["decide", "evolve", "next_deadline"]

ToHave = Reserve | Book | Take | Hold
OfPlace = AskFor | SetCondition | Freeze | Thaw | PlanFreezes
OfRun = Heartbeat | PinLease | UnpinLease
About = Release | Extend | Give | OfOffer | AcceptAhead | Leave
"""Commands of people about leases that live."""


def decide(state: State, command: Command, now: datetime) -> tuple[Event, ...]:
    """What follows from `command` at `now`, first of all what time alone has brought by then; () when nothing does.

    Raises a refusal (see refusals.py): then nothing follows, and what is due is left to the next Tick.
    """
    draft = Draft(state, now, _who(command))
    for environment in _first(state, command):
        run_clocks(draft, environment)
    if isinstance(command, ToHave):
        _to_have(draft, command)
    elif isinstance(command, OfPlace):
        _of_place(draft, command)
    elif not isinstance(command, Tick):
        _act(draft, command)
    return tuple(draft.events)


def _who(command: Command) -> str:
    """Who does it, for what can be undone within the same decision."""
    return command.wanted.person if isinstance(command, ToHave) else getattr(command, "by", "")


def _first(state: State, command: Command) -> list[str]:
    """The environments whose clocks run before it; about a lease, those of the lease, once it is known which."""
    match command:
        case Tick() | Undo():
            return state.environments
        case Reserve(wanted) | Book(wanted) | Take(wanted) | Hold(wanted):
            return _places_of(wanted)
        case AskFor(scope=scope) | SetCondition(scope=scope) | Thaw(scope=scope):
            return [scope.environment]
        case Freeze(window):
            return [window.scope.environment]
        case PlanFreezes(environment=environment):
            return [environment]
        case _:
            return []


def _places_of(wanted: Wanted) -> list[str]:
    return sorted({scope.environment for scope in wanted.scopes})


def _to_have(draft: Draft, command: ToHave) -> None:
    match command:
        case Reserve(wanted):
            reserving.reserve(draft, wanted)
        case Book(wanted):
            reserving.book(draft, wanted)
        case Take(wanted, seen):
            reserving.take(draft, wanted, seen)
        case Hold(wanted):
            reserving.hold(draft, wanted)


def _of_place(draft: Draft, command: OfPlace) -> None:
    match command:
        case AskFor():
            holding.ask_for(draft, command)
        case SetCondition():
            troubles.set_condition(draft, command)
        case Freeze():
            troubles.freeze(draft, command)
        case Thaw():
            troubles.thaw(draft, command)
        case PlanFreezes():
            troubles.plan_freezes(draft, command)


def _act(draft: Draft, command: About | OfRun | ConfirmDelivery | Undo) -> None:
    """A command about leases that live."""
    if isinstance(command, Undo):
        undo(draft, command)
    elif isinstance(command, ConfirmDelivery):
        answering.confirm_delivery(draft, _up_to_date(draft, command.lease_id), command.version)
    elif isinstance(command, OfRun):
        _for_run(draft, command)
    else:
        for lease in _meant(draft, command):
            _act_on(draft, lease, command)


def _for_run(draft: Draft, command: OfRun) -> None:
    lease = _up_to_date(draft, command.lease_id)
    if isinstance(command, UnpinLease):
        if lease is not None:
            holding.unpin(draft, lease, command)
        return
    if lease is None:
        raise LeaseGone(command.lease_id)
    if isinstance(command, PinLease):
        holding.pin(draft, lease, command)
        return
    if lease.person != command.by:
        raise _not_yours(lease)
    holding.heartbeat(draft, lease, command)


def _act_on(draft: Draft, lease: Lease, command: About) -> None:
    if not _may(lease, command):
        raise _not_yours(lease)
    match command:
        case Accept():
            answering.accept(draft, lease, command)
        case AcceptAhead():
            answering.accept_ahead(draft, lease, command)
        case Extend():
            holding.extend(draft, lease, command)
        case Give():
            holding.give(draft, lease, command)
        case Pass():
            answering.decline(draft, lease, command)
        case Later():
            answering.put_off(draft, lease, command)
        case Release():
            holding.release(draft, lease, command)
        case Leave():
            holding.leave(draft, lease)
        case _:
            assert_never(command)


def _may(lease: Lease, command: About) -> bool:
    """Team mates accept, extend, give and release what is held; a place in the queue is its person's own to give up."""
    held = isinstance(command, Release | Give) and lease.status is Status.ACTIVE
    shared = isinstance(command, Accept | AcceptAhead | Extend) or held
    return lease.belongs_to(command.by, command.team if shared else None)


def _meant(draft: Draft, command: About) -> tuple[Lease, ...]:
    """What a command is about, once the clocks have run there. Raises when there is nothing, or nothing certain."""
    if isinstance(command, OfOffer | AcceptAhead):
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
    mine = (lease for lease in state.leases.values() if lease.person == person)
    return sorted({environment for lease in mine for environment in lease.environments})


def _up_to_date(draft: Draft, lease_id: str) -> Lease | None:
    """The lease, once its environment's clocks have run."""
    if (lease := draft.state.leases.get(lease_id)) is not None:
        for environment in sorted(lease.environments):
            run_clocks(draft, environment)
    return draft.state.leases.get(lease_id)


def _gone(lease_id: str, command: About) -> LeaseGone:
    if isinstance(command, OfOffer):
        return LeaseGone(lease_id, "That offer is over, and with it the wait. Reserve again to queue for it.")
    return LeaseGone(lease_id)


def _not_yours(lease: Lease) -> NotYours:
    if lease.status is Status.ACTIVE:
        return HeldByAnother(f"Somebody else holds {lease.scope}. Ask them for it.", lease)
    return NotYours(f"That place in the queue for {lease.scope} is somebody else's.", lease)
