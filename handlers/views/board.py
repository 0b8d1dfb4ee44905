"""`/env`: who holds what, who is next, and one button to do something about it. Looking never changes anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.catalog.values import Catalog, Environment
from bot.notices.facts import LeaseFacts
from bot.ports.chat import Block, Message
from bot.reservations import queries
from bot.reservations.state import State
from handlers.kit.mrkdwn import escape, mention
from handlers.views import lease as words
from handlers.views.blocks import Element, actions, context, cut_markup, divider, fitting, header, section

ENVIRONMENTS_SHOWN = 15
LINES_SHOWN = 8
SECTION_TEXT = 2_400
TOTAL_TEXT = 7_000
"""Slack refuses a message of more than about 13,200 characters of blocks, so a crowded board says less of each."""
NAMES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class EnvironmentFacts:
    """One environment at a glance. `mine` are the reader's own leases and places in it.

    dropped: the catalog has it no more, and its leases live on until they end.
    """

    name: str
    description: str
    services: tuple[str, ...]
    holders: tuple[LeaseFacts, ...]
    waiters: tuple[LeaseFacts, ...]
    mine: tuple[LeaseFacts, ...] = ()
    dropped: bool = False


def overview(state: State, catalog: Catalog, reader: str, now: datetime) -> tuple[EnvironmentFacts, ...]:
    """Every environment of the catalog, and those it has dropped while somebody still holds them or waits."""
    seen = [at_a_glance(queries.board(state, env.name, now), env, reader) for env in catalog.environments.values()]
    known = {env.name for env in seen}
    for name in sorted({lease.scope.environment for lease in state.leases.values()} - known):
        gone = at_a_glance(queries.board(state, name, now), Environment(name), reader)
        seen.append(replace(gone, dropped=True))
    return tuple(seen)


def at_a_glance(seen: queries.Board, env: Environment, reader: str, services: tuple[str, ...] = ()) -> EnvironmentFacts:
    """What `reader` sees of an environment, or of those of its `services` that were asked for."""
    holders, waiters = (_touching(told, services) for told in ((*seen.holders, *seen.offered), seen.waiting))
    mine = tuple(lease for lease in (*holders, *waiters) if lease.person == reader)
    return EnvironmentFacts(env.name, env.description, services or env.services, holders, waiters, mine)


def _touching(leases: tuple[LeaseFacts, ...], services: tuple[str, ...]) -> tuple[LeaseFacts, ...]:
    return tuple(x for x in leases if not services or not x.services or set(x.services) & set(services))


def board(environments: tuple[EnvironmentFacts, ...], command: str) -> Message:
    """All environments: the reader's own first, then the busy ones, then the free ones."""
    if not environments:
        line = "The catalog declares no environments yet."
        return Message(line, (section(line),))
    shown = sorted(environments, key=lambda env: (not env.mine, not env.holders, env.name))[:ENVIRONMENTS_SHOWN]
    blocks: list[Block] = [header("Environments")]
    room = TOTAL_TEXT
    for env in shown:
        text = _environment(env, min(SECTION_TEXT, room))
        room -= len(text)
        blocks.append(section(text, _one_button(env)))
    rest = len(environments) - len(shown)
    more = f"{rest} more: `{command} <name>` shows any of them. " if rest else ""
    blocks.append(context(f"{more}`{command} help` says what else you can type."))
    return Message(_fallback(environments), tuple(blocks))


def card(env: EnvironmentFacts, command: str, target: str) -> Message:
    """One environment, or the part of it that was asked for (`target`), with buttons to reserve it."""
    title = f"*{escape(target)}*" + (f"\n{escape(env.description, 200)}" if env.description else "")
    blocks: list[Block] = [section(title), section(fitting(_lines(env), SECTION_TEXT, most=LINES_SHOWN))]
    if env.services:
        names = ", ".join(escape(name, 60) for name in env.services[:NAMES_SHOWN])
        rest = len(env.services) - NAMES_SHOWN
        blocks.append(context(f"Services: {names}" + (f" and {rest} more" if rest > 0 else "")))
    blocks.append(divider())
    blocks.append(actions(*_choices(env, target)))
    if not env.mine:
        blocks.append(context(f"Or type how long: `{command} {escape(target)} 2h checkout fix`"))
    return Message(_line(env), tuple(blocks))


def _choices(env: EnvironmentFacts, target: str) -> tuple[Element, ...]:
    """What the reader can do next: with what is theirs, else to get it."""
    if env.mine:
        return _with_mine(env.mine[0])
    take = "Queue" if env.holders else "Reserve"
    share = "Queue shared" if env.waiters or any(lease.mode == "exclusive" for lease in env.holders) else "Share"
    return (
        words.line_button(f"{take} for 1 h", f"reserve {target} 1h", 1, style=None if env.holders else "primary"),
        words.line_button(f"{take} for 2 h", f"reserve {target} 2h", 2),
        words.line_button(f"{share} for 1 h", f"reserve {target} shared 1h", 3),
    )


def _with_mine(lease: LeaseFacts) -> tuple[Element, ...]:
    match lease.status:
        case "active":
            return (words.release_button(lease), *(words.extend_button(lease, minutes) for minutes in (30, 60)))
        case "offered":
            return words.offer_buttons(lease)
        case _:
            return (words.leave_button(lease),)


def _one_button(env: EnvironmentFacts) -> Element | None:
    """Beside a line of the board there is room for one."""
    if env.mine:
        return _with_mine(env.mine[0])[0]
    if env.dropped:
        return None
    return words.line_button("Queue for 1 h" if env.holders else "Reserve for 1 h", f"reserve {env.name} 1h")


def _environment(env: EnvironmentFacts, room: int) -> str:
    name = f"*{escape(env.name)}*" + (" (no longer in the catalog)" if env.dropped else "")
    lines = _lines(env)
    return f"{name}  {lines[0]}" if len(lines) == 1 else f"{name}\n{fitting(lines, room, most=LINES_SHOWN)}"


def _lines(env: EnvironmentFacts) -> list[str]:
    if not env.holders and not env.waiters:
        return [":large_green_circle: free"]
    held = [f"{_lamp(lease)} {words.part(lease)}{_holder(lease)}" for lease in env.holders]
    waiting = [f"{lease.place or 1}. {_waiter(lease)}" for lease in env.waiters]
    return held + ([f"_Waiting ({len(waiting)})_"] if waiting else []) + waiting


def _lamp(lease: LeaseFacts) -> str:
    if lease.status == "offered":
        return ":bell:"
    return ":lock:" if lease.mode == "exclusive" else ":busts_in_silhouette:"


def _holder(lease: LeaseFacts) -> str:
    if lease.status == "offered":
        return f"{mention(lease.person)} is being asked"
    return words.held_by(lease)


def _waiter(lease: LeaseFacts) -> str:
    wish = f"{words.part(lease)}{lease.mode} for {words.length(lease.minutes)}"
    return f"{mention(lease.person)} · {wish} · {words.turn(lease)}"


def _line(env: EnvironmentFacts) -> str:
    """For notifications and screen readers."""
    return f"{escape(env.name)}: {f'{len(env.holders)} held, {len(env.waiters)} waiting' if env.holders else 'free'}"


def _fallback(environments: tuple[EnvironmentFacts, ...]) -> str:
    return cut_markup("; ".join(_line(env) for env in environments), 2_000)
