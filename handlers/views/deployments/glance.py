"""What runs in an environment, beside who has it: a line on the board, a line a service on the card."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deployments.values import Running, Target, Watch
from bot.notices.facts import DeploymentFacts
from bot.ports.chat import Block
from handlers.kit.mrkdwn import escape
from handlers.views import lease as words
from handlers.views.blocks import actions, context, fitting, section
from handlers.views.deployments import words as says
from handlers.views.deployments.versions import service_line

SHOWN, ROOM, CARD_SHOWN, CARD_ROOM = 8, 400, 15, 2_000
MINE_SHOWN = 5


def line(running: Sequence[Running]) -> list[str]:
    """`:gear: :red_circle: orders 2.1.0 · payments 1.5.0`, the sick first; nothing where nobody knows."""
    if not running:
        return []
    known = sorted(running, key=lambda each: (not each.sick, each.target.service))
    shown = [_short(each) for each in known[:SHOWN]]
    while len(" · ".join(shown)) > ROOM:
        shown.pop()
    rest = len(known) - len(shown)
    return [f":gear: {' · '.join(shown)}{f' · {rest} more' if rest else ''}"]


def _short(found: Running) -> str:
    watched = found.judged is not None and found.judged.watch is Watch.WATCHING
    lamp = ":red_circle: " if found.sick else ":eyes: " if watched else ""
    return f"{lamp}{escape(found.target.service, 40)} {escape(says.short(found.version), 20)}"


def card(environment: str, services: Sequence[str], running: Sequence[Running]) -> list[Block]:
    """A line a service: what runs, since when, by whom, how it is. Nothing where nobody knows of any."""
    if not running:
        return []
    known = {each.target: each for each in running}
    lines = [service_line(Target(environment, name), (), known, None) for name in services]
    return [section(fitting(lines, CARD_ROOM, most=CARD_SHOWN))]


def mine(under_way: Sequence[DeploymentFacts]) -> list[Block]:
    """For the Home: what the reader deploys now, each with the button that stops it."""
    blocks: list[Block] = []
    for each in under_way[:MINE_SHOWN]:
        state = "waits for its turn" if each.stage == "waiting" else "is being deployed"
        run = says.pipeline(each)
        text = f":rocket: {says.what(each)} {state}, since {words.clock(each.opened)}{f' · {run}' if run else ''}"
        blocks += [section(text), actions(says.cancel_button(each))]
    rest = len(under_way) - MINE_SHOWN
    return [*blocks, *([context(f"You deploy {rest} more.")] if rest > 0 else [])]
