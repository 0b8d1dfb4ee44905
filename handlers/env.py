"""/env: parse, one use case, view. What follows for others is in reactions.py."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.deps import Deps
from bot.grammar import commands as typed
from bot.grammar.env import parse_env
from bot.grammar.targets import Target
from bot.notices.model import LeaseFacts
from bot.ports.chat import Message
from bot.reservations.facts import facts, waiting_for
from bot.reservations.ledger import Outcome
from bot.reservations.queries import board, held_over, in_the_way
from bot.reservations.selection import HELD, LIVE, WAITING, Meant, meant
from bot.reservations.service import lease_id
from bot.reservations.story import story
from bot.reservations.values import Lease, Mode, Scope, Status, Terms
from bot.values import Caller
from handlers.kit.answer import Answer
from handlers.kit.listeners import Listeners
from handlers.kit.names import hours_of, names_of
from handlers.views import answers, pages
from handlers.views import board as boards

Body = Mapping[str, Any]


async def command(command: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(await answer(str(command.get("text") or ""), deps, caller))


async def line(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """A button that stands for a typed line."""
    await respond(await answer(json.loads(action["value"])["line"], deps, caller))


async def answer(text: str, deps: Deps, caller: Caller) -> Message:
    """What to say to a line. Raises SignalboxError."""
    hours = await hours_of(caller.person, deps)
    read = parse_env(text, names_of(deps.catalog()), caller.at or deps.clock.now(), hours.zone, hours.end)
    if isinstance(read, typed.NeedsDuration | typed.NeedsTarget | typed.Ambiguous):
        return pages.question(read)
    return await _DO[type(read)](read, deps, caller)


async def _show_board(_line: typed.ShowBoard, deps: Deps, caller: Caller) -> Message:
    state, now = await deps.reservations.current(), deps.clock.now()
    environments = deps.catalog().environments.values()
    seen = (boards.at_a_glance(board(state, env.name, now), env, caller.person) for env in environments)
    return boards.board(tuple(seen), deps.commands.env)


async def _show_target(line: typed.ShowTarget | typed.Queue, deps: Deps, caller: Caller) -> Message:
    if line.target is None:
        return await _show_board(typed.ShowBoard(), deps, caller)
    state, env = await deps.reservations.current(), deps.catalog().environment(line.target.environment)
    seen = boards.at_a_glance(board(state, env.name, deps.clock.now()), env, caller.person, line.target.services)
    return boards.card(seen, deps.commands.env, str(line.target))


async def _reserve(line: typed.Reserve, deps: Deps, caller: Caller) -> Message:
    policy = deps.catalog().terms_for(line.target.environment)
    terms = Terms(policy.maximum, policy.claim_window, policy.remind_before)
    outcome = await deps.reservations.reserve(
        _scope(line.target), mode=Mode(line.mode), length=line.length, terms=terms, caller=caller, reason=line.reason
    )
    return _reserved(outcome, lease_id(caller.request_id), deps)


def _reserved(outcome: Outcome, id: str, deps: Deps) -> Message:
    lease, now = outcome.state.leases.get(id), deps.clock.now()
    if lease is None:
        return answers.over(replayed=outcome.replayed)
    return answers.reserved(facts(outcome.state, lease, now), in_the_way(outcome.state, lease.id, now))


async def _release(line: typed.Release, deps: Deps, caller: Caller) -> Message:
    found = await _meant(line.target, LIVE if line.target else HELD, deps, caller)
    if not found.leases:
        return await _nothing("release", line.target, deps, caller)
    if not line.everything and found.one is None:
        return answers.which_one("release", _told(found, deps))
    told = _told(found, deps)
    for lease in found.leases:
        await deps.reservations.release(lease.id, caller=caller)
    return answers.released(told)


async def _extend(line: typed.Extend, deps: Deps, caller: Caller) -> Message:
    found = await _meant(line.target, HELD, deps, caller)
    if not found.leases:
        return await _nothing("extend", line.target, deps, caller)
    if found.one is None:
        return answers.which_one("extend", _told(found, deps))
    length = line.length or (None if line.until else _default(found.one, deps))
    return await _extended(found.one.id, deps, caller, length=length, until=line.until)


def _default(lease: Lease, deps: Deps) -> timedelta:
    return deps.catalog().terms_for(lease.scope.environment).default


async def _extended(id: str, deps: Deps, caller: Caller, **end: Any) -> Message:
    outcome = await deps.reservations.extend(id, caller=caller, **end)
    lease = outcome.state.leases.get(id)
    if lease is None:
        return answers.over(replayed=outcome.replayed)
    return answers.extended(facts(outcome.state, lease, deps.clock.now()), waiting_for(outcome.state, lease))


async def _leave(line: typed.Leave, deps: Deps, caller: Caller) -> Message:
    found = await _meant(line.target, WAITING, deps, caller)
    if not found.leases:
        return await _nothing("leave", line.target, deps, caller)
    if found.one is None:
        return answers.which_one("leave", _told(found, deps))
    told = _told(found, deps)
    await deps.reservations.leave(found.one.id, caller=caller)
    return answers.left(told)


async def _log(line: typed.Log, deps: Deps, _caller: Caller) -> Message:
    environment = line.target.environment if line.target else ""
    return pages.log(environment or "All environments", story(await deps.reservations.history(environment=environment)))


async def _help(line: typed.Help, deps: Deps, _caller: Caller) -> Message:
    return pages.help_page(deps.commands.env, line.topic)


async def _meant(target: Target | None, among: frozenset[Status], deps: Deps, caller: Caller) -> Meant:
    state = await deps.reservations.current()
    return meant(state, caller.person, caller.team, among, _scope(target) if target else None, asked_at=caller.at)


async def _nothing(verb: str, target: Target | None, deps: Deps, caller: Caller) -> Message:
    """Nothing of one's own: this very request has dealt with it before; or say who does hold it."""
    if await deps.reservations.done(caller):
        return answers.over(replayed=True)
    if target is None or verb == "leave":
        return answers.nothing_to(verb, ())
    state = await deps.reservations.current()
    return answers.nothing_to(verb, held_over(state, _scope(target), deps.clock.now()))


def _told(found: Meant, deps: Deps) -> tuple[LeaseFacts, ...]:
    state, now = deps.reservations.cached(), deps.clock.now()
    return tuple(facts(state, lease, now) for lease in found.leases)


def _scope(target: Target) -> Scope:
    return Scope(target.environment, frozenset(target.services))


Do = Callable[[Any, Deps, Caller], Awaitable[Message]]
_DO: dict[type, Do] = {
    typed.ShowBoard: _show_board,
    typed.ShowTarget: _show_target,
    typed.Queue: _show_target,
    typed.Reserve: _reserve,
    typed.Release: _release,
    typed.Extend: _extend,
    typed.Leave: _leave,
    typed.Log: _log,
    typed.Help: _help,
}


def register(on: Listeners, command_name: str) -> None:
    on.command(command_name, command)
    on.action(re.compile(r"env\.line\.\d+"), line)
