"""What somebody reads when something was refused or went wrong. Pure."""

from __future__ import annotations

from bot.errors import NotFound, SignalboxError, UsageError
from bot.ports.chat import Block, Message
from bot.reservations.facts import bare_facts
from bot.reservations.refusals import AlreadyWaiting, AlreadyYours, NotYours, OverlapsYours
from bot.reservations.values import Status
from handlers.kit import mrkdwn
from handlers.views import lease as words
from handlers.views.blocks import Element, actions

SUGGESTIONS = 3


def refused(error: SignalboxError) -> Message:
    """The sentence, the usage line, and a button for what can be done instead."""
    lines = [mrkdwn.sentence(error.user_message)]
    if isinstance(error, NotYours):
        lease = bare_facts(error.lease)
        lines.append(
            f"{mrkdwn.mention(lease.person)} has *{words.scope(lease)}* {words.until(lease)}{words.why(lease)}"
        )
    if isinstance(error, UsageError) and error.usage:
        lines.append(f"Usage: {mrkdwn.code(error.usage, 300)}")
    buttons = _instead(error)
    return _message(lines, *([actions(*buttons)] if buttons else []))


def _instead(error: SignalboxError) -> list[Element]:
    match error:
        case AlreadyYours(lease=lease) | OverlapsYours(lease=lease) if lease.status is Status.ACTIVE:
            held = bare_facts(lease)
            return [words.extend_button(held, 30), words.extend_button(held, 60), words.release_button(held)]
        case AlreadyWaiting(lease=lease) if lease.status is Status.OFFERED:
            return list(words.offer_buttons(bare_facts(lease)))
        case AlreadyWaiting(lease=lease) | OverlapsYours(lease=lease):
            return [words.leave_button(bare_facts(lease))]
        case UsageError() | NotFound():
            return [words.line_button(line, line, n) for n, line in enumerate(error.suggestions[:SUGGESTIONS])]
        case _:
            return []


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
