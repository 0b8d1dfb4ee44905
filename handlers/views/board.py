"""`/env`: who holds what, who is next, and one button to do something about it. Looking never changes anything."""

from __future__ import annotations

from collections.abc import Iterator

from bot.catalog.values import Resource
from bot.grammar.questions import Blank
from bot.notices.facts import LeaseFacts
from bot.ports.chat import Block, Message
from handlers.kit.mrkdwn import code, escape
from handlers.views import lease as words
from handlers.views.blocks import Element, actions, context, cut_markup, divider, fitting, header, section
from handlers.views.deployments import glance
from handlers.views.forms.buttons import form_button, lease_buttons
from handlers.views.place import ENVIRONMENTS_SHOWN, EnvironmentFacts, at_a_glance, lines, overview

__all__ = ("EnvironmentFacts", "at_a_glance", "board", "card", "overview")

LINES_SHOWN, CARD_LINES = 8, 20
SECTION_TEXT = 2_400
TOTAL_TEXT = 7_000
"""Slack refuses a message of more than about 13,200 characters of blocks, so a crowded board says less of each."""
NAMES_SHOWN, NAME_LENGTH, LABELS_SHOWN = 30, 60, 3


def board(environments: tuple[EnvironmentFacts, ...], command: str, *, forms: bool = False) -> Message:
    """All environments: the reader's own first, then those in trouble, then the busy ones, then the free ones.

    forms: each with buttons that ask for the rest, where there is room for them.
    """
    if not environments:
        line = "The catalog declares no environments yet."
        return Message(line, (section(line),))
    shown = sorted(environments, key=lambda env: (*env.urgency, env.name))[:ENVIRONMENTS_SHOWN]
    blocks: list[Block] = [header("Environments")]
    room = TOTAL_TEXT
    for env in shown:
        text = _environment(env, min(SECTION_TEXT, room))
        room -= len(text)
        blocks.extend(_with_forms(env, text) if forms else [section(text, _one_button(env))])
    rest = len(environments) - len(shown)
    more = f"{rest} more: `{command} <name>` shows any of them. " if rest else ""
    blocks.append(context(f"{more}`{command} help` says what else you can type."))
    return Message(_fallback(environments), tuple(blocks))


def card(env: EnvironmentFacts, command: str, target: str, may: frozenset[str] = frozenset()) -> Message:
    """One environment, or the part of it that was asked for (`target`), with buttons for what can be done there.

    may: the verbs of the platform team that are the reader's.
    """
    title = f"*{escape(target)}*" + (f"\n{escape(env.description, 200)}" if env.description else "")
    told = lines(env, waiting=10, bookings=5)
    blocks: list[Block] = [section(title), section(fitting(told, SECTION_TEXT, most=CARD_LINES))]
    blocks += glance.card(env.name, env.services, env.running)
    blocks += [context(line) for line in _made_of(env)] if "/" not in target else []
    blocks.append(divider())
    blocks.append(actions(*_choices(env, target)))
    blocks.append(actions(*_asking(env, target, may)))
    if not env.mine_now:
        blocks += [context(_closed(env))] if env.closed else []
        blocks.append(context(f"Or type how long: `{command} {escape(target)} 2h checkout fix`"))
    return Message(_line(env), tuple(blocks))


def _made_of(env: EnvironmentFacts) -> Iterator[str]:
    """What can be reserved of it, and by which labels."""
    if env.services and not env.running:
        yield f"Services: {_named([escape(name, NAME_LENGTH) for name in env.services])}"
    if env.resources:
        yield f"Accounts and the like, each reserved by itself: {_named([_resource(each) for each in env.resources])}"
    if env.labels:
        yield f"Labels: {_named([_label(each) for each in env.labels])}"


def _named(names: list[str]) -> str:
    return fitting(names, SECTION_TEXT, most=NAMES_SHOWN).replace("\n", ", ")


def _resource(resource: Resource) -> str:
    labels = " ".join(_label(each) for each in sorted(resource.labels)[:LABELS_SHOWN])
    return escape(resource.name, NAME_LENGTH) + (f" ({labels})" if labels else "")


def _label(name: str) -> str:
    return code(f"any:{name}", NAME_LENGTH)


def _closed(env: EnvironmentFacts) -> str:
    return (
        "Whoever queues is asked when it is well again." if env.unwell else "Whoever queues is asked after the freeze."
    )


def _choices(env: EnvironmentFacts, target: str) -> tuple[Element, ...]:
    """What the reader can do next: with what is theirs, else to get it."""
    if env.mine_now:
        return _with_mine(env.mine_now[0])
    waits = env.holders or env.closed
    take = "Queue" if waits else "Reserve"
    apart = env.waiters or env.unwell or any(lease.mode == "exclusive" for lease in env.holders)
    share = "Queue shared" if apart else "Share"
    return (
        words.line_button(f"{take} for 1 h", f"reserve {target} 1h", 1, style=None if waits else "primary"),
        words.line_button(f"{take} for 2 h", f"reserve {target} 2h", 2),
        words.line_button(f"{share} for 1 h", f"reserve {target} shared 1h", 3),
    )


def _asking(env: EnvironmentFacts, target: str, may: frozenset[str]) -> tuple[Element, ...]:
    """Forms, for what takes more than a press."""
    others = not env.mine_now and bool(env.holders)
    forms = (
        *(("reserve", "Reserve…"),) * (not env.mine_now),
        ("book", "Book…"),
        *(("take", "Take…"),) * (others and "take" in may),
        *(("down", "Say how it is…"),) * ("down" in may),
        *(("freeze", "Freeze…"),) * ("freeze" in may),
    )
    asked = tuple(_form(label, verb, target, n) for n, (verb, label) in enumerate(forms, 11))
    watch = (words.line_button("Tell me when it is free", f"watch {target}", 9),) if others else ()
    thaw = (words.line_button("Thaw", f"thaw {target}", 8),) if env.frozen and "freeze" in may else ()
    booked = [words.leave_button(lease) for lease in env.mine if lease.status == "booked"]
    return (*asked, *watch, *thaw, *booked[:1])


def _with_mine(lease: LeaseFacts) -> tuple[Element, ...]:
    match lease.status:
        case "active":
            longer = (words.extend_button(lease, minutes) for minutes in (30, 60))
            return (words.release_button(lease), *longer, *lease_buttons(lease))
        case "offered":
            return words.offer_buttons(lease)
        case _:
            return (words.leave_button(lease),)


def _one_button(env: EnvironmentFacts) -> Element | None:
    """Beside a line of the board there is room for one."""
    mine = env.mine if env.dropped else env.mine_now
    if mine:
        return _with_mine(mine[0])[0]
    if env.dropped:
        return None
    return words.line_button(
        "Queue for 1 h" if env.holders or env.closed else "Reserve for 1 h", f"reserve {env.name} 1h"
    )


def _with_forms(env: EnvironmentFacts, text: str) -> list[Block]:
    quick = _one_button(env)
    asking = () if env.dropped else (_form("Reserve…", "reserve", env.name, 1), _form("Book…", "book", env.name, 2))
    buttons = (*([quick] if quick else []), *asking)
    return [section(text), *([actions(*buttons)] if buttons else [])]


def _form(label: str, verb: str, target: str, number: int) -> Element:
    return form_button(label, Blank(verb, target), number)


def _environment(env: EnvironmentFacts, room: int) -> str:
    name = f"*{escape(env.name)}*" + (" (no longer in the catalog)" if env.dropped else "")
    told = [*lines(env, waiting=3, bookings=1), *glance.line(env.running)]
    return f"{name}  {told[0]}" if len(told) == 1 else f"{name}\n{fitting(told, room, most=LINES_SHOWN)}"


def _line(env: EnvironmentFacts) -> str:
    """For notifications and screen readers."""
    held = f"{len(env.holders)} held, {len(env.waiters)} waiting" if env.holders or env.waiters else "free"
    trouble = [*(each.kind for each in env.unwell[:1]), *(["frozen"] if env.frozen else [])]
    return f"{escape(env.name)}: {', '.join([*trouble, held])}"


def _fallback(environments: tuple[EnvironmentFacts, ...]) -> str:
    return cut_markup("; ".join(_line(env) for env in environments), 2_000)
