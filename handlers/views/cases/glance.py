"""Open cases on the Home: what broke, for how long, and whether anybody looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.notices.casework import CaseFacts
from bot.ports.chat import Block
from handlers.kit.mrkdwn import link
from handlers.views.blocks import context, section
from handlers.views.cases import words as says
from handlers.views.suites.words import length

SHOWN = 5


def mine(cases: Sequence[CaseFacts], now: datetime) -> list[Block]:
    """Those of the reader's team, the oldest first."""
    blocks: list[Block] = [section(line(each, now)) for each in cases[:SHOWN]]
    rest = len(cases) - SHOWN
    return [*blocks, *([context(f"{rest} more open cases of your team.")] if rest > 0 else [])]


def line(case: CaseFacts, now: datetime) -> str:
    """One line of a list: how it stands, who looks, and where all of it is told."""
    state = f"for {length(now - case.opened)} · {says.looking(case)}" if case.closed is None else says.ended(case)
    page = f" · {link(case.page_url, 'Timeline')}" if case.page_url else ""
    return f"{says.lamp(case)} {says.headline(case)} · {state}{page}"
