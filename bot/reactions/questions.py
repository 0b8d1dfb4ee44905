"""Direct messages that asked something of a lease, once that is over: their buttons go, and one line says why."""

from __future__ import annotations

from collections.abc import Iterator

from bot.notices.model import Envelope, QuestionOver
from bot.reactions import ending
from bot.reactions.telling import Teller
from bot.reservations.events import Event, lease_id_of
from bot.reservations.values import Lease, Status

NEXT = {Status.OFFERED: "offered", Status.ACTIVE: "yours"}


def over(tell: Teller, event: Event) -> Iterator[Envelope]:
    """What the event puts an end to. That nothing was asked, or nothing sent, is known when it is written down."""
    lease_id = lease_id_of(event)
    before, after = tell.step.before.leases.get(lease_id), tell.step.after.leases.get(lease_id)
    if before is None:
        return
    if before.status is Status.QUEUED and before.warned:
        yield from _next_no_more(tell, before, after)
    if before.status is Status.ACTIVE and (after is None or after.status is not Status.ACTIVE):
        facts = tell.facts(before)
        if before.asked_for is not None:
            yield from tell.person(before.person, QuestionOver("wanted", "ended", facts), card=wanted_card(before))
        if before.rang is not None and not ending.is_told_in_reminder(tell, before, event):
            card = ending.reminder_card(before)
            yield from tell.person(before.person, QuestionOver("reminder", "ended", facts), card=card)


def soon_card(lease: Lease) -> str:
    """One message for each place in the queue: whoever goes to its end is told again."""
    return f"soon:{lease.id}:{lease.ticket}"


def wanted_card(lease: Lease) -> str:
    """One message each time that somebody asks."""
    return f"wanted:{lease.id}:{int(lease.asked_for.timestamp()) if lease.asked_for else 0}"


def _next_no_more(tell: Teller, before: Lease, after: Lease | None) -> Iterator[Envelope]:
    if after is not None and after.status is Status.QUEUED:
        return
    how = NEXT.get(after.status, "left") if after is not None else "left"
    yield from tell.person(before.person, QuestionOver("soon", how, tell.facts(before)), card=soon_card(before))
