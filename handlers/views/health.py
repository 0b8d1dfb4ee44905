"""`/env health`: what is known to be wrong, frozen or about to be, and how busy it is. Nothing is measured for it."""

from __future__ import annotations

from bot.plurals import counted
from bot.ports.chat import Block, Message
from handlers.kit.mrkdwn import escape
from handlers.views.blocks import context, cut_markup, fitting, header, section
from handlers.views.place import EnvironmentFacts, matters

SHOWN = 15
LINES_SHOWN = 8
ROOM = 7_000
WELL = ":large_green_circle: nothing is said to be wrong"


def health(environments: tuple[EnvironmentFacts, ...]) -> Message:
    """Those in trouble first."""
    if not environments:
        line = "The catalog declares no environments yet."
        return Message(line, (section(line),))
    shown = sorted(environments, key=lambda env: (*env.urgency[1:], env.name))[:SHOWN]
    blocks: list[Block] = [header("How it is")]
    room = ROOM
    for env in shown:
        text = f"*{escape(env.name)}*\n{fitting(_lines(env), min(room, ROOM // 3), most=LINES_SHOWN)}"
        room -= len(text)
        blocks.append(section(text))
    rest = len(environments) - len(shown)
    more = f"{counted(rest, 'more environment')} {'is' if rest == 1 else 'are'} not shown. " if rest else ""
    blocks.append(context(f"{more}This is what people and the catalog have said; services are not probed."))
    return Message(cut_markup("; ".join(map(_line, shown)), 2_000), tuple(blocks))


def _lines(env: EnvironmentFacts) -> list[str]:
    return [*([] if env.unwell else [WELL]), *matters(env), f"{len(env.holders)} in use, {len(env.waiters)} waiting"]


def _line(env: EnvironmentFacts) -> str:
    said = ", ".join([*(each.kind for each in env.unwell[:1]), *(["frozen"] if env.frozen else [])])
    return f"{escape(env.name)}: {said or 'well'}"
