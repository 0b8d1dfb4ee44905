"""A lease in words: the sentence, its time, its buttons. Shared by answers, cards and direct messages."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.notices.facts import LeaseFacts
from handlers.kit.mrkdwn import escape, mention, moment
from handlers.views.blocks import Element, button, confirm, value

REASON_SHOWN = 120
PARTS_SHOWN = 5
LINE_LIMIT, NAME_LIMIT = 1_900, 100
SAME_DAY = timedelta(hours=12)
PIPELINE = "pipeline:"
LINE = ".line."
"""What the action_id of each button has in it that stands for a typed line, between its command and a number."""
PRIORITY = {1: " · :rotating_light: incident", 2: " · :fire: hotfix"}


def who(person: str) -> str:
    """A mention; a pipeline, which nobody can be mentioned for, by its name."""
    return f"pipeline {escape(person.removeprefix(PIPELINE), 80)}" if person.startswith(PIPELINE) else mention(person)


def scope(lease: LeaseFacts) -> str:
    """`integration` or `integration/payments, orders`, escaped, without markup; many parts as `a, b, c +7`.

    What may come to be any of several is named as it was wished for: `any:gold-customer x2`.
    """
    if lease.wish:
        return escape(lease.wish)
    parts = lease.resources or lease.services
    if not parts:
        return escape(lease.environment)
    rest = len(parts) - PARTS_SHOWN
    return escape(f"{lease.environment}/{', '.join(parts[:PARTS_SHOWN])}" + (f" +{rest}" if rest > 0 else ""))


def part(lease: LeaseFacts) -> str:
    """Where the environment is named already: `payments, orders · `, or nothing for all of it."""
    if lease.wish:
        return f"{scope(lease)} · "
    return f"{scope(lease).partition('/')[2]} · " if lease.resources or lease.services else ""


def target(lease: LeaseFacts) -> str:
    """The same, as one would type it."""
    parts = lease.resources or lease.services
    return lease.wish or (f"{lease.environment}/{','.join(parts)}" if parts else lease.environment)


def why(lease: LeaseFacts) -> str:
    """` · checkout fix`, or nothing."""
    return f" · {shown}" if (shown := escape(lease.reason, REASON_SHOWN)) else ""


def length(minutes: int) -> str:
    """`45 min`, `2 h`, `1 h 30 min`."""
    hours, rest = divmod(max(0, minutes), 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


def clock(at: datetime, near: datetime | None = None) -> str:
    """A time in the reader's zone; with the date unless it is within half a day of `near`."""
    return moment(at, "{time}" if near and abs(at - near) <= SAME_DAY else "{date_short_pretty} {time}")


def until(lease: LeaseFacts) -> str:
    """Of a pipeline's: as long as its heartbeats can keep it, since the end without them moves with each."""
    ends = (lease.pipeline and lease.latest) or lease.ends
    return f"until {clock(ends, lease.started)}" if ends else ""


def held_by(lease: LeaseFacts) -> str:
    """`@Ana · exclusive until 16:30 · checkout fix · clock paused`; `pipeline ci · exclusive for 30 min until ...`"""
    asked = f"for {length(lease.minutes)} " if lease.pipeline else ""
    return f"{who(lease.person)} · {lease.mode} {asked}{until(lease)}{why(lease)}{marks(lease)}"


def marks(lease: LeaseFacts) -> str:
    """What is out of the ordinary with a lease that is held, or nothing."""
    found = [
        "kept alive by heartbeats" if lease.pipeline else "",
        "clock paused" if lease.paused else "",
        "kept as it is for a post-mortem" if lease.held else "",
        f"a run goes on, until {clock(lease.kept_until, lease.ends)} at the latest" if lease.kept_until else "",
    ]
    return "".join(f" · {mark}" for mark in found if mark)


def priority(lease: LeaseFacts) -> str:
    """Why a waiter stands before others, or nothing."""
    return PRIORITY.get(lease.rank, "")


def turn(lease: LeaseFacts, unwell: str = "") -> str:
    """When a waiter's turn comes, as a range: nobody knows it to the minute. unwell: down or degraded, if it is."""
    if not lease.eta_from or not lease.eta_to:
        return f"no estimate while it is {unwell}" if unwell else "no estimate yet"
    if lease.again and lease.again == lease.eta_from:
        return f"back at {clock(lease.again, lease.asked)}"
    if lease.eta_to - lease.eta_from < timedelta(minutes=5):
        return f"about {clock(lease.eta_to, lease.asked)}"
    return f"between {clock(lease.eta_from, lease.asked)} and {clock(lease.eta_to, lease.asked)}"


def window(begins: datetime, ends: datetime) -> str:
    """`Thursday 10:00 to 12:00`; with the second date where it is another day."""
    return f"{clock(begins)} to {clock(ends, begins)}"


def times(lease: LeaseFacts) -> str:
    """From when to when it is booked."""
    begins = lease.begins or lease.asked
    return window(begins, begins + timedelta(minutes=lease.minutes))


def booked(lease: LeaseFacts) -> str:
    """`Thursday 10:00 to 12:00 · @Ana · exclusive · load test`"""
    return f"{times(lease)} · {who(lease.person)} · {lease.mode}{why(lease)}"


def place(number: int) -> str:
    """`next` for 1, `2nd`, `3rd`, `11th`."""
    if number == 1:
        return "next"
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def carried(lease: LeaseFacts) -> str:
    return value(lease=lease.lease_id, version=lease.version)


def extend_button(lease: LeaseFacts, minutes: int) -> Element:
    carries = value(lease=lease.lease_id, version=lease.version, minutes=minutes)
    return button(f"Extend {length(minutes)}", f"env.extend.{minutes}", carries)


def choice_button(
    verb: str, lease: LeaseFacts, number: int, minutes: int | None, until: datetime | None, *, when: str
) -> Element:
    """The `number`th of several leases to release, extend or leave, by its id: one place may name several.

    when: of a booking, when it begins.
    """
    end = {"minutes": minutes} if minutes else {"until": until.isoformat()} if until else {}
    carries = value(lease=lease.lease_id, version=lease.version, **end)
    does = "leave" if verb == "release" and lease.status != "active" else verb
    return button(" ".join(filter(None, (f"{number}.", when, target(lease)))), f"env.{does}.{number}", carries)


def release_button(lease: LeaseFacts) -> Element:
    return button("Release", "env.release", carried(lease))


def leave_button(lease: LeaseFacts) -> Element:
    if lease.status == "booked":
        sure = confirm("Cancel the booking?", f"*{scope(lease)}* is free for others then.", "Cancel it", "Keep it")
        return button("Cancel booking", "env.leave", carried(lease), confirm=sure)
    sure = confirm("Leave the queue?", f"You give up your place for *{scope(lease)}*.", "Leave", "Stay")
    return button("Leave the queue", "env.leave", carried(lease), confirm=sure)


def offer_buttons(lease: LeaseFacts, *, here: bool = False) -> tuple[Element, ...]:
    """here: in the offer's own message, which is edited to say what came of it."""
    carries = value(lease=lease.lease_id, version=lease.version, **({"here": 1} if here else {}))
    return (
        button("Accept", "env.accept", carries, style="primary"),
        button("Pass", "env.pass", carries),
        button("Later", "env.later", carries),
    )


def ahead_button(lease: LeaseFacts) -> Element:
    """To whoever is next: yes, before it is offered."""
    return button("Hand it to me", "env.ahead", carried(lease))


def usage_button(label: str, environment: str, days: int) -> Element:
    """How an environment, or with `""` all of them, were used."""
    return button(label, "env.stats", value(environment=environment[:NAME_LIMIT], days=days))


def line_button(label: str, line: str, number: int = 0, *, style: str | None = None, family: str = "env") -> Element:
    """A button that does what typing `line` after the command would do. family: which command.

    A button carries 2,000 characters at most; a longer line only shows the environment, from where one goes on.
    """
    if len(line) > LINE_LIMIT:
        line = line.removeprefix("reserve ").partition("/")[0]
    return button(label, f"{family}{LINE}{number}", value(line=line), style=style)
