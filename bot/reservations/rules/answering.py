"""What is answered to an offer: accept, pass, later, and yes before it is made."""

from __future__ import annotations

from bot.reservations.commands import Accept, AcceptAhead, Later, OfOffer, Pass
from bot.reservations.events import AcceptedAhead, LeaseCancelled, OfferAccepted, OfferDelivered, Why
from bot.reservations.folding import Draft
from bot.reservations.refusals import NotOffered, OtherOffer
from bot.reservations.rules.hand_over import alone, back_in_line, granted_end, hand_over, pause_if_unwell, replace_old
from bot.reservations.values import Lease, Status


def confirm_delivery(draft: Draft, lease: Lease | None, version: int) -> None:
    if lease is not None and lease.offer == version and not lease.delivered:
        draft.record(OfferDelivered(lease.id, draft.now + lease.wanted.terms.claim_window))


def accept(draft: Draft, lease: Lease, command: Accept) -> None:
    _check_offer(lease, command)
    if lease.status in (Status.QUEUED, Status.BOOKED):
        raise NotOffered(f"{lease.scope} is not on offer to you now: you are in the queue for it.", lease)
    if lease.status is Status.OFFERED:
        ends, cut = granted_end(draft, lease, lease.scope)
        replace_old(draft, lease)
        draft.record(OfferAccepted(lease.id, command.by, ends, cut))
        pause_if_unwell(draft, lease.id)


def decline(draft: Draft, lease: Lease, command: Pass) -> None:
    """To the tail; or out, when nobody else waits: the tail would be the head, and the next offer the same again."""
    _check_offered(lease, command)
    last = alone(lease, draft.within(lease.scope.environment))
    if last:
        draft.record(LeaseCancelled(lease.id, Why.PASSED))
    else:
        back_in_line(draft, lease.id, Why.PASSED)
    hand_over(draft, lease.scope.environment)


def put_off(draft: Draft, lease: Lease, command: Later) -> None:
    """It keeps its place, and is asked again in a while; whoever comes next goes first meanwhile."""
    _check_offered(lease, command)
    back_in_line(draft, lease.id, Why.LATER, draft.now + lease.wanted.terms.later)
    hand_over(draft, lease.scope.environment)


def accept_ahead(draft: Draft, lease: Lease, command: AcceptAhead) -> None:
    """What is on offer by now is accepted at once; doing it twice is as once."""
    if lease.status is Status.OFFERED:
        accept(draft, lease, Accept(lease.id, command.by, command.team))
    elif lease.status is Status.QUEUED and not lease.ready:
        draft.record(AcceptedAhead(lease.id, command.by))


def _check_offered(lease: Lease, command: Pass | Later) -> None:
    if lease.status is not Status.OFFERED:
        raise NotOffered(f"{lease.scope} is not on offer to you now.", lease)
    _check_offer(lease, command)


def _check_offer(lease: Lease, command: OfOffer) -> None:
    """Refuse the button of an earlier offer."""
    if lease.offer and command.version is not None and command.version < lease.offer:
        raise OtherOffer(f"That was an earlier offer of {lease.scope}. It is offered to you again now.", lease)
