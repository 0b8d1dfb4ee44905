"""What a waiter is told of offers: one message an offer, edited to say what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.notices.facts import OfferOutcome
from bot.notices.model import (
    BookingMissed,
    Envelope,
    OfferMade,
    OfferPressed,
    OfferSettled,
    TakenFromYou,
)
from bot.reactions.telling import Teller
from bot.reservations.events import LeaseTaken, Why
from bot.reservations.facts import facts
from bot.reservations.rules.offers import OfferRef
from bot.reservations.values import Lease, Status

SETTLED: dict[Why, OfferOutcome] = {
    Why.PASSED: "passed",
    Why.SILENT: "lapsed",
    Why.LEFT: "left",
    Why.LATER: "later",
    Why.AWAY: "away",
    Why.TAKEN: "taken",
    Why.NO_SHOW: "missed",
    Why.SERVED: "served",
}


def offer(tell: Teller, lease: Lease) -> Envelope:
    """Again when somebody else begins to wait: the message may still be unsent, so it is confirmed as before."""
    notice = OfferMade(tell.facts(lease), tell.request.freed_by(tell.step))
    made = OfferRef(lease.id, lease.offer or lease.version)
    return tell.envelope(lease.person, notice, card=_offer_card(lease), confirm=str(made))


def pressed(tell: Teller, lease: Lease) -> Iterator[Envelope]:
    """Nobody is notified of an edit: an offer that has arrived gets a new message, which has the buttons from now on.
    One that is still on its way says by itself how long it waits.
    """
    if not lease.delivered:
        yield offer(tell, lease)
        return
    yield settled(tell, lease, "pressed")
    yield tell.envelope(lease.person, OfferPressed(tell.facts(lease)), card=_offer_card(lease))


def over(tell: Teller, lease: Lease, why: Why, *, dropped: bool) -> Iterator[Envelope]:
    """Nothing for who was not being asked."""
    if tell.step.before.leases[lease.id].status is not Status.OFFERED:
        return
    yield settled(tell, lease, "dropped" if dropped and why is Why.SILENT else SETTLED[why])
    if why is Why.NO_SHOW:
        yield tell.envelope(lease.person, BookingMissed(tell.facts(lease, "cancelled")))
    if why is Why.TAKEN:
        by, reason = tell.step.recorded.by, _why_taken(tell)
        yield tell.envelope(lease.person, TakenFromYou(tell.facts(lease), by, reason, tell.facts(lease)))


def settled(tell: Teller, lease: Lease, how: OfferOutcome) -> Envelope:
    end = tell.request.in_the_end
    notice = OfferSettled(facts(end, end.leases.get(lease.id, lease), tell.now), how)
    before = tell.step.before.leases[lease.id]
    return tell.envelope(lease.person, notice, card=_offer_card(before), final=True)


def _why_taken(tell: Teller) -> str:
    events = (step.recorded.event for step in tell.request.steps)
    return next((event.reason for event in events if isinstance(event, LeaseTaken)), "")


def _offer_card(lease: Lease) -> str:
    """One message per offer, and another each time it is made or pressed again."""
    return f"offer:{lease.id}:{lease.ticket}:{lease.offer}" + (f":{lease.pressed}" if lease.pressed else "")
