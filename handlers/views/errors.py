"""What somebody reads when something was refused or went wrong. Pure."""

from __future__ import annotations

from bot.errors import SignalboxError
from bot.ports.chat import Block, Message
from handlers.kit import mrkdwn
from handlers.views.blocks import actions
from handlers.views.next_steps import beside, instead


def refused(error: SignalboxError) -> Message:
    """The sentence, the usage line, and a button for what can be done instead."""
    lines = [mrkdwn.sentence(error.user_message), *beside(error)]
    buttons = instead(error)
    return _message(lines, *([actions(*buttons)] if buttons else []))


def apology(incident: str) -> Message:
    """For what nobody foresaw. `incident` is in the log beside the trace."""
    return _message([f"Sorry, that went wrong on my side. Whoever runs Signalbox finds it in the log as `{incident}`."])


def plain(message: Message) -> str:
    """The words alone, for fields that know no markup, such as the errors of a form."""
    return message.text


def form_with(message: Message) -> dict[str, object]:
    """A form that only says this: for forms that have no field to put it under."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Signalbox"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": list(message.blocks),
    }


def _message(lines: list[str], *more: Block) -> Message:
    text = "\n".join(lines)
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
    return Message(text=text, blocks=(block, *more))
