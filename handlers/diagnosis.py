"""The buttons of a diagnosis: right, wrong, undo, show it to others. What it finds is in bot.diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.deps import Deps
from bot.values import Caller
from handlers.kit import diagnosing, this_message
from handlers.kit.answer import Answer
from handlers.kit.forms import OpenView, answer_form
from handlers.kit.ids import carried
from handlers.kit.listeners import Listeners
from handlers.views.diagnoses import answers, cards, form

Body = Mapping[str, Any]


async def right(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    judged = await deps.diagnoses.judge(_id(action), right=True, caller=caller)
    await respond(answers.judged(diagnosing.facts_of(judged, deps)))


async def wrong(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """It was another service, or something else."""
    service = str(carried(action)["service"])
    judged = await deps.diagnoses.judge(_id(action), right=False, service=service, caller=caller)
    await respond(answers.judged(diagnosing.facts_of(judged, deps)))


async def undo(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    undone = await deps.diagnoses.unjudge(_id(action), caller=caller)
    await respond(answers.undone(diagnosing.facts_of(undone, deps)))


async def share(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(await diagnosing.share(_id(action), deps, caller))


async def again(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """What could not be answered."""
    known = await deps.diagnoses.of(_id(action))
    await respond(await diagnosing.ask([known.question], deps, caller))


async def this(body: Body, respond: Answer, open_view: OpenView, deps: Deps, caller: Caller) -> None:
    """From the menu of any message."""
    if (answer := await this_message.answer(body, deps, caller)) is not None:
        await respond(answer)
    else:
        await open_view(await this_message.ask(body, deps))


async def submitted(view: Body, ack: AsyncAck, respond: Answer, deps: Deps, caller: Caller) -> None:
    await answer_form(await this_message.filled(view, deps, caller), view, ack, respond)


def _id(action: Body) -> str:
    return str(carried(action)["id"])


def register(on: Listeners) -> None:
    on.action(cards.RIGHT, right)
    on.action(cards.WRONG, wrong)
    on.action(cards.UNDO, undo)
    on.action(cards.SHARE, share)
    on.action(cards.AGAIN, again)
    on.shortcut(cards.THIS, this)
    on.view(form.FORM, submitted)
