"""The buttons of a case: who looks into it, what runs again, that it is over. What runs find is in bot.cases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.cases.facts import facts
from bot.deps import Deps
from bot.errors import NotFound
from bot.values import Caller
from handlers.kit import cases, rules, running
from handlers.kit.answer import Answer
from handlers.kit.forms import OpenView
from handlers.kit.ids import carried
from handlers.kit.listeners import Listeners
from handlers.views.cases import answers, buttons, forms

Body = Mapping[str, Any]


async def look(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(answers.looked(facts(await deps.cases.look(_id(action), caller=caller))))


async def close(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(answers.closed(facts(await deps.cases.close(_id(action), caller=caller))))


async def reopen(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(answers.reopened(facts(await deps.cases.reopen(_id(action), caller=caller))))


async def retry(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """What failed in the newest run that met it. Pressed twice, or by two people, it is one run."""
    message, again = await running.begin_again(carried(action)["run"], deps, caller)
    if not again.over:
        await deps.cases.retried(_id(action), again)
    await respond(message)


async def more(action: Body, respond: Answer, open_view: OpenView, deps: Deps, caller: Caller) -> None:
    """What was chosen of the menu."""
    chosen, id = str(carried(action)["do"]), _id(action)
    match chosen:
        case buttons.ALL:
            await respond(await cases.retry_all(id, deps, caller))
        case buttons.HOLD:
            await open_view(await cases.hold_form(id, deps, caller))
        case buttons.ELSEWHERE:
            await open_view(await rules.move_form(id, deps))
        case buttons.PARTS:
            await open_view(await rules.part_form(id, deps))
        case _:
            case = facts(await deps.cases.of(id))
            await open_view(await rules.rule_form(forms.of_case(case), deps, caller))


async def rerun(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """What failed against nobody knows which version, on the versions that run now."""
    case = await deps.cases.of(_id(action))
    if not (unclear := case.unclear):
        raise NotFound("A newer run has met them since, and it is known against which versions. Nothing was run.")
    await respond(await cases.retry_tests(case, case.last.id, unclear, deps, caller))


async def retry_cause(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """What one cause broke, of the run that the message was about."""
    pressed, case = carried(action), await deps.cases.of(_id(action))
    cause = next((each for each in case.causes if each.id == pressed["cause"] and not each.green), None)
    if cause is None:
        raise NotFound("It is green again by now. Nothing was run.")
    await respond(await cases.retry_tests(case, str(pressed["run"]), frozenset(cause.tests), deps, caller))


async def wait(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(answers.awaited(facts(await deps.cases.wait(_id(action), caller=caller))))


def _id(action: Body) -> str:
    return str(carried(action)["id"])


def register(on: Listeners) -> None:
    on.action(buttons.LOOK, look)
    on.action(buttons.RETRY, retry)
    on.action(buttons.RERUN, rerun)
    on.action(re.compile(re.escape(buttons.RETRY_CAUSE) + r"\.\d+"), retry_cause)
    on.action(buttons.WAIT, wait)
    on.action(buttons.CLOSE, close)
    on.action(buttons.REOPEN, reopen)
    on.action(buttons.MORE, more)
