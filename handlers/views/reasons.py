"""The form that asks why, when everything else is clear."""

from __future__ import annotations

from typing import Any

from bot.grammar.questions import NeedsReason
from handlers.views.blocks import input_block, plain, value

SAVE, WHY = "env.reason", "why"
LONGEST = 300
"""What the grammar keeps of a reason."""


def form(asked: NeedsReason) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": WHY, "max_length": LONGEST, "focus_on_load": True}
    return {
        "type": "modal",
        "callback_id": SAVE,
        "title": plain(asked.verb.capitalize(), 24),
        "submit": plain("Go on", 24),
        "close": plain("Cancel", 24),
        "private_metadata": value(line=asked.line),
        "blocks": [input_block(asked.question, WHY, element)],
    }
