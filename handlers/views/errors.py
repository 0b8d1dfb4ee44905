"""What somebody reads when something was refused or went wrong. Pure."""

from __future__ import annotations

from datetime import timedelta

from bot.errors import NotFound, SignalboxError, UsageError
from bot.notices.facts import LeaseFacts
from bot.ports.chat import Block, Message
from bot.reservations.facts import bare_facts
from bot.reservations.refusals import (
    AlreadyWaiting,
    AlreadyYours,
    EndHasMoved,
    EndsThenAlready,
    NothingMeant,
    NotYours,
    OtherOffer,
    OverlapsYours,
    SeveralMeant,
)
from bot.reservations.values import Lease, Status
from handlers.kit import mrkdwn
from handlers.views import lease as words
from handlers.views.blocks import Element, actions

SUGGESTIONS = 3
HOLDERS = 3
CHOICES = 20


def refused(error: SignalboxError) -> Message:
    """The sentence, the usage line, and a button for what can be done instead."""
    lines = [mrkdwn.sentence(error.user_message), *_beside(error)]
    buttons = _instead(error)
    return _message(lines, *([actions(*buttons)] if buttons else []))


def _beside(error: SignalboxError) -> list[str]:
    """What is true besides."""
    match error:
        case NotYours(lease=lease) | EndHasMoved(lease=lease):
            return [_whose(bare_facts(lease))]
        case NothingMeant(holders=holders):
            return [_whose(bare_facts(lease)) for lease in holders[:HOLDERS]]
        case SeveralMeant(leases=leases):
            return [f"{n}. {_whose(bare_facts(lease))}" for n, lease in enumerate(leases[:CHOICES], 1)]
        case UsageError(usage=str(usage)) if usage:
            return [f"Usage: {mrkdwn.code(usage, 300)}"]
        case _:
            return []


def _whose(lease: LeaseFacts) -> str:
    place = f"*{words.scope(lease)}*"
    if lease.status == Status.ACTIVE:
        return f"{mrkdwn.mention(lease.person)} holds {place} {words.until(lease)}{words.why(lease)}"
    return f"{mrkdwn.mention(lease.person)} waits for {place}{words.why(lease)}"


def _choices(several: SeveralMeant) -> list[Element]:
    minutes = round(several.length / timedelta(minutes=1)) if several.length else None
    leases = enumerate(several.leases[:CHOICES], 1)
    return [words.choice_button(several.verb, bare_facts(x), n, minutes, several.until) for n, x in leases]


def _instead(error: SignalboxError) -> list[Element]:
    match error:
        case AlreadyYours() | EndHasMoved() | EndsThenAlready() | OverlapsYours() if (
            error.lease.status is Status.ACTIVE
        ):
            return _held(error.lease)
        case AlreadyWaiting(lease=lease) | OtherOffer(lease=lease) if lease.status is Status.OFFERED:
            return list(words.offer_buttons(bare_facts(lease)))
        case AlreadyWaiting(lease=lease) | OverlapsYours(lease=lease):
            return [words.leave_button(bare_facts(lease))]
        case SeveralMeant():
            return _choices(error)
        case UsageError() | NotFound():
            return [words.line_button(line, line, n) for n, line in enumerate(error.suggestions[:SUGGESTIONS])]
        case _:
            return []


def _held(lease: Lease) -> list[Element]:
    held = bare_facts(lease)
    return [words.extend_button(held, 30), words.extend_button(held, 60), words.release_button(held)]


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
