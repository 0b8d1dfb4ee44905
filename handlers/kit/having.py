"""Verbs that come to have something: reserve, hold, take, book."""

from __future__ import annotations

from bot.deps import Deps
from bot.grammar import commands as typed
from bot.grammar.questions import Choice, NeedsTarget
from bot.ports.chat import Message
from bot.reservations.queries import loss, mine
from bot.reservations.refusals import NothingMeant
from bot.reservations.service import Wish, lease_id
from bot.reservations.values import Mode, Scope
from bot.values import Caller
from handlers.kit.wishes import purpose_of, scope_of, terms_of, usual_length, wish_to_have
from handlers.views import outcomes, pages, taking


async def reserve(line: typed.Reserve, deps: Deps, caller: Caller) -> Message:
    wish = await wish_to_have(line, deps, caller)
    outcome = await deps.reservations.reserve(wish, caller=caller)
    return outcomes.reserved(outcome, lease_id(caller.request_id), deps.clock.now(), line.reading)


async def ask_to_take(line: typed.Take, deps: Deps, caller: Caller) -> Message:
    """Who would lose it, and the button that does it: a typed line takes nothing from anybody."""
    wanted = (await _wish_to_take(line, deps, caller)).wanted(caller)
    lost = loss(await deps.reservations.current(), wanted, deps.clock.now())
    return taking.sure(lost, line.reading)


async def take(line: typed.Take, deps: Deps, caller: Caller, seen: int | None) -> Message:
    """seen: as the button carried it."""
    outcome = await deps.reservations.take(await _wish_to_take(line, deps, caller), caller=caller, seen=seen)
    return outcomes.taken(outcome, lease_id(caller.request_id), deps.clock.now(), line.reading)


async def _wish_to_take(line: typed.Take, deps: Deps, caller: Caller) -> Wish:
    scope = scope_of(line.target)
    terms, length = await terms_of((scope,), deps, caller), line.length or usual_length(scope, deps)
    purpose = purpose_of(Mode.EXCLUSIVE)
    return Wish(scope, Mode.EXCLUSIVE, length, terms, reason=line.reason, purpose=purpose)


async def book(line: typed.Book, deps: Deps, caller: Caller) -> Message:
    scope, mode = scope_of(line.target), Mode(line.mode)
    terms, purpose = await terms_of((scope,), deps, caller), purpose_of(mode)
    wish = Wish(scope, mode, line.length, terms, reason=line.reason, begins=line.start, purpose=purpose)
    outcome = await deps.reservations.book(wish, caller=caller)
    return outcomes.booked(outcome, lease_id(caller.request_id), line.reading)


async def hold(line: typed.Hold, deps: Deps, caller: Caller) -> Message:
    """What one holds; without a target, the one thing that one holds."""
    if line.target is None:
        return await _hold_what_is_mine(line, deps, caller)
    return await _hold(scope_of(line.target), line, deps, caller)


async def _hold_what_is_mine(line: typed.Hold, deps: Deps, caller: Caller) -> Message:
    state = await deps.reservations.current()
    held = mine(state, caller.person, deps.clock.now()).holds
    if not held:
        raise NothingMeant("You hold nothing to keep as it is.", "hold", ())
    first, *others = [state.leases[each.lease_id].scope for each in held]
    if others:
        rest = line.reading.removeprefix("hold")
        lines = tuple(Choice(str(scope), f"hold {scope}{rest}") for scope in (first, *others))
        return pages.question(NeedsTarget("Which one?", lines))
    return await _hold(first, line, deps, caller)


async def _hold(scope: Scope, line: typed.Hold, deps: Deps, caller: Caller) -> Message:
    terms, length = await terms_of((scope,), deps, caller), line.length or usual_length(scope, deps)
    purpose = purpose_of(Mode.EXCLUSIVE, looks=True)
    wish = Wish(scope, Mode.EXCLUSIVE, length, terms, line.until, line.reason, purpose=purpose)
    outcome = await deps.reservations.hold(wish, caller=caller)
    return outcomes.kept(outcome, lease_id(caller.request_id), deps.clock.now(), line.reading)
