"""App Home: what is mine, and the environments at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.grammar.questions import Blank
from bot.notices.facts import DeploymentFacts, LeaseFacts
from bot.ports.chat import Block
from handlers.kit.mrkdwn import escape
from handlers.views import board as boards
from handlers.views import lease as words
from handlers.views.blocks import actions, context, divider, header, section
from handlers.views.deployments import glance
from handlers.views.forms.buttons import form_button, lease_buttons
from handlers.views.settings import settings_button

MINE_SHOWN, WATCHED_SHOWN = 20, 10
HOME_BLOCKS = 100


def home(
    mine: tuple[LeaseFacts, ...],
    environments: tuple[boards.EnvironmentFacts, ...],
    command: str,
    watched: tuple[str, ...] = (),
    deploying: tuple[DeploymentFacts, ...] = (),
    *,
    broken: Sequence[Block] = (),
    runs: Sequence[Block] = (),
) -> dict[str, Any]:
    """The view to publish. `mine` are the reader's leases, places and bookings in any environment, `watched` the
    places of which they want to hear when they are free, `deploying` what they deploy now, `broken` the open cases of
    their team, `runs` the suites and how they go.
    """
    new = (form_button("Reserve…", Blank("reserve"), 1, style="primary"), form_button("Book…", Blank("book"), 2))
    blocks: list[Block] = [header("Yours"), *_mine(mine, command), *glance.mine(deploying), *broken]
    blocks += _watched(watched, command)
    blocks += [actions(*new, settings_button()), *runs, divider()]
    blocks.extend(boards.board(environments, command, forms=True).blocks)
    return {"type": "home", "blocks": blocks[:HOME_BLOCKS]}


def _watched(places: tuple[str, ...], command: str) -> list[Block]:
    """Each with a button to stop."""
    blocks: list[Block] = [
        section(
            f":eyes: *{escape(place)}* · you are told when it is free",
            words.line_button("Stop watching", f"unwatch {place}", n),
        )
        for n, place in enumerate(places[:WATCHED_SHOWN])
    ]
    rest = len(places) - WATCHED_SHOWN
    return [*blocks, *([context(f"You watch {rest} more: `{command} unwatch` ends all of it.")] if rest > 0 else [])]


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
            quick = (words.extend_button(lease, 60), words.release_button(lease))
            return [section(line), actions(*quick, *lease_buttons(lease))]
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
