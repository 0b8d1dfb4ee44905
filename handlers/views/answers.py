"""What the person who typed or pressed sees: how it was read, what is true now, what can be done next."""

from __future__ import annotations

from bot.notices.facts import LeaseFacts
from bot.ports.chat import Block, Message
from bot.reservations.queries import NOTHING, Waits
from handlers.kit.mrkdwn import code
from handlers.views import lease as words
from handlers.views import troubles
from handlers.views.blocks import Element, actions, button, context, section
from handlers.views.forms.buttons import change_button

PLACES_SHOWN, READING_SHOWN = 10, 400
EXTENSIONS = (30, 60)


def held(
    lease: LeaseFacts, reading: str = "", *, undo: bool = False, clipped: bool = False, notes: tuple[str, ...] = ()
) -> Message:
    """reading: the line as it was understood. undo: it may be taken back. clipped: a booking ends it early.
    notes: what else came of it.
    """
    yours = f"*{words.scope(lease)}* {are(lease)} yours"
    line = f":white_check_mark: {yours}, {lease.mode} {words.until(lease)}{words.why(lease)}"
    buttons = [*(words.extend_button(lease, n) for n in EXTENSIONS), words.release_button(lease)]
    buttons += [*([undo_button(lease)] if undo else []), change_button(lease)]
    read = f"{understood(lease, reading)} {_reminder(lease)}Fencing token `{lease.token}`"
    return Message(
        line, (section("\n".join([line, *notes, *_cautions(lease, clipped=clipped)])), actions(*buttons), context(read))
    )


def are(lease: LeaseFacts) -> str:
    """`is`, or `are` where the scope names several accounts: services are parts of the one place."""
    return "are" if len(lease.resources) > 1 else "is"


def understood(lease: LeaseFacts, reading: str) -> str:
    """What was typed, as it was read; of a button, what it led to."""
    said = code(reading, READING_SHOWN) if reading else f"{lease.mode} for {words.length(lease.minutes)}"
    return f"Understood: {said}."


def undo_button(lease: LeaseFacts) -> Element:
    return button("Undo", "env.undo", words.carried(lease))


def _cautions(lease: LeaseFacts, *, clipped: bool) -> list[str]:
    """What may come as a surprise."""
    lines = (
        [":calendar: It is booked from then on, so it is yours for less time than you asked for."] if clipped else []
    )
    if lease.paused:
        lines.append(":double_vertical_bar: Something is wrong there: your time stands still until it is well again.")
    return lines


def _reminder(lease: LeaseFacts) -> str:
    """A lease shorter than the time of the reminder ends without one."""
    soon = words.length(lease.remind_minutes)
    return f"A reminder comes {soon} before it ends. " if lease.minutes > lease.remind_minutes else ""


def queued(lease: LeaseFacts, waits: Waits = NOTHING, reading: str = "", *, undo: bool = False) -> Message:
    """In the queue, and what for: who is before, what is the matter there, who waits for whom in a circle."""
    place = words.place(lease.place or 1)
    line = f":hourglass: You are {place} in line for *{words.scope(lease)}*, {_comes(lease)}."
    promise = "A direct message tells you when it is yours."
    before = [f"{words.who(x.person)} {_is_ahead(x)}" for x in waits.ahead[:3]]
    before += [*troubles.in_the_way(waits), *_circle(waits.circle)]
    buttons = [words.leave_button(lease), *_ask_buttons(lease, waits), *([undo_button(lease)] if undo else [])]
    wish = understood(lease, reading) if reading else f"{understood(lease, '')[:-1]}{words.why(lease)}."
    return Message(line, (section("\n".join([line, *before])), actions(*buttons), context(f"{wish} {promise}")))


def _comes(lease: LeaseFacts) -> str:
    told = lease.eta_from and lease.eta_to
    return f"your turn comes {words.turn(lease)}" if told else "nobody can tell yet when your turn comes"


def _ask_buttons(lease: LeaseFacts, waits: Waits) -> list[Element]:
    """To ask whoever holds it, if it is one thing that can be named."""
    holders = [x for x in waits.ahead if x.status == "active" and x.person != lease.person and not x.pipeline]
    return [words.line_button("Ask for it", f"ask {words.target(lease)}")] if holders and not lease.wish else []


def _circle(leases: tuple[LeaseFacts, ...]) -> list[str]:
    """Nobody in it gets on by waiting, so each is named with what they hold."""
    if not leases:
        return []
    holds = ", ".join(f"{words.who(x.person)} holds *{words.scope(x)}*" for x in leases)
    return [f":warning: You wait for one another: {holds}. One of you has to let go first."]


def _is_ahead(lease: LeaseFacts) -> str:
    if lease.status == "active":
        return f"holds {words.scope(lease)} {words.until(lease)}{words.marks(lease)}"
    return f"{'is being asked' if lease.status == 'offered' else 'waits'} for {words.scope(lease)} before you"


def extended(
    lease: LeaseFacts, waiting: int, *, reading: str = "", clipped: bool = False, rings: bool | None = None
) -> Message:
    """rings: whether a reminder of the new end will notify its holder; None when it is too near for one.
    reading: the typed line as it was understood; empty for a button, which says itself what it does.
    """
    rivals = f" {waiting} waiting." if waiting else ""
    line = f":white_check_mark: *{words.scope(lease)}* {are(lease)} yours {words.until(lease)} now.{rivals}"
    buttons = [*(words.extend_button(lease, n) for n in EXTENSIONS), words.release_button(lease), undo_button(lease)]
    said = section("\n".join([line, *_cautions(lease, clipped=clipped)]))
    return Message(line, (said, actions(*buttons), *_next_reminder(lease, waiting, rings=rings), *_read(reading)))


def _read(reading: str) -> tuple[Block, ...]:
    return (context(f"Understood: {code(reading, READING_SHOWN)}."),) if reading else ()


def _next_reminder(lease: LeaseFacts, waiting: int, *, rings: bool | None) -> tuple[Block, ...]:
    if rings is None:
        return ()
    if rings:
        return (context(f"A reminder comes {words.length(lease.remind_minutes)} before it ends."),)
    why = "the last one is less than an hour old then" if waiting else "nobody waits for it"
    return (context(f":no_bell: No new message reminds you of this end: {why}."),)


def released(leases: tuple[LeaseFacts, ...], reading: str = "") -> Message:
    """What was handed back, or left where it was only waited for. `leases` as they were before."""
    held = tuple(lease for lease in leases if lease.status == "active")
    waited = tuple(lease for lease in leases if lease.status != "active")
    lines = [f":unlock: Released {_places(held)}. Thank you!"] if held else []
    lines += _left(waited)
    again = [
        words.line_button(f"Reserve {words.target(x)} again", f"reserve {words.target(x)} {x.mode} 1h", n)
        for n, x in enumerate(leases[:3])
    ]
    buttons = actions(*again, _undo_all(leases))
    return Message("\n".join(lines), (section("\n".join(lines)), buttons, *_read(reading)))


def _undo_all(leases: tuple[LeaseFacts, ...]) -> Element:
    """Several were let go at once: what is typed takes back the whole of it."""
    return undo_button(leases[0]) if len(leases) == 1 else words.line_button("Undo", "undo", 9)


def _places(leases: tuple[LeaseFacts, ...]) -> str:
    shown = ", ".join(f"*{words.scope(lease)}*" for lease in leases[:PLACES_SHOWN])
    return shown if len(leases) <= PLACES_SHOWN else f"{shown} and {len(leases) - PLACES_SHOWN} more"


def passed(lease: LeaseFacts, *, waits: bool) -> Message:
    place = words.place(lease.place or 1)
    after = f"You are {place} in line again, {words.turn(lease)}." if waits else "You are out of the queue."
    line = f":arrow_right: You passed on *{words.scope(lease)}*. {after}"
    return Message(line, (section(line), *((actions(words.leave_button(lease)),) if waits else ())))


def left(leases: tuple[LeaseFacts, ...], reading: str = "") -> Message:
    lines = "\n".join(_left(leases))
    return Message(lines, (section(lines), actions(_undo_all(leases)), *_read(reading)))


def _left(leases: tuple[LeaseFacts, ...]) -> list[str]:
    """Places in the queue, and bookings."""
    booked = tuple(lease for lease in leases if lease.status == "booked")
    waited = tuple(lease for lease in leases if lease.status != "booked")
    lines = [f":wave: You left the queue for {_places(waited)}."] if waited else []
    return lines + ([f":wave: Your booking of {_places(booked)} is cancelled."] if booked else [])


def over(*, replayed: bool) -> Message:
    """A repeat of something that was done, and has ended since."""
    line = "That was done before, and has ended since." if replayed else "That has ended already."
    return Message(line, (section(line),))
