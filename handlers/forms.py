"""Forms in place of typed lines: a button opens one, and what was filled in is done as if it had been typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.deps import Deps
from bot.ports.chat import Message
from bot.values import Caller
from handlers.kit import changing, filling, having, homes, places
from handlers.kit.answer import Answer
from handlers.kit.forms import OpenView, answer_form
from handlers.kit.listeners import Listeners
from handlers.views.forms import buttons, fields, sheets
from handlers.views.forms.filled import Filled, filled

Body = Mapping[str, Any]
Do = Callable[[Filled, Deps, Caller], Awaitable[Message]]


async def opened(action: Body, body: Body, open_view: OpenView, deps: Deps, caller: Caller) -> None:
    home = homes.pressed_at_home(body)
    await open_view(await filling.form_for(buttons.carried(action["value"]), deps, caller, home=home))


async def submitted(
    view: Body, ack: AsyncAck, respond: Answer, *, client: AsyncWebClient, deps: Deps, caller: Caller
) -> None:
    """The form turns into the answer; one that came too late for that answers by a message."""
    form = filled(view)
    said = await _DO[form.verb](form, deps, caller)
    await answer_form(said, view, ack, respond)
    if buttons.over_a_home(view):
        await homes.publish_if_possible(caller.person, client, deps)


async def suggested(options: Body, ack: AsyncAck, deps: Deps, caller: Caller) -> None:
    """What may be chosen, of more than fits a list."""
    verb = str(options["view"]["callback_id"]).removeprefix(sheets.PREFIX)
    names, labels = filling.choosable(verb, deps, caller), sheets.SHEETS[verb].labels
    await ack(options=fields.suggestions(names, str(options.get("value") or ""), labels=labels))


async def _as_typed(do: Callable[[Any, Deps, Caller], Awaitable[Message]], form: Filled, *known: Any) -> Message:
    return await do(await filling.line_of(form, *known), *known)


_DO: Mapping[str, Do] = {
    "reserve": partial(_as_typed, having.reserve),
    "book": partial(_as_typed, having.book),
    "take": partial(_as_typed, having.ask_to_take),
    "freeze": partial(_as_typed, places.freeze),
    sheets.CONDITION: partial(_as_typed, places.set_condition),
    "change": changing.change,
    "hold": changing.hold,
    "give": changing.give,
}


def register(on: Listeners) -> None:
    for name in sheets.SHEETS:
        on.view(sheets.PREFIX + name, submitted)
    on.action(buttons.OPENS, opened)
    on.options(fields.TARGET, suggested)
