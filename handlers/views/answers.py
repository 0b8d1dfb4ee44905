"""What the person who typed or pressed sees: how it was read, what is true now, what can be done next."""

from __future__ import annotations

from bot.notices.facts import LeaseFacts
from bot.ports.chat import Message
from bot.reservations.queries import NOTHING, Waits
from handlers.kit.mrkdwn import mention
from handlers.views import lease as words
from handlers.views.blocks import actions, context, section

PLACES_SHOWN = 10
EXTENSIONS = (30, 60)


def held(lease: LeaseFacts) -> Message:
    line = f":white_check_mark: *{words.scope(lease)}* is yours, {lease.mode} {words.until(lease)}{words.why(lease)}"
    buttons = actions(*(words.extend_button(lease, n) for n in EXTENSIONS), words.release_button(lease))
    read = (
        f"Understood: {lease.mode} for {words.length(lease.minutes)}. {_reminder(lease)}Fencing token `{lease.token}`"
    )
    return Message(line, (section(line), buttons, context(read)))


def _reminder(lease: LeaseFacts) -> str:
    """A lease shorter than the time of the reminder ends without one."""
    soon = words.length(lease.remind_minutes)
    return f"A reminder comes {soon} before it ends. " if lease.minutes > lease.remind_minutes else ""


def queued(lease: LeaseFacts, waits: Waits = NOTHING) -> Message:
    """In the queue, and what for: who is before, what is the matter there, who waits for whom in a circle."""
    place = words.place(lease.place or 1)
    line = f":hourglass: You are {place} in line for *{words.scope(lease)}*, your turn comes {words.turn(lease)}."
    wish = f"Understood: {lease.mode} for {words.length(lease.minutes)}{words.why(lease)}"
    promise = "A direct message tells you when it is yours."
    before = [f"{mention(x.person)} {_is_ahead(x)}" for x in waits.ahead[:3]]
    before += [*words.troubles(waits), *_circle(waits.circle)]
    blocks = [section("\n".join([line, *before])), actions(words.leave_button(lease)), context(f"{wish}. {promise}")]
    return Message(line, tuple(blocks))


def _circle(leases: tuple[LeaseFacts, ...]) -> list[str]:
    """Nobody in it gets on by waiting, so each is named with what they hold."""
    if not leases:
        return []
    holds = ", ".join(f"{mention(x.person)} holds *{words.scope(x)}*" for x in leases)
    return [f":warning: You wait for one another: {holds}. One of you has to let go first."]


def _is_ahead(lease: LeaseFacts) -> str:
    if lease.status == "active":
        return f"holds {words.scope(lease)} {words.until(lease)}"
    return f"{'is being asked' if lease.status == 'offered' else 'waits'} for {words.scope(lease)} before you"


def extended(lease: LeaseFacts, waiting: int) -> Message:
    rivals = f" {waiting} waiting." if waiting else ""
    line = f":white_check_mark: *{words.scope(lease)}* is yours {words.until(lease)} now.{rivals}"
    buttons = actions(*(words.extend_button(lease, n) for n in EXTENSIONS), words.release_button(lease))
    return Message(line, (section(line), buttons))


def released(leases: tuple[LeaseFacts, ...]) -> Message:
    """What was handed back, or left where it was only waited for. `leases` as they were before."""
    held = tuple(lease for lease in leases if lease.status == "active")
    waited = tuple(lease for lease in leases if lease.status != "active")
    lines = [f":unlock: Released {_places(held)}. Thank you!"] if held else []
    lines += [_left(waited)] if waited else []
    again = [
        words.line_button(f"Reserve {words.target(x)} again", f"reserve {words.target(x)} {x.mode} 1h", n)
        for n, x in enumerate(leases[:3])
    ]
    return Message("\n".join(lines), (section("\n".join(lines)), actions(*again)))


def _places(leases: tuple[LeaseFacts, ...]) -> str:
    shown = ", ".join(f"*{words.scope(lease)}*" for lease in leases[:PLACES_SHOWN])
    return shown if len(leases) <= PLACES_SHOWN else f"{shown} and {len(leases) - PLACES_SHOWN} more"


def passed(lease: LeaseFacts, *, waits: bool) -> Message:
    place = words.place(lease.place or 1)
    after = f"You are {place} in line again, {words.turn(lease)}." if waits else "You are out of the queue."
    line = f":arrow_right: You passed on *{words.scope(lease)}*. {after}"
    return Message(line, (section(line), *((actions(words.leave_button(lease)),) if waits else ())))


def left(leases: tuple[LeaseFacts, ...]) -> Message:
    return Message(_left(leases), (section(_left(leases)),))


def _left(leases: tuple[LeaseFacts, ...]) -> str:
    return f":wave: You left the queue for {_places(leases)}."


def over(*, replayed: bool) -> Message:
    """A repeat of something that was done, and has ended since."""
    line = "That was done before, and has ended since." if replayed else "That has ended already."
    return Message(line, (section(line),))
