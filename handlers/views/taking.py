"""What is asked before something is taken from somebody, and what is said afterwards."""

from __future__ import annotations

from bot.notices.facts import LeaseFacts
from bot.ports.chat import Message
from bot.reservations.queries import Loss
from handlers.kit.mrkdwn import code, escape
from handlers.views import lease as words
from handlers.views.blocks import Element, actions, button, confirm, context, few, section, value

SHOWN = 10
TAKE = "env.take"
FAIR = "They read your reason, and are first in line for the time they had left."


def sure(loss: Loss, reading: str) -> Message:
    """Nothing is taken until the button is pressed, and what the dialog asks is confirmed."""
    waiting = f" {loss.waiting} waiting." if loss.waiting else ""
    line = f":warning: Nothing is taken yet. *{escape(loss.scope)}* is in use.{waiting}"
    buttons = actions(*ways_on(loss.scope, loss.holders, loss.seen, reading))
    read = f"Understood: {code(reading, 400)}. {FAIR}"
    return Message(line, (section("\n".join([line, *holders(loss.holders)])), buttons, context(read)))


def ways_on(scope: str, holders: tuple[LeaseFacts, ...], seen: int, line: str) -> list[Element]:
    """To take it from `holders`, as they are at the seq `seen`, by the typed `line`; or not."""
    sure = confirm(f"Take {scope}?", f"{_who(holders)} will lose it. {FAIR}", "Take it", "Leave it", danger=True)
    return [
        button("Take it", TAKE, value(line=line, seen=seen), style="danger", confirm=sure),
        words.line_button("Ask for it instead", f"ask {scope}"),
        words.line_button("Queue for 1 h", f"reserve {scope} 1h", 1),
    ]


def notes(ended: tuple[LeaseFacts, ...]) -> tuple[str, ...]:
    """From whom it was taken; `ended` as they were before."""
    if not ended:
        return ()
    pipelines = any(lease.pipeline for lease in ended)
    stopped = " A pipeline does not come back by itself: run it again." if pipelines else ""
    people = "" if all(lease.pipeline for lease in ended) else f" {FAIR}"
    return (f":warning: You took it from {_who(ended)}.{people}{stopped}",)


def holders(leases: tuple[LeaseFacts, ...]) -> list[str]:
    return few([_holder(lease) for lease in leases], SHOWN)


def _holder(lease: LeaseFacts) -> str:
    if lease.status == "offered":
        return f"• {words.who(lease.person)} is being asked whether they want {words.scope(lease)}"
    return f"• {words.who(lease.person)} holds {words.scope(lease)} {words.until(lease)}{words.why(lease)}"


def _who(leases: tuple[LeaseFacts, ...]) -> str:
    people = list(dict.fromkeys(words.who(lease.person) for lease in leases))
    return ", ".join(people[:3]) + (f" and {len(people) - 3} more" if len(people) > 3 else "")  # noqa: PLR2004 - those named
