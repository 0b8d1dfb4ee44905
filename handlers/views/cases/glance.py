"""Open cases on the Home: what broke, for how long, and whether anybody looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.notices.casework import CaseFacts
from bot.ports.chat import Block
from handlers.views.blocks import context, section
from handlers.views.cases import words as says

SHOWN = 5


def mine(cases: Sequence[CaseFacts], now: datetime) -> list[Block]:
    """Those of the reader's team, the oldest first."""
    blocks: list[Block] = [section(says.line(each, now)) for each in cases[:SHOWN]]
    rest = len(cases) - SHOWN
    return [*blocks, *([context(f"{rest} more open cases of your team.")] if rest > 0 else [])]
