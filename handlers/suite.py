"""/suite: parse, one use case, view. What follows by itself is in bot.suites and reactions."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.deps import Deps
from bot.grammar import suite_commands as typed
from bot.grammar.suite import parse_suite
from bot.ports.chat import Message
from bot.values import Caller
from handlers.kit import cases, permissions, rules, running
from handlers.kit.answer import Answer
from handlers.kit.ids import carried
from handlers.kit.listeners import Listeners
from handlers.views import lease as lines
from handlers.views import pages
from handlers.views.suites import answers
from handlers.views.suites import words as says

Body = Mapping[str, Any]


async def command(command: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(await _say(str(command.get("text") or ""), deps, caller))


async def line(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """A button that stands for a typed line."""
    await respond(await _say(str(carried(action)["line"]), deps, caller))


async def retry(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """Pressed twice, or by two people, it is one run."""
    pressed = carried(action)
    await respond(await running.retry_one(str(pressed["id"]), deps, caller, failed=bool(pressed["failed"])))


async def cancel(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(await running.cancel_one(str(carried(action)["id"]), deps, caller))


async def _say(text: str, deps: Deps, caller: Caller) -> Message:
    """What to say to a line. Raises SignalboxError."""
    catalog = deps.catalog()
    asked = parse_suite(text, running.suite_names(catalog))
    permissions.check(asked, caller.person, catalog)
    if isinstance(asked, typed.Ask):
        return pages.question(asked, says.FAMILY)
    return await _DO[type(asked)](asked, deps, caller)


async def _help(line: typed.Help, deps: Deps, _caller: Caller) -> Message:
    return answers.help_page(deps.commands.suite, line.topic)


Do = Callable[[Any, Deps, Caller], Awaitable[Message]]
_DO: dict[type, Do] = {
    typed.Run: running.run,
    typed.Retry: running.retry,
    typed.Status: running.status,
    typed.Cancel: running.cancel,
    typed.Plan: running.plan,
    typed.Cases: cases.overview,
    typed.Flaky: rules.flaky,
    typed.Rules: rules.listed,
    typed.UndoRule: rules.undo,
    typed.Help: _help,
}


def register(on: Listeners, command_name: str) -> None:
    on.command(command_name, command)
    on.action(re.compile(re.escape(f"{says.FAMILY}{lines.LINE}") + r"\d+"), line)
    on.action(re.compile(re.escape(says.RETRY) + r"\.\d+"), retry)
    on.action(says.CANCEL, cancel)
