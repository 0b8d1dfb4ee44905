"""What is answered when something was handed over, or its holder was asked for it."""

from __future__ import annotations

from datetime import datetime

from bot.catalog.values import Person
from bot.grammar.targets import Target
from bot.notices.facts import LeaseFacts
from bot.ports.chat import Message
from handlers.kit.mrkdwn import clean, code
from handlers.views import lease as words
from handlers.views.blocks import actions, context, section

MEMBERS_SHOWN = 20


def given(lease: LeaseFacts, to: str, now: datetime, reading: str = "") -> Message:
    """lease: as it was, with the end that it keeps. reading: of a typed line, which ends with the person."""
    until = f" until {words.clock(lease.ends, now)}" if lease.ends else ""
    line = f":handshake: *{words.scope(lease)}* is {words.who(to)}'s now,{until or ' for the time that was left'}. "
    line += "They are told. Thank you!"
    queue = words.line_button("Queue for it", f"reserve {words.target(lease)} {lease.mode} 1h")
    said = code(reading.rpartition(" ")[0])
    read = (context(f"Understood: {said} to {words.who(to)}."),) if reading else ()
    return Message(line, (section(line), actions(queue), *read))


def to_whom(target: Target | None, members: tuple[Person, ...]) -> Message:
    """A group cannot hold anything, so one of its people is to be chosen."""
    line = ":busts_in_silhouette: One person at a time can hold it. To whom?"
    buttons = [
        words.line_button(_called(each), " ".join(f"give {target or ''} <@{each.slack}>".split()), n)
        for n, each in enumerate(members[:MEMBERS_SHOWN])
    ]
    return Message(line, (section(line), actions(*buttons)))


def _called(person: Person) -> str:
    """For plain text: a name in the catalog may hold anything."""
    return clean(person.full_name) or person.name


def asked(holders: tuple[LeaseFacts, ...], *, waits: bool) -> Message:
    """waits: whoever asked stands in line already."""
    who = "\n".join(f"{words.who(x.person)} holds *{words.scope(x)}* {words.until(x)}{words.why(x)}" for x in holders)
    line = f":wave: I have asked for you, politely.\n{who}"
    queue = [] if waits else [words.line_button("Queue for it", f"reserve {words.target(x)} 1h") for x in holders[:1]]
    return Message(line, (section(line), *([actions(*queue)] if queue else [])))
