"""What came of a command, told the same whenever the same request comes again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.reservations.events import Event, Recorded, lease_id_of
from bot.reservations.folding import evolve
from bot.reservations.state import State
from bot.reservations.values import Lease, Leases


@dataclass(frozen=True, slots=True)
class Outcome:
    """recorded: what the command led to, in order; () when there was nothing to do. before: the leases in it as they
    were then, without those that began with it. state: the committed state now.
    replayed: it was carried out before, and `recorded` are the events of then.
    """

    recorded: tuple[Recorded, ...]
    before: Leases
    state: State
    replayed: bool

    @property
    def after(self) -> Leases:
        """The leases in it as they were left, without those that ended."""
        return folded(self.recorded, self.before).leases

    def were(self, happened: Callable[[Event], bool]) -> tuple[Lease, ...]:
        """The leases to which this `happened`, as they were before."""
        ids = dict.fromkeys(lease_id_of(each.event) for each in self.recorded if happened(each.event))
        return tuple(self.before[id] for id in ids if id in self.before)


def among(leases: Leases, recorded: Iterable[Recorded]) -> Leases:
    """Those of `leases` that `recorded` is about."""
    ids = dict.fromkeys(lease_id_of(each.event) for each in recorded)
    return {id: leases[id] for id in ids if id in leases}


def folded(recorded: Iterable[Recorded], leases: Leases) -> State:
    """What `recorded` makes of `leases`. A lease follows from its own events alone."""
    state = State(leases)
    for each in recorded:
        if lease_id_of(each.event):
            state = evolve(state, each)
    return state
