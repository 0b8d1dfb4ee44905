"""What is known of a lease that has ended: only its events. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.notices.facts import LeaseFacts
from bot.reservations.events import Ending, Event, Recorded, lease_id_of
from bot.reservations.facts import facts
from bot.reservations.folding import evolve
from bot.reservations.state import State


def ended_facts(recorded: Sequence[Recorded]) -> LeaseFacts | None:
    """The lease as it was when it ended, from all its events; its `ends` is when that was. None while it lives."""
    state, told = State(), None
    for each in recorded:
        before, state = state, evolve(state, each)
        told = _told(before, each) if isinstance(each.event, Ending) else None
    return told


def _told(before: State, ending: Recorded) -> LeaseFacts:
    lease = before.leases[lease_id_of(ending.event)]
    told = facts(before, lease, ending.at, ended=how_ended(ending.event))
    return replace(told, version=lease.version + 1, ends=ending.at)


def how_ended(event: Event) -> str:
    """`released`, `expired`, `cancelled`, ...: what the last event of a lease says."""
    return type(event).__name__.removeprefix("Lease").lower()
