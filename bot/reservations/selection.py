"""Which lease a person means who names none, or only a place. Never a guess: several are several."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.reservations.values import Lease, Scope, State, Status

HELD = frozenset({Status.ACTIVE})
WAITING = frozenset({Status.QUEUED, Status.OFFERED})
LIVE = HELD | WAITING


@dataclass(frozen=True, slots=True)
class Meant:
    """`exact` is False when the leases cover more than was named: `release integration/payments` of all integration."""

    leases: tuple[Lease, ...]
    exact: bool = True

    @property
    def one(self) -> Lease | None:
        """The lease that is meant beyond doubt."""
        return self.leases[0] if self.exact and len(self.leases) == 1 else None


CLOCKS_APART = timedelta(seconds=1)
"""Two processes agree on the time better than this."""


def meant(
    state: State,
    person: str,
    team: str | None,
    among: Collection[Status],
    scope: Scope | None = None,
    *,
    asked_at: datetime | None = None,
) -> Meant:
    """One's own leases first; a team mate's only where a place is named.

    asked_at: a line that was typed then, and is handled late or once more, does not mean what was reserved since.
    """
    live = [lease for lease in state.leases.values() if lease.status in among and not _since(lease, asked_at)]
    own = [lease for lease in live if lease.person == person]
    if scope is None:
        return Meant(_in_order(own))
    mates = [lease for lease in live if lease.person != person and lease.belongs_to(person, team)]
    for group in (own, mates):
        if inside := [lease for lease in group if covers(scope, lease.scope)]:
            return Meant(_in_order(inside))
        if wider := [lease for lease in group if scope.overlaps(lease.scope)]:
            return Meant(_in_order(wider), exact=False)
    return Meant(())


def _since(lease: Lease, asked_at: datetime | None) -> bool:
    return asked_at is not None and lease.asked > asked_at + CLOCKS_APART


def covers(outer: Scope, inner: Scope) -> bool:
    """All of `inner` lies in `outer`."""
    if outer.environment != inner.environment:
        return False
    return not outer.services or (bool(inner.services) and inner.services <= outer.services)


def _in_order(leases: list[Lease]) -> tuple[Lease, ...]:
    return tuple(sorted(leases, key=lambda lease: lease.place))
