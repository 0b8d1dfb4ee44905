"""What is answered to whoever wants to hear when something is free, or no longer."""

from __future__ import annotations

from bot.notices.facts import LeaseFacts
from bot.ports.chat import Message
from handlers.kit.mrkdwn import code, escape
from handlers.views import lease as words
from handlers.views.blocks import actions, context, few, section
from handlers.views.place import holder

SHOWN = 10


def free_already(scope: str, apart: tuple[LeaseFacts, ...] = ()) -> Message:
    """apart: who has what there that is reserved apart from it, such as accounts."""
    line = f":large_green_circle: *{escape(scope)}* is free now, so there is nothing to wait for."
    reserve = words.line_button("Reserve for 1 h", f"reserve {scope} 1h")
    if not apart:
        return Message(line, (section(line), actions(reserve)))
    taken = few([f"• {words.part(lease)}{holder(lease)}" for lease in apart], SHOWN)
    line = "\n".join([line, "Not free are these, which are reserved apart from it:", *taken])
    watches = [
        words.line_button(f"Tell me when {place} is free", f"watch {place}", n)
        for n, place in enumerate(dict.fromkeys(words.target(lease) for lease in apart if not lease.wish), 1)
    ]
    return Message(line, (section(line), actions(reserve, *watches[:3])))


def watched(scope: str, reading: str) -> Message:
    line = (
        f":eyes: A direct message tells you once when *{escape(scope)}* is free. Watching keeps no place in the queue."
    )
    stop = words.line_button("Undo: stop watching", f"unwatch {scope}")
    queue = words.line_button("Queue for 1 h instead", f"reserve {scope} 1h", 1)
    return Message(line, (section(line), actions(stop, queue), context(f"Understood: {code(reading, 400)}.")))


def unwatched(ended: tuple[str, ...], scope: str) -> Message:
    """scope: what was named, or nothing for everything."""
    if not ended:
        line = f":eyes: You watch nothing{f' in *{escape(scope)}*' if scope else ''}."
        return Message(line, (section(line),))
    places = ", ".join(f"*{escape(each)}*" for each in ended[:SHOWN])
    rest = f" and {len(ended) - SHOWN} more" if len(ended) > SHOWN else ""
    line = f":no_bell: You are not told any more when {places}{rest} is free."
    again = [words.line_button(f"Watch {each} again", f"watch {each}", n) for n, each in enumerate(ended[:3])]
    return Message(line, (section(line), actions(*again)))
