"""Forms and buttons in which people say what a cause or a test is, and take that back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.cases.facts import facts
from bot.deps import Deps
from bot.values import Caller
from handlers.kit import rules
from handlers.kit.answer import Answer
from handlers.kit.forms import OpenView, answer_form
from handlers.kit.ids import carried
from handlers.kit.listeners import Listeners
from handlers.views.cases import answers, buttons, forms
from handlers.views.cases import rules as view

Body = Mapping[str, Any]


async def opened(action: Body, open_view: OpenView, deps: Deps, caller: Caller) -> None:
    """Of one test, from a list or a receipt."""
    await open_view(await rules.rule_form(forms.about(action["value"]), deps, caller))


async def ruled(view: Body, ack: AsyncAck, respond: Answer, deps: Deps, caller: Caller) -> None:
    await answer_form(await rules.rule(forms.filled(view), deps, caller), view, ack, respond)


async def parted(view: Body, ack: AsyncAck, respond: Answer, deps: Deps, caller: Caller) -> None:
    await answer_form(await rules.part(forms.filled(view), deps, caller), view, ack, respond)


async def moved(view: Body, ack: AsyncAck, respond: Answer, deps: Deps, caller: Caller) -> None:
    form = forms.filled(view)
    case = await deps.cases.move(form.about.case_id, form.cause, form.service, caller=caller)
    await answer_form(answers.moved(facts(case), form.cause, form.service), view, ack, respond)


async def moved_back(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    pressed = carried(action)
    id, cause, service = (str(pressed[name]) for name in ("id", "cause", "service"))
    case = await deps.cases.move_back(id, cause, service, caller=caller)
    await respond(answers.moved_back(facts(case), cause))


async def undo(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(await rules.undo_one(str(carried(action)["id"]), deps, caller))


def register(on: Listeners) -> None:
    on.action(re.compile(re.escape(view.QUARANTINE) + r"\.\d+"), opened)
    on.action(re.compile(re.escape(view.UNDO) + r"\.\d+"), undo)
    on.action(buttons.MOVE_BACK, moved_back)
    on.view(forms.RULE, ruled)
    on.view(forms.PART, parted)
    on.view(forms.MOVE, moved)
