"""Which lease a person means who names none, or only a place. Never a guess: several are several."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.reservations.commands import Described, Extend, Give, Leave, Release
from bot.reservations.folding import Draft
from bot.reservations.refusals import NothingMeant, SeveralMeant
from bot.reservations.state import State
from bot.reservations.values import Lease, Status, in_order

HELD = frozenset({Status.ACTIVE})
WAITING = frozenset({Status.QUEUED, Status.OFFERED})
LIVE = HELD | WAITING
TO_COME = WAITING | {Status.BOOKED}
NOW = datetime.min.replace(tzinfo=UTC)
CLOCKS_APART = timedelta(seconds=1)
"""Two processes agree on the time better than this."""

Choosing = Release | Extend | Give | Leave


@dataclass(frozen=True, slots=True)
class Meant:
    """`exact` is False when the leases cover more than was named: `release integration/payments` of all integration."""

    leases: tuple[Lease, ...]
    exact: bool = True

    @property
    def certain(self) -> bool:
        """One lease, beyond doubt."""
        return self.exact and len(self.leases) == 1


def chosen(draft: Draft, command: Choosing, described: Described) -> tuple[Lease, ...]:
    """The leases that a command is about, at least one; several only for `everything`.

    Raises NothingMeant or SeveralMeant.
    """
    found = meant(draft.state, command.by, command.team, _among(command, described), described)
    verb = type(command).__name__.lower()
    if not found.leases:
        raise _nothing(draft, verb, described)
    if described.everything or found.certain:
        return found.leases
    choice = tuple(sorted(found.leases, key=_begins))
    question = f"Which one do you want to {verb}?"
    if all(lease.status is Status.BOOKED for lease in choice):
        question = "Which booking do you want to cancel?"
    if isinstance(command, Extend):
        raise SeveralMeant(question, verb, choice, length=command.length, until=command.until)
    raise SeveralMeant(question, verb, choice, to=command.to if isinstance(command, Give) else "")


def _begins(lease: Lease) -> datetime:
    """What is held or waited for comes before all bookings, in its own order."""
    return lease.wanted.begins or NOW if lease.status is Status.BOOKED else NOW


def meant(state: State, person: str, team: str | None, among: Collection[Status], described: Described) -> Meant:
    """One's own leases first; what a team mate holds only where a place is named."""
    live = [lease for lease in state.leases.values() if lease.status in among and not _since(lease, described.asked)]
    own = [lease for lease in live if lease.person == person]
    scope = described.scope
    if scope is None:
        return Meant(in_order(own))
    held = [lease for lease in live if lease.status in HELD and lease.person != person]
    for group in (own, [lease for lease in held if lease.belongs_to(person, team)]):
        if inside := [lease for lease in group if all(scope.covers(mine) for mine in lease.scopes)]:
            return Meant(in_order(inside))
        if wider := [lease for lease in group if lease.touches(scope)]:
            return Meant(in_order(wider), exact=False)
    return Meant(())


def _among(command: Choosing, described: Described) -> frozenset[Status]:
    match command:
        case Leave():
            return TO_COME
        case Release() if described.scope is not None:
            return LIVE
        case _:
            return HELD


def _nothing(draft: Draft, verb: str, described: Described) -> NothingMeant:
    if verb == "leave":
        there = " there" if described.scope else ""
        return NothingMeant(f"You wait for nothing{there}, and have booked nothing{there}.", verb, ())
    scope = described.scope
    there = draft.within(scope.environment) if scope else ()
    holders = tuple(lease for lease in there if scope and lease.status in HELD and lease.touches(scope))
    return NothingMeant(f"You hold nothing to {verb}{' there' if scope else ''}.", verb, in_order(holders))


def _since(lease: Lease, asked: datetime | None) -> bool:
    """Reserved since, or waited for then and held only since."""
    return asked is not None and (lease.started or lease.asked) > asked + CLOCKS_APART
