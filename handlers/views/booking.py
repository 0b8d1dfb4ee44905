"""What is answered when something is booked."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from bot.grammar import commands as typed
from bot.grammar.targets import Target
from bot.notices.facts import FreezeFacts, LeaseFacts
from bot.ports.chat import Message
from bot.reservations.facts import MINUTE
from bot.reservations.queries import Beside
from bot.reservations.values import Wanted
from handlers.kit.mrkdwn import escape
from handlers.views import answers
from handlers.views import lease as words
from handlers.views.blocks import Element, actions, button, context, few, section, value

SHOWN = 3
BOOK = "env.book"
CALENDAR = 8
"""Apart from the numbers of other buttons beside it."""
REASON_CARRIED = 300


def then_button(wanted: Wanted, start: datetime) -> Element:
    """Books `wanted` for another time. It carries times, not a line: a line would be read in the presser's zone."""
    scope = wanted.scope
    carries = value(
        environment=scope.environment,
        services=",".join(sorted(scope.services)),
        resources=",".join(sorted(scope.resources)),
        mode=wanted.mode.value,
        start=start.isoformat(),
        minutes=round(wanted.length / MINUTE),
        reason=wanted.reason[:REASON_CARRIED],
    )
    return button("Book that instead", BOOK, carries, style="primary")


def calendar_button(environment: str = "") -> Element:
    """What is planned there, or anywhere."""
    return words.line_button("Show the calendar", f"calendar {environment}".strip(), CALENDAR)


def carried(carries: str) -> typed.Book:
    """What such a button stands for."""
    found = json.loads(carries)
    services, resources = (tuple(filter(None, found[each].split(","))) for each in ("services", "resources"))
    target, start = Target(found["environment"], services, resources), datetime.fromisoformat(found["start"])
    length = timedelta(minutes=found["minutes"])
    return typed.Book(target, found["mode"], start, length, start + length, found["reason"], "")


def booked(lease: LeaseFacts, near: Beside, reading: str) -> Message:
    """near: what else is planned there about that time."""
    line = f":calendar: *{words.scope(lease)}* is booked for you, {words.times(lease)}, {lease.mode}{words.why(lease)}"
    beside = [*few([_booking(x) for x in near.booked], SHOWN), *few([_freeze(x) for x in near.frozen], SHOWN)]
    lines = [line, *([f"Near it:\n{chr(10).join(beside)}"] if beside else [])]
    read = f"{answers.understood(lease, reading)} When it begins you are first in line, and are asked."
    calendar = calendar_button(lease.environment)
    buttons = actions(words.leave_button(lease), answers.undo_button(lease), calendar)
    return Message(line, (section("\n".join(lines)), buttons, context(read)))


def _booking(lease: LeaseFacts) -> str:
    return f"• *{words.scope(lease)}* {words.booked(lease)}"


def _freeze(freeze: FreezeFacts) -> str:
    why = escape(freeze.reason, words.REASON_SHOWN)
    return f"• :snowflake: *{escape(freeze.scope)}* is frozen {words.window(freeze.start, freeze.end)} · {why}"
