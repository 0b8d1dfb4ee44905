"""What is answered when something is kept as it is, for a post-mortem."""

from __future__ import annotations

from datetime import datetime

from bot.notices.facts import LeaseFacts
from bot.ports.chat import Message
from handlers.views import answers
from handlers.views import lease as words
from handlers.views.blocks import Element, actions, button, context, section, value


def kept(lease: LeaseFacts, ended: datetime | None, reading: str) -> Message:
    """ended: when it would have ended before."""
    line = f":pushpin: *{words.scope(lease)}* is kept as it is, and yours {words.until(lease)}{words.why(lease)}"
    moved = [_back(lease, ended)] if ended and ended != lease.ends else []
    buttons = actions(words.release_button(lease), *moved)
    read = f"{answers.understood(lease, reading)} Whoever waits is asked when you release it, or when it ends."
    return Message(line, (section(line), buttons, context(read)))


def _back(lease: LeaseFacts, ended: datetime) -> Element:
    carries = value(lease=lease.lease_id, version=lease.version, until=ended.isoformat())
    return button("Undo the longer time", "env.extend.0", carries)
