"""What is answered when something is kept as it is, for a post-mortem."""

from __future__ import annotations

from bot.notices.facts import LeaseFacts
from bot.ports.chat import Message
from handlers.views import answers
from handlers.views import lease as words
from handlers.views.blocks import actions, context, section


def kept(lease: LeaseFacts, reading: str, *, moved: bool) -> Message:
    """moved: it ends later than it did."""
    line = f":pushpin: *{words.scope(lease)}* is kept as it is, and yours {words.until(lease)}{words.why(lease)}"
    line += "" if moved else "\nIt was yours until then already: a hold never ends anything earlier."
    buttons = actions(words.release_button(lease), answers.undo_button(lease))
    read = f"{answers.understood(lease, reading)} Whoever waits is asked when you release it, or when it ends."
    return Message(line, (section(line), buttons, context(read)))
