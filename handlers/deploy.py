"""/deploy: parse, one use case, view. What follows by itself is in bot.deployments and reactions."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.deployments.values import Target
from bot.deps import Deps
from bot.errors import UsageError
from bot.grammar import deploy_commands as typed
from bot.grammar.deploy import parse_deploy
from bot.grammar.normalise import reason
from bot.ports.chat import Message
from bot.values import Caller
from handlers.kit import deploying, permissions, versions
from handlers.kit.answer import Answer
from handlers.kit.forms import OpenView, answer_form
from handlers.kit.ids import carried
from handlers.kit.listeners import Listeners
from handlers.kit.names import names_of
from handlers.views import lease as lines
from handlers.views import pages
from handlers.views.deployments import answers, checks, told
from handlers.views.deployments import words as says

Body = Mapping[str, Any]


async def command(command: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(await _say(_read(str(command.get("text") or ""), deps, caller), deps, caller))


async def line(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """A button that stands for a typed line."""
    await respond(await _say(_read(carried(action)["line"], deps, caller), deps, caller))


async def wait(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """When it is my turn."""
    pressed = carried(action)
    asked = _deploying(pressed["line"], deps, caller)
    await respond(await deploying.deploy_in_turn(asked, pressed.get("latest"), deps, caller))


async def override(action: Body, open_view: OpenView) -> None:
    """A form that asks why."""
    asked = carried(action)
    await open_view(checks.override_form(str(asked["line"]), str(asked.get("undoes", ""))))


async def overridden(view: Body, ack: AsyncAck, respond: Answer, deps: Deps, caller: Caller) -> None:
    """The form that asked why the gate is set aside."""
    why = view["state"]["values"][checks.WHY][checks.WHY].get("value") or ""
    kept = json.loads(view["private_metadata"])
    asked = replace(_deploying(kept["line"], deps, caller), override=reason(why))
    permissions.check(asked, caller.person, deps.catalog())
    if undone := kept.get("undoes"):
        target = deploying.target_of(asked.aims[0])
        said = await deploying.roll_back(target, undone, asked.override, deps, caller, to=asked.aims[0].ref)
    else:
        said = await deploying.deploy(asked, deps, caller)
    await answer_form(said, view, ack, respond)


async def cancel(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(await deploying.cancel_one(str(carried(action)["id"]), deps, caller))


async def start_again(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """Nobody knows whether its run began; whoever was asked says that it is to be started."""
    await respond(await deploying.start_again(str(carried(action)["id"]), deps, caller))


async def roll_back(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """Pressed beside the version to which it goes."""
    pressed = carried(action)
    target = Target(pressed["environment"], pressed["service"])
    latest, override, to = pressed["latest"], pressed["override"], pressed.get("to", "")
    await respond(await deploying.roll_back(target, latest, override, deps, caller, to=to))


async def mine(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """Whose was the version that came around the gate? It was mine."""
    running = await deps.sightings.answer(str(carried(action)["id"]), mine=True, caller=caller)
    await respond(told.thanks(running, mine=True))


async def not_mine(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    running = await deps.sightings.answer(str(carried(action)["id"]), mine=False, caller=caller)
    await respond(told.thanks(running, mine=False))


async def not_me(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """The provider says that this run was started by whoever presses it."""
    await respond(told.disowned(await deps.sightings.disown(str(carried(action)["id"]), caller)))


def _read(text: str, deps: Deps, caller: Caller) -> typed.DeployCommand:
    """Raises UsageError, NotFound, and Forbidden for what the caller may not do."""
    asked = parse_deploy(text, names_of(deps.catalog()))
    permissions.check(asked, caller.person, deps.catalog())
    return asked


def _deploying(text: str, deps: Deps, caller: Caller) -> typed.Deploy:
    """Raises UsageError when the catalog has changed so that it deploys no more."""
    asked = _read(text, deps, caller)
    if not isinstance(asked, typed.Deploy):
        raise UsageError("That can be read in another way by now. Type it again.")
    return asked


async def _say(asked: typed.DeployCommand, deps: Deps, caller: Caller) -> Message:
    """What to say to a line that was read. Raises SignalboxError."""
    if isinstance(asked, typed.Ask):
        return pages.question(asked, says.FAMILY)
    return await _DO[type(asked)](asked, deps, caller)


async def _help(line: typed.Help, deps: Deps, _caller: Caller) -> Message:
    return answers.help_page(deps.commands.deploy, line.topic)


Do = Callable[[Any, Deps, Caller], Awaitable[Message]]
_DO: dict[type, Do] = {
    typed.Where: versions.where,
    typed.Candidate: versions.candidate,
    typed.Check: deploying.check,
    typed.Deploy: deploying.deploy,
    typed.Diff: versions.diff,
    typed.History: versions.history,
    typed.Rollback: deploying.ask_to_roll_back,
    typed.Good: versions.good,
    typed.Cancel: deploying.cancel,
    typed.Help: _help,
}


def register(on: Listeners, command_name: str) -> None:
    on.command(command_name, command)
    on.action(re.compile(re.escape(f"{says.FAMILY}{lines.LINE}") + r"\d+"), line)
    on.action(says.WAIT, wait)
    on.action(says.OVERRIDE, override)
    on.action(re.compile(re.escape(says.CANCEL) + r"\.\d+"), cancel)
    on.action(says.START, start_again)
    on.action(says.BACK, roll_back)
    on.action(says.MINE, mine)
    on.action(says.NOT_MINE, not_mine)
    on.action(says.NOT_ME, not_me)
    on.view(checks.OVERRIDDEN, overridden)
