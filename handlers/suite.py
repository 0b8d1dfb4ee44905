"""/suite: parse, one use case, view. What follows by itself is in bot.suites and reactions."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.deps import Deps
from bot.grammar import suite_commands as typed
from bot.grammar.suite import parse_suite
from bot.ports.chat import Message
from bot.values import Caller
from handlers.kit import cases, diagnosing, homes, permissions, rules, running, suite_forms
from handlers.kit.answer import Answer
from handlers.kit.forms import OpenView, answer_form
from handlers.kit.ids import carried
from handlers.kit.listeners import Listeners
from handlers.views import lease as lines
from handlers.views import pages
from handlers.views.suites import answers, form
from handlers.views.suites import words as says

Body = Mapping[str, Any]


async def command(command: Body, respond: Answer, open_view: OpenView, deps: Deps, caller: Caller) -> None:
    names = await running.names_here(command, deps)
    await _answer(parse_suite(str(command.get("text") or ""), names), respond, open_view, deps, caller)


async def line(action: Body, body: Body, respond: Answer, *, open_view: OpenView, deps: Deps, caller: Caller) -> None:
    """A button that stands for a typed line."""
    names = await running.names_here(body, deps)
    await _answer(parse_suite(str(carried(action)["line"]), names), respond, open_view, deps, caller)


async def opened(action: Body, body: Body, open_view: OpenView, deps: Deps) -> None:
    home = homes.pressed_at_home(body)
    await open_view(suite_forms.run_form(deps, str(carried(action).get("suite") or ""), home=home))


async def chosen(action: Body, body: Body, client: AsyncWebClient, deps: Deps) -> None:
    """Another suite asks for other things."""
    view, suite = body["view"], str(action["selected_option"]["value"])
    asked = suite_forms.run_form(deps, suite, home=form.is_at_home(view))
    await client.views_update(view_id=view["id"], hash=view["hash"], view=asked)


async def submitted(
    view: Body, ack: AsyncAck, respond: Answer, *, client: AsyncWebClient, deps: Deps, caller: Caller
) -> None:
    await answer_form(await suite_forms.run(view, deps, caller), view, ack, respond)
    if form.is_at_home(view):
        await homes.publish_if_possible(caller.person, client, deps)


async def retry(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """Pressed twice, or by two people, it is one run."""
    pressed = carried(action)
    await respond(await running.retry_one(str(pressed["id"]), deps, caller, failed=bool(pressed["failed"])))


async def cancel(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(await running.cancel_one(str(carried(action)["id"]), deps, caller))


async def _answer(asked: typed.SuiteCommand, respond: Answer, open_view: OpenView, deps: Deps, caller: Caller) -> None:
    """Raises SignalboxError."""
    permissions.check(asked, caller.person, deps.catalog())
    if isinstance(asked, typed.Ask):
        await respond(pages.question(asked, says.FAMILY))
    elif not (isinstance(asked, typed.RunForm) and await open_view.in_time(suite_forms.run_form(deps))):
        await respond(await _DO[type(asked)](asked, deps, caller))


async def _help(line: typed.Help, deps: Deps, _caller: Caller) -> Message:
    return answers.help_page(deps.commands.suite, line.topic)


Do = Callable[[Any, Deps, Caller], Awaitable[Message]]
_DO: dict[type, Do] = {
    typed.Run: running.run,
    typed.RunForm: running.plan,
    typed.Retry: running.retry,
    typed.Status: running.status,
    typed.Cancel: running.cancel,
    typed.Plan: running.plan,
    typed.Cases: cases.overview,
    typed.Flaky: rules.flaky,
    typed.Rules: rules.listed,
    typed.UndoRule: rules.undo,
    typed.Diagnose: diagnosing.diagnose,
    typed.Help: _help,
}


def register(on: Listeners, command_name: str) -> None:
    on.command(command_name, command)
    on.action(re.compile(re.escape(f"{says.FAMILY}{lines.LINE}") + r"\d+"), line)
    on.action(re.compile(re.escape(says.RETRY) + r"\.\d+"), retry)
    on.action(says.CANCEL, cancel)
    on.action(form.OPEN, opened)
    on.action(form.SUITE, chosen)
    on.view(form.FORM, submitted)
