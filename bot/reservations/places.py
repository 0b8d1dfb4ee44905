"""What is true of a place whoever holds it: that it is down, that it is frozen. Frozen values; times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.reservations.values import Lease, Mode, Scope


class Kind(StrEnum):
    """Down: nobody can use it. Degraded: it works in part."""

    DOWN = "down"
    DEGRADED = "degraded"


@dataclass(frozen=True, slots=True)
class Condition:
    """What the platform team knows. While it lasts no offer is made there, and the clocks of leases stand still.

    eta: when it is expected to be over; nothing happens then by itself.
    """

    scope: Scope
    kind: Kind
    reason: str
    by: str
    since: datetime
    eta: datetime | None = None


@dataclass(frozen=True, slots=True)
class FreezeWindow:
    """From `start` to `end` nobody new gets `scope` exclusively; what runs goes on.

    planned: it comes from the catalog. began: its beginning was told. lifted: somebody has thawed it before its end.
    """

    id: str
    scope: Scope
    start: datetime
    end: datetime
    reason: str
    by: str
    planned: bool = False
    began: bool = False
    lifted: bool = False

    def stops(self, scope: Scope, mode: Mode, at: datetime) -> bool:
        return mode is Mode.EXCLUSIVE and not self.lifted and self.start <= at < self.end and self.scope.overlaps(scope)


@dataclass(frozen=True, slots=True)
class Lately:
    """What somebody did within the last half minute: to a lease, and how it was before, or to a place.

    about: the place, or the person to whom the lease was handed.
    """

    lease_id: str
    kind: str
    by: str
    at: datetime
    before: Lease | None
    about: str = ""
