"""What a holder is told of the end: one message for a reminder, which also says that the time is over."""

from __future__ import annotations

from collections.abc import Iterator

from bot.notices.model import Envelope, LeaseEnded, LeaseEnding
from bot.reactions.telling import Teller
from bot.reservations.facts import waiting_for
from bot.reservations.values import Lease


def reminder(tell: Teller, lease: Lease, *, alone: bool) -> Iterator[Envelope]:
    """While nobody waits a lease has one reminder: after an extension it is edited, and notifies nobody again."""
    notice = LeaseEnding(tell.facts(lease), alone)
    yield from tell.person(lease.person, notice, card=_reminder_card(lease, alone=alone))


def expired(tell: Teller, lease: Lease) -> Iterator[Envelope]:
    """Whoever was notified of this very end finds in the reminder that it has come. Where the reminder was only edited,
    or spoke of other circumstances, the end is a new message.
    """
    alone = not waiting_for(tell.step.before, lease)
    told = _as_granted(lease) if alone else not lease.overran
    card = _reminder_card(lease, alone=alone) if told else None
    yield from tell.person(lease.person, LeaseEnded(tell.facts(lease, "expired"), "expired"), card=card)


def _as_granted(lease: Lease) -> bool:
    """It ends when its grant said."""
    return lease.started is not None and lease.ends == lease.wanted.ends(lease.started) and not lease.overran


def _reminder_card(lease: Lease, *, alone: bool) -> str:
    """One message for a lease, and one for each end that somebody waits for."""
    return f"reminder:{lease.id}" if alone else f"reminder:{lease.id}:{lease.moved}"
