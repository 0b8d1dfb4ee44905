"""/env: parse, one use case, view. What follows for others is in reactions.py."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.deps import Deps
from bot.errors import UsageError
from bot.grammar import commands as typed
from bot.grammar.normalise import quoted, reason
from bot.grammar.questions import Blank
from bot.notices.preferences import working_hours
from bot.ports.chat import Message
from bot.reservations.queries import board
from bot.reservations.story import story
from bot.values import Caller
from handlers.kit import filling, having, parting, permissions, places, versions
from handlers.kit.answer import Answer
from handlers.kit.forms import OpenView, answer_form
from handlers.kit.ids import carried
from handlers.kit.listeners import Listeners
from handlers.kit.names import chosen_by
from handlers.kit.reading import read
from handlers.kit.stats import stats_answer
from handlers.views import board as boards
from handlers.views import booking, pages, reasons, settings, taking, troubles
from handlers.views import lease as words

Body = Mapping[str, Any]


async def command(command: Body, respond: Answer, open_view: OpenView, deps: Deps, caller: Caller) -> None:
    await _answer(str(command.get("text") or ""), respond, open_view, deps, caller)


async def line(action: Body, respond: Answer, open_view: OpenView, deps: Deps, caller: Caller) -> None:
    """A button that stands for a typed line."""
    await _answer(_line(action), respond, open_view, deps, caller)


async def reasoned(view: Body, ack: AsyncAck, respond: Answer, deps: Deps, caller: Caller) -> None:
    """The form that asked why: the line is whole now."""
    why = view["state"]["values"][reasons.WHY][reasons.WHY].get("value") or ""
    text = f"{json.loads(view['private_metadata'])['line']} {quoted(reason(why))}"
    said = await _say(await read(text, deps, caller), deps, caller)
    await answer_form(said, view, ack, respond)


async def take(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """Pressed and confirmed, beside the names of those who lose it."""
    asked = await read(_line(action), deps, caller)
    if isinstance(asked, typed.Take):
        await respond(await having.take(asked, deps, caller, carried(action).get("seen")))
    else:
        await respond(await _say(asked, deps, caller))


async def thaw(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """Just the freeze that was answered with this button."""
    asked = await read(_line(action), deps, caller)
    if isinstance(asked, typed.Thaw):
        await respond(await places.thaw(asked, deps, caller, carried(action)["window"]))
    else:
        await respond(await _say(asked, deps, caller))


async def book(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """The next free time, in place of one that was not free."""
    wanted = booking.carried(action["value"])
    permissions.check(wanted, caller.person, deps.catalog())
    await respond(await having.book(wanted, deps, caller))


async def _answer(text: str, respond: Answer, open_view: OpenView, deps: Deps, caller: Caller) -> None:
    asked = await read(text, deps, caller)
    if isinstance(asked, typed.NeedsReason):
        await open_view(reasons.form(asked))
    elif not await _opened(asked, open_view, deps, caller):
        await respond(await _say(asked, deps, caller))


async def _opened(asked: typed.EnvCommand, open_view: OpenView, deps: Deps, caller: Caller) -> bool:
    """Whether a form asks for what the line does not name. Too late for a form, it is asked back as words."""
    match asked:
        case typed.NeedsTarget(blank=Blank() as blank) | typed.NeedsPerson(blank=blank):
            return await open_view.in_time(await filling.form_for(blank, deps, caller))
        case _:
            return False


async def _say(asked: typed.EnvCommand, deps: Deps, caller: Caller) -> Message:
    """What to say to a line that was read. Raises SignalboxError."""
    if isinstance(asked, typed.NeedsReason):
        raise UsageError(asked.question)
    if isinstance(asked, typed.Ask):
        return pages.question(asked)
    return await _DO[type(asked)](asked, deps, caller)


def _line(action: Body) -> str:
    return str(carried(action)["line"])


async def _show_board(_line: typed.ShowBoard, deps: Deps, caller: Caller) -> Message:
    state, now = await deps.reservations.current(), deps.clock.now()
    usual = deps.statistics.usual(state.leases.values())
    seen = boards.overview(state, deps.catalog(), caller.person, now, usual)
    return boards.board(await versions.beside(seen, deps), deps.commands.env)


async def _show_target(line: typed.ShowTarget | typed.Queue, deps: Deps, caller: Caller) -> Message:
    if line.target is None:
        return await _show_board(typed.ShowBoard(), deps, caller)
    state, env = await deps.reservations.current(), deps.catalog().environment(line.target.environment)
    usual = deps.statistics.usual(state.within(env.name))
    there, parts = board(state, env.name, deps.clock.now(), usual), line.target.resources or line.target.services
    [seen] = await versions.beside((boards.at_a_glance(there, env, caller.person, parts),), deps)
    may = permissions.verbs(caller.person, env.name, deps.catalog())
    return boards.card(seen, deps.commands.env, str(line.target), may)


async def _log(line: typed.Log, deps: Deps, _caller: Caller) -> Message:
    environment = line.target.environment if line.target else ""
    return pages.log(environment, story(await deps.reservations.history(environment=environment)))


async def _stats(line: typed.Stats, deps: Deps, caller: Caller) -> Message:
    return await stats_answer(line.target.environment if line.target else None, line.period, deps, caller)


async def _settings(_line: typed.Settings, deps: Deps, caller: Caller) -> Message:
    chosen = await chosen_by(caller.person, deps)
    return settings.settings(chosen, working_hours(chosen, deps.catalog(), caller.person))


async def _help(line: typed.Help, deps: Deps, _caller: Caller) -> Message:
    return pages.help_page(deps.commands.env, line.topic)


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
    typed.Take: having.ask_to_take,
    typed.Book: having.book,
    typed.SetCondition: places.set_condition,
    typed.Freeze: places.freeze,
    typed.Thaw: places.thaw,
    typed.Watch: places.watch,
    typed.Unwatch: places.unwatch,
    typed.Health: places.health,
    typed.Calendar: places.calendar,
    typed.Log: _log,
    typed.Settings: _settings,
    typed.Stats: _stats,
    typed.Help: _help,
}


def register(on: Listeners, command_name: str) -> None:
    on.command(command_name, command)
    on.action(re.compile(re.escape(f"env{words.LINE}") + r"\d+"), line)
    on.action(taking.TAKE, take)
    on.action(troubles.THAW, thaw)
    on.action(booking.BOOK, book)
    on.view(reasons.SAVE, reasoned)
