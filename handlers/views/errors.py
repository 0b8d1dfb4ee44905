"""What somebody reads when something was refused or went wrong. Pure."""

from __future__ import annotations

from bot.errors import NotFound, SignalboxError, UsageError
from bot.ports.chat import Block, Message
from handlers.kit import mrkdwn

SUGGESTIONS = 3


def refused(error: SignalboxError) -> Message:
    """The sentence, the usage line, and what was probably meant."""
    lines = [mrkdwn.sentence(error.user_message)]
    if isinstance(error, UsageError) and error.usage:
        lines.append(f"Usage: {mrkdwn.code(error.usage, 300)}")
    if meant := _meant(error):
        lines.append(f"Did you mean {' or '.join(mrkdwn.code(line) for line in meant)}?")
    return _message(lines)


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


def _meant(error: SignalboxError) -> tuple[str, ...]:
    return error.suggestions[:SUGGESTIONS] if isinstance(error, UsageError | NotFound) else ()


def _message(lines: list[str]) -> Message:
    text = "\n".join(lines)
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
    return Message(text=text, blocks=(block,))
