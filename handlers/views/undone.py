"""What is answered when somebody has taken back what they did a moment ago."""

from __future__ import annotations

from bot.notices.facts import LeaseFacts
from bot.ports.chat import Message
from handlers.views import lease as words
from handlers.views.blocks import actions, few, section

SHOWN = 10


def undone(live: tuple[LeaseFacts, ...], gone: tuple[LeaseFacts, ...], *, unheld: bool = False) -> Message:
    """live: what is one's own again, as it is now. gone: what is one's own no more, as it was.
    unheld: what was taken back is that it is kept as it is.
    """
    lines = "\n".join(few([*(_again(each, unheld=unheld) for each in live), *map(_over, gone)], SHOWN))
    buttons = [words.release_button(x) if x.status == "active" else words.leave_button(x) for x in live[:1]]
    again = f"reserve {words.target(gone[0])} {gone[0].mode} {gone[0].minutes}m" if gone else ""
    buttons += [words.line_button("Reserve it after all", again)] if again and gone[0].status != "booked" else []
    return Message(lines, (section(lines), *([actions(*buttons)] if buttons else [])))


def _again(lease: LeaseFacts, *, unheld: bool) -> str:
    place = f"*{words.scope(lease)}*"
    if lease.status == "active":
        kept = ", and still kept as it is" if lease.held else ", and not kept as it is any more" if unheld else ""
        return f":leftwards_arrow_with_hook: Taken back: {place} is yours {words.until(lease)}{kept}."
    if lease.status == "booked":
        return f":leftwards_arrow_with_hook: Taken back: {place} is booked for you again."
    return f":leftwards_arrow_with_hook: Taken back: you are {words.place(lease.place or 1)} in line for {place}."


def _over(lease: LeaseFacts) -> str:
    place = f"*{words.scope(lease)}*"
    match lease.status:
        case "active":
            return f":leftwards_arrow_with_hook: Taken back: you do not hold {place} any more."
        case "booked":
            return f":leftwards_arrow_with_hook: Taken back: {place} is not booked for you any more."
        case _:
            return f":leftwards_arrow_with_hook: Taken back: you do not wait for {place} any more."
