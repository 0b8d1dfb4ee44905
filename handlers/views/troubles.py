"""What is answered to whoever says that a place is down or well again, or freezes it, and to whoever waits for it."""

from __future__ import annotations

from datetime import datetime

from bot.notices.facts import ConditionFacts, FreezeFacts
from bot.plurals import counted
from bot.ports.chat import Message
from bot.reservations.queries import Waits
from handlers.kit.mrkdwn import code, escape
from handlers.views import lease as words
from handlers.views.blocks import Element, actions, button, context, few, section, value

READING_SHOWN, THAWED_SHOWN = 400, 10
THAW = "env.thaw"


def in_the_way(waits: Waits) -> list[str]:
    """What else than the queue keeps somebody from it."""
    lines: list[str] = []
    if found := waits.unwell:
        eta = f", expected to be well again {words.clock(found.eta)}" if found.eta else ""
        lines.append(
            f":warning: {escape(found.scope)} is {found.kind}: {escape(found.reason, words.REASON_SHOWN)}{eta}"
        )
    if frozen := waits.frozen:
        why = escape(frozen.reason, words.REASON_SHOWN)
        lines.append(f":snowflake: {escape(frozen.scope)} is frozen until {words.clock(frozen.end)}: {why}")
    return lines


def unwell(found: ConditionFacts, stopped: int, reading: str) -> Message:
    """stopped: how many leases stand still by it."""
    lamp = ":red_circle:" if found.kind == "down" else ":large_orange_circle:"
    eta = f" It should be well again {words.clock(found.eta, found.since)}." if found.eta else ""
    why = escape(found.reason, words.REASON_SHOWN)
    line = f"{lamp} *{escape(found.scope)}* is {found.kind} now: {why}.{eta}"
    rule = f"Nobody is offered it until somebody says that it is well again.{_still(stopped)}"
    return _said(f"{line}\n{rule}", reading, words.line_button("It is well again", f"ok {found.scope}"))


def well(scope: str, resumed: int, reading: str) -> Message:
    """resumed: how many leases go on by it."""
    goes_on = f" The time of {counted(resumed, 'reservation')} runs again." if resumed else ""
    line = f":large_green_circle: *{escape(scope)}* is well again.{goes_on} Whoever waits is asked."
    return _said(line, reading)


def frozen(window: FreezeFacts, reading: str, *, now: datetime) -> Message:
    """The button ends this freeze, and no other of the same place."""
    times = words.window(window.start, window.end)
    is_frozen = "will be frozen" if window.start > now else "is frozen"
    line = f":snowflake: *{escape(window.scope)}* {is_frozen} {times}: {escape(window.reason, words.REASON_SHOWN)}"
    rule = "Nobody new gets it exclusively then. What runs goes on, and sharing it is fine."
    undo = button("Undo: thaw it", THAW, value(line=f"thaw {window.scope}", window=window.id))
    return _said(f"{line}\n{rule}", reading, undo)


def thawed(scope: str, ended: tuple[FreezeFacts, ...], reading: str) -> Message:
    """ended: the freezes that are over by it."""
    why = [escape(each.reason, words.REASON_SHOWN) for each in ended]
    over = [f"• {escape(x.scope)} {words.window(x.start, x.end)}: {y}" for x, y in zip(ended, why, strict=True)]
    line = f":unlock: Thawed *{escape(scope)}*. Whoever waits is asked."
    return _said(
        "\n".join([line, *few(over, THAWED_SHOWN)]),
        reading,
        words.line_button("Reserve for 1 h", f"reserve {scope} 1h"),
    )


def _still(stopped: int) -> str:
    return f" The time of {counted(stopped, 'reservation')} stands still until then." if stopped else ""


def _said(text: str, reading: str, *buttons: Element) -> Message:
    read = f"Understood: {code(reading, READING_SHOWN)}. It shows on a card in the environment's channel."
    return Message(text, (section(text), *([actions(*buttons)] if buttons else []), context(read)))
