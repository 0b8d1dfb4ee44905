"""What somebody reads when something was refused or went wrong. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import SignalboxError, UsageError, WrongField
from bot.ports.chat import Block, Message
from bot.reservations.refusals import TooFarAhead
from handlers.kit import mrkdwn
from handlers.views.blocks import actions, section
from handlers.views.blocks import plain as plain_text
from handlers.views.forms.fields import LENGTH, START
from handlers.views.next_steps import beside, instead

SAID = "said"
"""The callback_id of forms that only say something: what is pressed there is answered there."""


def refused(error: SignalboxError) -> Message:
    """The sentence, the usage line, and a button for what can be done instead."""
    lines = [mrkdwn.sentence(error.user_message), *beside(error)]
    buttons = instead(error)
    return _message(lines, *([actions(*buttons)] if buttons else []))


def apology(incident: str) -> Message:
    """For what nobody foresaw. `incident` is in the log beside the trace."""
    return _message([f"Sorry, that went wrong on my side. Whoever runs Signalbox finds it in the log as `{incident}`."])


def field_of(error: SignalboxError, fields: Sequence[str]) -> str | None:
    """Which of the fields of a form it is about; None when it is about none, or about the whole."""
    match error:
        case WrongField(field=field) if field in fields:
            return field
        case TooFarAhead() if START in fields:
            return START
        case UsageError():
            return next((each for each in (LENGTH, *fields) if each in fields), None)
        case _:
            return None


def plain(error: SignalboxError) -> str:
    """The words alone: errors beside a field know no markup."""
    return mrkdwn.clean(error.user_message)


def said_in(form: Mapping[str, Any], message: Message, *, back: bool = False) -> dict[str, Any]:
    """What a form turns into, or what comes on top of it, that only says this. `form` as Slack sends it.

    back: there is something to go on with beneath; otherwise closing it closes whatever it stands on.
    """
    return {
        "type": "modal",
        "callback_id": SAID,
        "title": plain_text(form.get("title", {}).get("text") or "Signalbox", 24),
        "close": plain_text("Back" if back else "Close", 24),
        "clear_on_close": not back,
        "private_metadata": form.get("private_metadata") or "",
        "blocks": list(message.blocks) or [section(message.text)],
    }


def _message(lines: list[str], *more: Block) -> Message:
    text = "\n".join(lines)
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
    return Message(text=text, blocks=(block, *more))
