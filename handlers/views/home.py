"""App Home: what is mine, and the environments at a glance."""

from __future__ import annotations

from typing import Any

from bot.notices.facts import LeaseFacts
from bot.ports.chat import Block
from handlers.views import board as boards
from handlers.views import lease as words
from handlers.views.blocks import actions, context, divider, header, section
from handlers.views.settings import settings_button

MINE_SHOWN = 20
HOME_BLOCKS = 100


def home(
    mine: tuple[LeaseFacts, ...], environments: tuple[boards.EnvironmentFacts, ...], command: str
) -> dict[str, Any]:
    """The view to publish. `mine` are the reader's leases, places and bookings in any environment."""
    blocks: list[Block] = [header("Yours"), *_mine(mine, command), actions(settings_button()), divider()]
    blocks.extend(boards.board(environments, command).blocks)
    return {"type": "home", "blocks": blocks[:HOME_BLOCKS]}


def _mine(mine: tuple[LeaseFacts, ...], command: str) -> list[Block]:
    if not mine:
        return [section(f"You hold nothing and wait for nothing. Try `{command} help`.")]
    blocks: list[Block] = []
    for lease in mine[:MINE_SHOWN]:
        blocks.extend(_one(lease))
    if len(mine) > MINE_SHOWN:
        blocks.append(context(f"{len(mine) - MINE_SHOWN} more: `{command}` shows them."))
    return blocks


def _one(lease: LeaseFacts) -> list[Block]:
    place = f"*{words.scope(lease)}*"
    match lease.status:
        case "active":
            line = f":lock: {place} · {lease.mode} {words.until(lease)}{words.why(lease)}{words.marks(lease)}"
            return [section(line), actions(words.extend_button(lease, 60), words.release_button(lease))]
        case "offered":
            return [section(f":bell: {place} is yours if you want it."), actions(*words.offer_buttons(lease))]
        case "booked":
            return [
                section(
                    f":calendar: {place} · {words.times(lease)} · {lease.mode}{words.why(lease)}",
                    words.leave_button(lease),
                )
            ]
        case _:
            return _waiting(lease)


def _waiting(lease: LeaseFacts) -> list[Block]:
    number = lease.place or 1
    line = f":hourglass: *{words.scope(lease)}* · you are {words.place(number)} in line, {words.turn(lease)}"
    if lease.ready:
        return [section(f"{line} · handed to you without asking again", words.leave_button(lease))]
    if number == 1:
        return [section(line), actions(words.ahead_button(lease), words.leave_button(lease))]
    return [section(line, words.leave_button(lease))]
