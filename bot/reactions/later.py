"""What was held back for a while: is it still worth telling? Pure."""

from __future__ import annotations

from bot.notices.model import (
    ClockRuns,
    DeploymentTurn,
    DoneForYou,
    InACircle,
    KeptForRun,
    LeaseEnding,
    Notice,
    PlaceFree,
    TurnSoon,
    WantedByOther,
)
from bot.reservations.state import State
from bot.reservations.values import Status


def still_true(notice: Notice, state: State) -> bool:
    """Whether `notice`, held back for a while, is worth telling now: what has happened since is in `state`."""
    match notice:
        case LeaseEnding(lease):
            now = state.leases.get(lease.lease_id)
            return now is not None and now.ends == lease.ends
        case TurnSoon(lease):
            now = state.leases.get(lease.lease_id)
            return now is not None and now.status is Status.QUEUED
        case DoneForYou(lease) | WantedByOther(lease) | KeptForRun(lease) | ClockRuns(lease):
            return lease.lease_id in state.leases
        case InACircle(leases):
            return all(lease.lease_id in state.leases for lease in leases)
        case PlaceFree() | DeploymentTurn():
            return False
        case _:
            return True
