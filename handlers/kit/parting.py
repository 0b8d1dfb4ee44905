"""Verbs about what somebody holds already, or waits for: release, extend, leave, give, ask, undo."""

from __future__ import annotations

from bot.deps import Deps
from bot.errors import UsageError
from bot.grammar import commands as typed
from bot.grammar.help import usage_of
from bot.grammar.questions import Choice, NeedsTarget
from bot.ports.chat import Message
from bot.reservations.commands import Which
from bot.reservations.queries import mine
from bot.reservations.refusals import NothingMeant
from bot.reservations.values import Scope
from bot.values import Caller
from handlers.kit.names import hours_of
from handlers.kit.wishes import described, scope_of
from handlers.views import giving, outcomes, pages

NO_GROUP = "I do not know who is in that group: the catalog has no team with it. Mention a person, for example @ana."


async def release(line: typed.Release, deps: Deps, caller: Caller) -> Message:
    which = described(line.target, caller, everything=line.everything)
    return outcomes.released(await deps.reservations.release(which, caller=caller), line.reading)


async def extend(line: typed.Extend, deps: Deps, caller: Caller) -> Message:
    which = described(line.target, caller)
    outcome = await deps.reservations.extend(which, caller=caller, length=line.length, until=line.until)
    zone = f" ({(await hours_of(caller.person, deps)).zone_name})" if line.until else ""
    return outcomes.extended(outcome, deps.clock.now(), f"{line.reading}{zone}")


async def leave(line: typed.Leave | typed.Cancel, deps: Deps, caller: Caller) -> Message:
    return outcomes.left(await deps.reservations.leave(described(line.target, caller), caller=caller), line.reading)


async def give(line: typed.Give, deps: Deps, caller: Caller) -> Message:
    return await _give(described(line.target, caller), line.to, deps, caller, line.reading)


async def give_one(lease_id: str, to: str, deps: Deps, caller: Caller) -> Message:
    """The lease with that id, which is one's own or a mate's."""
    return await _give(lease_id, to, deps, caller)


async def _give(which: Which, to: str, deps: Deps, caller: Caller, reading: str = "") -> Message:
    if deps.catalog().person(to) is None and await deps.people.is_bot(to):
        raise UsageError(f"<@{to}> is an app, and cannot hold anything. Name a person.", usage=usage_of("give"))
    outcome = await deps.reservations.give(which, to=to, to_team=deps.catalog().team_of(to), caller=caller)
    return outcomes.given(outcome, to, deps.clock.now(), reading)


async def give_group(line: typed.GiveGroup, deps: Deps, caller: Caller) -> Message:
    """The members of the catalog's team of that group, without whoever asks."""
    catalog = deps.catalog()
    names = tuple(team.name for team in catalog.teams.values() if team.slack == line.group_id)
    members = tuple(each for each in catalog.people_behind(names) if each.slack != caller.person)
    if not members:
        raise UsageError(NO_GROUP, usage=usage_of("give"))
    return giving.to_whom(line.target, members)


async def ask(line: typed.AskHolder, deps: Deps, caller: Caller) -> Message:
    """Without a target: for the one thing that one waits for."""
    state = await deps.reservations.current()
    waits = mine(state, caller.person, deps.clock.now()).waits
    if line.target:
        return await _ask(scope_of(line.target), deps, caller)
    if len(waits) > 1:
        places = [str(state.leases[each.lease_id].scope) for each in waits]
        return pages.question(NeedsTarget("Which one?", tuple(Choice(x, f"ask {x}") for x in places)))
    if not waits:
        raise NothingMeant("You wait for nothing. Say what you would like to have, such as ask integration.", "ask", ())
    return await _ask(state.leases[waits[0].lease_id].scope, deps, caller)


async def _ask(scope: Scope, deps: Deps, caller: Caller) -> Message:
    outcome = await deps.reservations.ask_for(scope, caller=caller)
    waits = any(lease.person == caller.person and lease.touches(scope) for lease in outcome.state.leases.values())
    return outcomes.asked(outcome, waits=waits)


async def undo(_line: typed.Undo, deps: Deps, caller: Caller) -> Message:
    return outcomes.taken_back(await deps.reservations.undo(caller=caller), deps.clock.now())
