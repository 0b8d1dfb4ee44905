"""The story on one screen: what follows, for others, from what happened to a lease or a place.

Called inside the transaction that commits the events, so that nothing is promised without being told, or told without
being promised. Whoever did it gets an answer where they typed; here stands what everybody else learns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from bot.catalog import Catalog
from bot.notices.model import (
    ClockRuns,
    ClockStopped,
    DoneForYou,
    Envelope,
    GivenToYou,
    InACircle,
    KeptForRun,
    LeaseEnded,
    PlaceFree,
    TakenFromYou,
    TurnCame,
    TurnSoon,
    WantedByOther,
)
from bot.reactions import ending, offers, questions
from bot.reactions.places import of_place
from bot.reactions.telling import Request, Teller
from bot.reservations import events as happened
from bot.reservations.events import Ending, Event, OfPlace, Why, lease_id_of
from bot.reservations.facts import condition_facts, facts
from bot.reservations.ledger import Step
from bot.reservations.rules.circles import circle
from bot.reservations.rules.purposes import goes_with_a_deployment
from bot.reservations.values import Lease, Scope, Status
from bot.reservations.watching import Freed

NOBODY_CAME = (Why.NO_SHOW, Why.SILENT)


def react(workspace: str, steps: Sequence[Step], catalog: Callable[[], Catalog]) -> list[Envelope]:
    """What must be told after `steps`, in order. The same steps give the same envelopes with the same ids."""
    told: list[Envelope] = []
    for _, each in groupby(steps, key=lambda step: step.recorded.request_id):
        request = Request(list(each))
        for step in request.steps:
            told.extend(_follows(Teller(workspace, step, request, catalog())))
    return told


def watchers_told(workspace: str, found: Iterable[tuple[str, Scope, Freed]]) -> list[Envelope]:
    """To each person: what they watch is free, and whose lease ended, if one did."""
    return [
        Envelope(f"{workspace}:{freed.seq}:free:{person}:{scope}", person, PlaceFree(str(scope), _done(freed)))
        for person, scope, freed in found
    ]


def _done(freed: Freed) -> str | None:
    return freed.whose if freed.held else None


def _follows(tell: Teller) -> Iterator[Envelope]:
    event = tell.step.recorded.event
    if isinstance(event, OfPlace):
        yield from of_place(tell, event)
        return
    lease = _lease(tell.step, lease_id_of(event))
    yield from questions.over(tell, event)
    if isinstance(event, Ending):
        yield from _ended(tell, lease, event)
    elif lease.status is Status.ACTIVE:
        yield from _held(tell, lease, event)
    else:
        yield from _waiting(tell, lease, event)


def _lease(step: Step, lease_id: str) -> Lease:
    """The lease after the event; for one that has ended, as it was with its end."""
    return step.after.leases.get(lease_id) or step.before.leases[lease_id]


def _waiting(tell: Teller, lease: Lease, event: Event) -> Iterator[Envelope]:
    match event:
        case happened.LeaseQueued():
            yield from tell.cards_in_the_way(lease)
            yield from _in_a_circle(tell, lease)
        case happened.LeaseReopened() if lease.status is not Status.BOOKED:
            yield from tell.cards_in_the_way(lease)
        case happened.LeaseBooked() | happened.BookingDue() | happened.LeaseReopened():
            yield from tell.card(lease)
        case happened.LeaseOffered():
            yield offers.offer(tell, lease)
        case happened.ClaimWindowStarted():
            yield from offers.pressed(tell, lease)
        case happened.OfferReturned(why=why):
            yield from offers.over(tell, lease, why, dropped=False)
            if lease.wanted.begins:
                yield from tell.card(lease)
        case happened.TurnNear(expected=expected):
            yield from tell.person(lease.person, TurnSoon(tell.facts(lease), expected), card=questions.soon_card(lease))
        case _:
            return


def _turn_came(tell: Teller, lease: Lease) -> Iterator[Envelope]:
    """Whoever waited to deploy hears of that: it begins in the same moment."""
    yield from tell.card(lease)
    if not goes_with_a_deployment(lease):
        yield from tell.person(lease.person, TurnCame(tell.facts(lease)))


def _held(tell: Teller, lease: Lease, event: Event) -> Iterator[Envelope]:
    match event:
        case (
            happened.LeaseGranted()
            | happened.LeaseChanged()
            | happened.LeaseHeld()
            | happened.LeaseUnheld()
            | happened.LeaseReopened()
        ):
            yield from tell.card(lease)
        case happened.LeaseExtended(by=by):
            yield from tell.card(lease)
            yield from tell.holder(lease, DoneForYou(tell.facts(lease), "extended", by))
        case happened.LeaseStarted():
            yield from _turn_came(tell, lease)
        case happened.OfferAccepted(by=by):
            yield offers.settled(tell, lease, "accepted")
            yield from tell.card(lease)
            yield from tell.holder(lease, DoneForYou(tell.facts(lease), "accepted", by))
        case happened.LeaseReminded(alone=alone):
            yield from ending.reminder(tell, lease, alone=alone)
        case happened.HolderAsked(by=by):
            wanted = WantedByOther(tell.facts(lease), by)
            yield from tell.person(lease.person, wanted, card=questions.wanted_card(lease))
        case happened.LeaseOverran():
            yield from tell.card(lease)
            yield from tell.person(lease.person, KeptForRun(tell.facts(lease)))
        case happened.ClockPaused():
            yield from _stopped(tell, lease)
        case happened.ClockResumed():
            yield from tell.card(lease)
            yield from tell.holder(lease, ClockRuns(tell.facts(lease)))
        case _:
            return


def _stopped(tell: Teller, lease: Lease) -> Iterator[Envelope]:
    """Where it was granted while something was the matter already, the answer has said so."""
    yield from tell.card(lease)
    was = tell.request.begins.leases.get(lease.id)
    condition = tell.step.after.condition_of(lease.scope)
    if condition and was and was.status is Status.ACTIVE:
        yield from tell.holder(lease, ClockStopped(tell.facts(lease), condition_facts(condition)))


def _ended(tell: Teller, lease: Lease, event: Ending) -> Iterator[Envelope]:
    match event:
        case happened.LeaseReleased(by=by):
            yield from tell.card(lease, ended="released")
            yield from tell.holder(lease, LeaseEnded(tell.facts(lease, "released"), "released", by))
        case happened.LeaseExpired():
            yield from tell.card(lease, ended="expired")
            yield from ending.expired(tell, lease)
        case happened.LeaseTaken(by=by, reason=reason, returns=returns):
            end = tell.request.in_the_end
            back = facts(end, end.leases[returns], tell.now) if returns and returns in end.leases else None
            yield from tell.card(lease, ended="taken", by=by, reason=reason)
            yield from tell.person(lease.person, TakenFromYou(tell.facts(lease, "taken"), by, reason, back))
        case happened.LeaseGiven():
            yield from _given(tell, lease, event)
        case happened.LeaseReplaced():
            yield from tell.card(lease, ended="replaced")
        case happened.LeaseCancelled(why=why):
            if lease.status is Status.BOOKED or lease.wanted.begins:
                yield from tell.card(lease, ended="missed" if why in NOBODY_CAME else "cancelled")
            yield from offers.over(tell, lease, why, dropped=True)
            yield from tell.cards_in_the_way(lease)


def _given(tell: Teller, lease: Lease, event: happened.LeaseGiven) -> Iterator[Envelope]:
    end = tell.request.in_the_end
    yield from tell.card(lease, ended="given", by=event.to)
    yield from tell.holder(lease, LeaseEnded(tell.facts(lease, "given"), "given", event.by))
    if (theirs := end.leases.get(event.successor)) and event.to != event.by:
        yield from tell.person(event.to, GivenToYou(facts(end, theirs, tell.now), event.by))


def _in_a_circle(tell: Teller, lease: Lease) -> Iterator[Envelope]:
    """Whoever has just closed it reads so in the answer."""
    found = circle(tell.step.after, lease.id)
    notice = InACircle(tuple(tell.facts(held) for held in found))
    for person in dict.fromkeys(held.person for held in found):
        if person != lease.person:
            yield from tell.person(person, notice)
