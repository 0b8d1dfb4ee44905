"""/env: parse, one use case, view. What follows for others is in reactions.py."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.deps import Deps
from bot.grammar import commands as typed
from bot.grammar.env import parse_env
from bot.grammar.words import ALL_VERBS
from bot.notices.preferences import working_hours
from bot.ports.chat import Message
from bot.reservations.queries import board
from bot.reservations.story import story
from bot.values import Caller
from handlers.kit import having, parting
from handlers.kit.answer import Answer
from handlers.kit.listeners import Listeners
from handlers.kit.names import chosen_by, hours_of, names_of, people_of, priorities_of
from handlers.kit.stats import stats_answer
from handlers.views import board as boards
from handlers.views import pages, settings

Body = Mapping[str, Any]

LATER = ("take", "book", "calendar", "freeze", "thaw", "down", "degraded", "ok", "watch", "unwatch", "health")
OFFERED = ALL_VERBS - frozenset(LATER)
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


Do = Callable[[Any, Deps, Caller], Awaitable[Message]]
_DO: dict[type, Do] = {
    typed.ShowBoard: _show_board,
    typed.ShowTarget: _show_target,
    typed.Queue: _show_target,
    typed.Reserve: having.reserve,
    typed.Hold: having.hold,
    typed.Release: parting.release,
    typed.Extend: parting.extend,
    typed.Leave: parting.leave,
    typed.Cancel: parting.leave,
    typed.Give: parting.give,
    typed.GiveGroup: parting.give_group,
    typed.AskHolder: parting.ask,
    typed.Undo: parting.undo,
    typed.Log: _log,
    typed.Settings: _settings,
    typed.Stats: _stats,
    typed.Help: _help,
}


def register(on: Listeners, command_name: str) -> None:
    on.command(command_name, command)
    on.action(re.compile(r"env\.line\.\d+"), line)
