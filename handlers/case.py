"""The buttons of a case: who looks into it, what runs again, that it is over. What runs find is in bot.cases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.cases.facts import facts
from bot.deps import Deps
from bot.values import Caller
from handlers.kit import cases, retries, rules
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
    """What is red in it. Pressed twice, or by two people, it is one run."""
    await respond(await retries.retry(await deps.cases.of(_id(action)), str(carried(action)["run"]), deps, caller))


async def more(action: Body, respond: Answer, open_view: OpenView, deps: Deps, caller: Caller) -> None:
    """What was chosen of the menu."""
    chosen, id = str(carried(action)["do"]), _id(action)
    match chosen:
        case buttons.ALL:
            await respond(await retries.retry_all(await deps.cases.of(id), deps, caller))
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
    await respond(await retries.rerun(await deps.cases.of(_id(action)), deps, caller))


async def retry_cause(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """What one cause broke, of the run that met it last."""
    pressed, case = carried(action), await deps.cases.of(_id(action))
    await respond(await retries.retry_cause(case, str(pressed["cause"]), str(pressed["run"]), deps, caller))


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
