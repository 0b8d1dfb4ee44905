"""The story on one screen: what follows, for others, from what happened to a lease.

Called inside the transaction that commits the events, so that nothing is promised without being told, or told without
being promised. Whoever did it gets an answer where they typed; here stands what everybody else learns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from bot.catalog import Catalog
from bot.notices.model import (
    DoneForYou,
    Envelope,
    LeaseCard,
    LeaseEnded,
    LeaseEnding,
    LeaseFacts,
    Notice,
    OfferLapsed,
    OfferMade,
    OfferPressed,
    OfferSettled,
)
from bot.reservations import events as happened
from bot.reservations.events import Why, lease_id_of
from bot.reservations.facts import facts, waiting_for
from bot.reservations.ledger import Step
from bot.reservations.offers import OfferRef
from bot.reservations.state import State
from bot.reservations.values import Lease, Status

How = Literal["accepted", "passed", "lapsed", "dropped", "left", "pressed"]
SETTLED: dict[Why, How] = {Why.PASSED: "passed", Why.SILENT: "lapsed", Why.LEFT: "left"}


def react(workspace: str, steps: Sequence[Step], catalog: Callable[[], Catalog]) -> list[Envelope]:
    """What must be told after `steps`, in order. The same steps give the same envelopes with the same ids."""
    told: list[Envelope] = []
    freed_by: dict[str, str] = {}
    in_the_end = {step.recorded.request_id: step.after for step in steps}
    for step in steps:
        if isinstance(step.recorded.event, happened.OfPlace):
            continue
        lease = _lease(step)
        if isinstance(step.recorded.event, happened.LeaseReleased | happened.LeaseExpired):
            freed_by[step.recorded.request_id] = lease.person
        request = step.recorded.request_id
        story = _Story(
            workspace, step, lease, catalog(), freed_by=freed_by.get(request), in_the_end=in_the_end[request]
        )
        told.extend(story.envelopes())
    return told


def _lease(step: Step) -> Lease:
    """The lease after the event; for one that has ended, as it was with its end."""
    lease_id = lease_id_of(step.recorded.event)
    return step.after.leases.get(lease_id) or step.before.leases[lease_id]


def still_true(notice: Notice, state: State) -> bool:
    """Whether `notice`, held back for a while, is worth telling now: what has happened since is in `state`."""
    match notice:
        case LeaseEnding(lease):
            now = state.leases.get(lease.lease_id)
            return now is not None and now.ends == lease.ends
        case OfferLapsed(lease, dropped=False):
            now = state.leases.get(lease.lease_id)
            return now is not None and now.status is Status.QUEUED
        case DoneForYou(lease):
            return lease.lease_id in state.leases
        case _:
            return True


class _Story:
    """One event and what follows from it. in_the_end: after all that the same request led to."""

    def __init__(
        self, workspace: str, step: Step, lease: Lease, catalog: Catalog, *, freed_by: str | None, in_the_end: State
    ) -> None:
        self._workspace, self._step, self._lease, self._catalog = workspace, step, lease, catalog
        self._freed_by, self._in_the_end = freed_by, in_the_end
        self._seq = step.recorded.seq
        self._now = step.recorded.at

    def envelopes(self) -> Iterator[Envelope]:
        yield from self._what_follows()
        yield from self._done_for_you()

    def _what_follows(self) -> Iterator[Envelope]:  # noqa: C901 - one case an event: the story on one screen
        match self._step.recorded.event:
            case happened.LeaseGranted() | happened.LeaseExtended():
                yield from self._card(self._lease)
            case happened.LeaseQueued():
                yield from self._cards_in_the_way()
            case happened.LeaseOffered():
                yield self._offer()
            case happened.ClaimWindowStarted():
                yield from self._pressed()
            case happened.OfferAccepted():
                yield self._settled("accepted")
                yield from self._card(self._lease)
            case happened.OfferReturned(why=why):
                yield from self._offer_over(why, dropped=False)
            case happened.LeaseCancelled(why=why):
                yield from self._offer_over(why, dropped=True)
                yield from self._cards_in_the_way()
            case happened.LeaseReminded(alone=alone):
                yield self._to(self._lease.person, LeaseEnding(self._facts(), alone))
            case happened.LeaseReleased(by=by):
                yield from self._card(self._lease, ended="released")
                if by != self._lease.person:
                    yield self._to(self._lease.person, LeaseEnded(self._facts("released"), "released", by))
            case happened.LeaseExpired():
                yield from self._card(self._lease, ended="expired")
                yield self._to(self._lease.person, LeaseEnded(self._facts("expired"), "expired"))
            case _:
                return

    def _offer(self) -> Envelope:
        """Again when somebody else begins to wait: the message may still be unsent, so it is confirmed as before."""
        notice = OfferMade(self._facts(), self._freed_by)
        offer = OfferRef(self._lease.id, self._lease.offer or self._lease.version)
        return self._to(self._lease.person, notice, card=_offer_card(self._lease), confirm=str(offer))

    def _pressed(self) -> Iterator[Envelope]:
        """Nobody is notified of an edit: an offer that has arrived gets a new message, which has the buttons from now
        on. One that is still on its way says by itself how long it waits.
        """
        if not self._lease.delivered:
            yield self._offer()
            return
        yield self._settled("pressed")
        yield self._to(self._lease.person, OfferPressed(self._facts()), card=_offer_card(self._lease))

    def _offer_over(self, why: Why, *, dropped: bool) -> Iterator[Envelope]:
        if self._step.before.leases[self._lease.id].status is not Status.OFFERED:
            return
        yield self._settled("dropped" if dropped and why is Why.SILENT else SETTLED[why])
        if why is Why.SILENT:
            yield self._to(self._lease.person, OfferLapsed(self._facts(), dropped))

    def _done_for_you(self) -> Iterator[Envelope]:
        """Nothing when the person did it: they got an answer."""
        match self._step.recorded.event:
            case happened.OfferAccepted(by=by) if by != self._lease.person:
                yield self._to(self._lease.person, DoneForYou(self._facts(), "accepted", by))
            case happened.LeaseExtended(by=by) if by != self._lease.person:
                yield self._to(self._lease.person, DoneForYou(self._facts(), "extended", by))
            case _:
                return

    def _settled(self, how: How) -> Envelope:
        lease = self._in_the_end.leases.get(self._lease.id, self._lease)
        notice = OfferSettled(facts(self._in_the_end, lease, self._now), how)
        before = self._step.before.leases[self._lease.id]
        return self._to(self._lease.person, notice, card=_offer_card(before), final=True)

    def _cards_in_the_way(self) -> Iterator[Envelope]:
        """The holders' cards say how many wait."""
        for other in self._step.after.leases.values():
            if other.status is Status.ACTIVE and other.conflicts(self._lease):
                yield from self._card(other)

    def _card(self, lease: Lease, *, ended: str | None = None) -> Iterator[Envelope]:
        """Where changes of the environment are told; nothing, where the catalog names no such place."""
        if channel := self._catalog.announce_channel(lease.scope.environment):
            notice = LeaseCard(self._facts(ended, lease), waiting_for(self._step.after, lease))
            yield self._to(channel, notice, card=f"lease:{lease.id}", final=ended is not None)

    def _facts(self, ended: str | None = None, lease: Lease | None = None) -> LeaseFacts:
        return facts(self._step.after, lease or self._lease, self._now, ended=ended)

    def _to(
        self, to: str, notice: Notice, *, card: str | None = None, final: bool = False, confirm: str | None = None
    ) -> Envelope:
        what = card or type(notice).__name__
        return Envelope(
            f"{self._workspace}:{self._seq}:{what}:{to}", to, notice, card=card, final=final, confirm=confirm
        )


def _offer_card(lease: Lease) -> str:
    """One message per offer, and another each time it is pressed: a returned offer has a new ticket."""
    return f"offer:{lease.id}:{lease.ticket}" + (f":{lease.pressed}" if lease.pressed else "")
