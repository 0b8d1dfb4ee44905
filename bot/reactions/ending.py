"""What a holder is told of the end: one message for a reminder, which also says that the time is over."""

from __future__ import annotations

from collections.abc import Iterator

from bot.notices.model import Envelope, LeaseEnded, LeaseEnding
from bot.reactions.telling import Teller
from bot.reservations.events import Event, LeaseExpired
from bot.reservations.facts import waiting_for
from bot.reservations.values import Lease


def reminder(tell: Teller, lease: Lease, *, alone: bool) -> Iterator[Envelope]:
    """What does not ring is said in the message that did: edits notify nobody."""
    yield from tell.person(lease.person, LeaseEnding(tell.facts(lease), alone), card=reminder_card(lease))


def expired(tell: Teller, lease: Lease) -> Iterator[Envelope]:
    """Whoever was notified of this very end finds in the reminder that it has come. Where the reminder was only edited,
    or spoke of other circumstances, the end is a new message.
    """
    card = reminder_card(lease) if _notified(tell, lease) else None
    told = LeaseEnded(tell.facts(lease, "expired"), "expired", reminded=lease.rang is not None)
    yield from tell.person(lease.person, told, card=card)


def is_told_in_reminder(tell: Teller, lease: Lease, event: Event) -> bool:
    return isinstance(event, LeaseExpired) and _notified(tell, lease)


def _notified(tell: Teller, lease: Lease) -> bool:
    alone = not waiting_for(tell.step.before, lease)
    rang = lease.rang
    return rang is not None and (rang.moved, rang.alone) == (lease.moved, alone) and not lease.overran


def reminder_card(lease: Lease) -> str:
    """One message for each end that rang."""
    return f"reminder:{lease.id}:{lease.rang.moved if lease.rang else 0}"
