"""/env: parse, one use case, view. What follows for others is in reactions.py."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from bot.deps import Deps
from bot.grammar import commands as typed
from bot.grammar.env import parse_env
from bot.grammar.targets import Target
from bot.notices.preferences import working_hours
from bot.ports.chat import Message
from bot.reservations.commands import Described
from bot.reservations.queries import board
from bot.reservations.service import Wish, lease_id
from bot.reservations.story import story
from bot.reservations.values import Mode, Scope, Terms
from bot.values import Caller
from handlers.kit.answer import Answer
from handlers.kit.listeners import Listeners
from handlers.kit.names import chosen_by, hours_of, names_of, people_of, priorities_of
from handlers.kit.stats import stats_answer
from handlers.views import board as boards
from handlers.views import outcomes, pages, settings

Body = Mapping[str, Any]

OFFERED = frozenset(("board", "reserve", "extend", "release", "queue", "leave", "log", "stats", "settings", "help"))
"""The verbs of the grammar that people may type here."""


async def command(command: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(await answer(str(command.get("text") or ""), deps, caller))


async def line(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """A button that stands for a typed line."""
    await respond(await answer(json.loads(action["value"])["line"], deps, caller))


async def answer(text: str, deps: Deps, caller: Caller) -> Message:
    """What to say to a line. Raises SignalboxError."""
    hours = await hours_of(caller.person, deps)
    catalog, at = deps.catalog(), caller.at or deps.clock.now()
    read = parse_env(
        text,
        names_of(catalog),
        at,
        hours.zone,
        hours.end,
        workday_start=hours.start,
        priorities=priorities_of(caller.person, catalog),
        people=people_of(catalog),
        verbs=OFFERED,
    )
    if isinstance(read, typed.NeedsDuration | typed.NeedsTarget | typed.Ambiguous):
        return pages.question(read)
    return await _DO[type(read)](read, deps, caller)


async def _show_board(_line: typed.ShowBoard, deps: Deps, caller: Caller) -> Message:
    state, now = await deps.reservations.current(), deps.clock.now()
    return boards.board(boards.overview(state, deps.catalog(), caller.person, now), deps.commands.env)


async def _show_target(line: typed.ShowTarget | typed.Queue, deps: Deps, caller: Caller) -> Message:
    if line.target is None:
        return await _show_board(typed.ShowBoard(), deps, caller)
    state, env = await deps.reservations.current(), deps.catalog().environment(line.target.environment)
    usual = deps.statistics.usual(state.within(env.name))
    seen = boards.at_a_glance(board(state, env.name, deps.clock.now(), usual), env, caller.person, line.target.services)
    return boards.card(seen, deps.commands.env, str(line.target))


async def _reserve(line: typed.Reserve, deps: Deps, caller: Caller) -> Message:
    target = cast("Target", line.target)  # labels are not among OFFERED
    policy = deps.catalog().terms_for(target.environment)
    terms = Terms(policy.maximum, policy.claim_window, policy.remind_before, policy.default)
    wish = Wish(_scope(target), Mode(line.mode), line.length, terms, line.until, line.reason)
    outcome = await deps.reservations.reserve(wish, caller=caller)
    return outcomes.reserved(outcome, lease_id(caller.request_id), deps.clock.now())


async def _release(line: typed.Release, deps: Deps, caller: Caller) -> Message:
    described = _described(line.target, caller, everything=line.everything)
    return outcomes.released(await deps.reservations.release(described, caller=caller))


async def _extend(line: typed.Extend, deps: Deps, caller: Caller) -> Message:
    described = _described(line.target, caller)
    outcome = await deps.reservations.extend(described, caller=caller, length=line.length, until=line.until)
    return outcomes.extended(outcome, deps.clock.now())


async def _leave(line: typed.Leave, deps: Deps, caller: Caller) -> Message:
    return outcomes.left(await deps.reservations.leave(_described(line.target, caller), caller=caller))


async def _log(line: typed.Log, deps: Deps, _caller: Caller) -> Message:
    environment = line.target.environment if line.target else ""
    return pages.log(environment, story(await deps.reservations.history(environment=environment)))


async def _stats(line: typed.Stats, deps: Deps, caller: Caller) -> Message:
    return await stats_answer(line.target.environment if line.target else None, line.period, deps, caller)


async def _settings(_line: typed.Settings, deps: Deps, caller: Caller) -> Message:
    chosen = await chosen_by(caller.person, deps)
    return settings.settings(chosen, working_hours(chosen, deps.catalog(), caller.person))


async def _help(line: typed.Help, deps: Deps, _caller: Caller) -> Message:
    return pages.help_page(deps.commands.env, line.topic, OFFERED)


def _described(target: Target | None, caller: Caller, *, everything: bool = False) -> Described:
    return Described(_scope(target) if target else None, everything, caller.at)


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
    typed.Settings: _settings,
    typed.Stats: _stats,
    typed.Help: _help,
}


def register(on: Listeners, command_name: str) -> None:
    on.command(command_name, command)
    on.action(re.compile(r"env\.line\.\d+"), line)
