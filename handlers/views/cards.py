"""What stands in the announce channel: one message a lease, a trouble or a freeze, edited in place."""

from __future__ import annotations

from bot.notices.facts import LeaseFacts
from bot.notices.model import ConditionCard, FreezeCard, LeaseCard
from bot.plurals import counted
from bot.ports.chat import Block, Message
from bot.reservations.values import FIRST
from handlers.kit.mrkdwn import escape
from handlers.views import lease as words
from handlers.views.blocks import actions, context, section

ENDED = {
    "released": "released",
    "expired": "expired",
    "replaced": "exchanged for more",
    "cancelled": "cancelled",
    "missed": "nobody came for what was booked",
}
CATALOG = "catalog"
"""Who plans freezes that no person has set."""


def card(notice: LeaseCard | ConditionCard | FreezeCard) -> Message:
    match notice:
        case LeaseCard():
            return _lease(notice)
        case ConditionCard():
            return _condition(notice)
        case FreezeCard():
            return _freeze(notice)


def _lease(card: LeaseCard) -> Message:
    lease = card.lease
    match lease.status:
        case "active":
            return _held(lease, card.waiting)
        case "booked":
            return _booked(lease)
        case "queued" | "offered":
            return _due(lease)
        case _:
            return _over(card)


def _held(lease: LeaseFacts, waiting: int) -> Message:
    line = f":lock: *{words.scope(lease)}* · {words.held_by(lease)}"
    queue = f"{waiting} waiting" if waiting else "nobody waiting"
    notes = [queue, *_notes(lease)]
    buttons = actions(
        words.line_button("Queue for 1 h", f"reserve {words.target(lease)} 1h"),
        words.line_button("Tell me when it is free", f"watch {words.target(lease)}", 1),
    )
    return _message(line, section(line), context(" · ".join(notes)), buttons)


def _notes(lease: LeaseFacts) -> list[str]:
    """What is unusual about it."""
    notes: list[str] = []
    if lease.paused:
        notes.append(":double_vertical_bar: its time stands still")
    if lease.held:
        notes.append(":mag: kept as it is for a post-mortem")
    if lease.kept_until:
        notes.append(f":test_tube: a run keeps it, until {words.clock(lease.kept_until, lease.started)} at the latest")
    return notes


def _booked(lease: LeaseFacts) -> Message:
    begins = words.clock(lease.begins) if lease.begins else ""
    line = (
        f":date: *{words.scope(lease)}* · booked by {words.who(lease.person)} · {lease.mode} from {begins}"
        f" for {words.length(lease.minutes)}{words.why(lease)}"
    )
    return _message(line, section(line))


def _due(lease: LeaseFacts) -> Message:
    """Of a booking whose time has come, until it is accepted or lost."""
    stands = "first in line for it, and asked" if lease.rank == FIRST else "in line for it"
    wish = f"{lease.mode} for {words.length(lease.minutes)}{words.why(lease)}"
    line = f":date: *{words.scope(lease)}* · the time has come that {words.who(lease.person)} booked · {wish}"
    return _message(line, section(line), context(f"They are {stands}."))


def _over(card: LeaseCard) -> Message:
    lease = card.lease
    held = f" after {words.length(lease.minutes)}" if lease.minutes and lease.started else ""
    who = words.who(card.by) if card.by else ""
    what = {
        "taken": f"taken by {who}: {escape(card.reason, words.REASON_SHOWN)}",
        "given": f"handed over to {who}",
    }.get(lease.status, ENDED.get(lease.status, "over"))
    line = f":unlock: *{words.scope(lease)}* · {what}{held} · was {words.who(lease.person)}{words.why(lease)}"
    return _message(line, context(line))


def _condition(card: ConditionCard) -> Message:
    found = card.condition
    place, why = escape(found.scope), escape(found.reason, words.REASON_SHOWN)
    if card.over_by:
        note = f": {escape(card.note, words.REASON_SHOWN)}" if card.note else ""
        said = f"says {words.who(card.over_by)}{note}. It was {found.kind}: {why}"
        line = f":large_green_circle: *{place}* is well again, {said}"
        return _message(line, context(line))
    lamp = ":red_circle:" if found.kind == "down" else ":large_orange_circle:"
    line = f"{lamp} *{place}* is {found.kind}: {why}"
    eta = f" · expected to be well again {words.clock(found.eta, found.since)}" if found.eta else ""
    said = f"said by {words.who(found.by)}{eta}"
    stops = "No offers are made meanwhile"
    if card.holders:
        stops += f", and the time of {counted(card.holders, 'lease')} stands still"
    waiting = f" · {card.waiting} waiting" if card.waiting else ""
    button = words.line_button("It is well again", f"ok {found.scope}")
    return _message(line, section(line), context(said), context(stops + waiting), actions(button))


def _freeze(card: FreezeCard) -> Message:
    found = card.freeze
    place, why = escape(found.scope), escape(found.reason, words.REASON_SHOWN)
    start, end = words.clock(found.start), words.clock(found.end)
    who = "" if found.planned or found.by == CATALOG else f" · {words.who(found.by)}"
    if card.stage == "over":
        thawed = f", thawed by {words.who(card.thawed_by)}" if card.thawed_by else ""
        line = f":sunny: The freeze of *{place}* is over{thawed}: {why}"
        return _message(line, context(line))
    if card.stage == "announced":
        line = f":snowflake: *{place}* will be frozen from {start} until {end}: {why}{who}"
    else:
        line = f":snowflake: *{place}* is frozen until {end}: {why}{who}"
    rule = "Nobody new gets it exclusively meanwhile. What runs goes on, and testing together (`shared`) is fine."
    return _message(line, section(line), context(rule))


def _message(text: str, *blocks: Block) -> Message:
    return Message(text, blocks)
