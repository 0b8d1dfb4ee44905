"""Each lease's life, folded from the history by the rules' own `evolve`: whatever starts or ends a lease is seen in it,
so no list of kinds of events stands here. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.reservations.events import Recorded, Why, lease_id_of
from bot.reservations.folding import evolve
from bot.reservations.state import State
from bot.reservations.values import Lease, Status

WAITING = frozenset({Status.QUEUED, Status.OFFERED})


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch in which a lease did not change its status, scope or mode. end: None while it lasts."""

    lease: Lease
    start: datetime
    end: datetime | None = None

    @property
    def held(self) -> bool:
        return self.lease.status is Status.ACTIVE

    @property
    def waits(self) -> bool:
        return self.lease.status in WAITING

    def until(self, now: datetime) -> datetime:
        return now if self.end is None else self.end


@dataclass(frozen=True, slots=True)
class Life:
    """`ended` is the kind of the event that ended it (`LeaseReleased`, ...), empty while it lives.

    missed: when offers to it passed in silence.
    """

    spans: tuple[Span, ...] = ()
    ended: str = ""
    missed: tuple[datetime, ...] = ()

    @property
    def lease(self) -> Lease:
        return self.spans[-1].lease

    @property
    def end(self) -> datetime | None:
        return self.spans[-1].end

    @property
    def started(self) -> datetime | None:
        """When it was first held."""
        return next((span.start for span in self.spans if span.held), None)

    @property
    def wait(self) -> timedelta | None:
        """From its place in the queue to the grant; None for what never waited, or never got it."""
        queued = next((span.start for span in self.spans if span.waits), None)
        return self.started - queued if queued and self.started and queued < self.started else None

    def held_for(self, now: datetime) -> timedelta:
        return sum((span.until(now) - span.start for span in self.spans if span.held), timedelta(0))


@dataclass(slots=True)
class Fold:
    """The lives so far. `feed` takes the events in their order, whole lives of leases from their beginning."""

    state: State = field(default_factory=State)
    lives: dict[str, Life] = field(default_factory=dict[str, Life])

    def feed(self, recorded: Recorded) -> None:
        """What happens to a place is told to each of its leases, too."""
        if id := lease_id_of(recorded.event):
            self.state = evolve(self.state, recorded)
            life = self.lives.get(id, Life())
            self.lives[id] = _missed(_lived(life, self.state.leases.get(id), recorded), recorded)


def lives_of(history: Iterable[Recorded]) -> tuple[Life, ...]:
    """In the order of their beginnings. `history` is in order, and whole for each lease in it."""
    fold = Fold()
    for recorded in history:
        fold.feed(recorded)
    return tuple(fold.lives.values())


def _lived(life: Life, lease: Lease | None, recorded: Recorded) -> Life:
    """`life` with what an event made of its lease: None when it has ended."""
    last = life.spans[-1] if life.spans else None
    if lease is None:
        return replace(life, spans=_closed(life, recorded.at), ended=type(recorded.event).__name__)
    if last and last.end is None and _alike(last.lease, lease):
        return replace(life, spans=(*life.spans[:-1], replace(last, lease=lease)))
    return replace(life, spans=(*_closed(life, recorded.at), Span(lease, recorded.at)), ended="")


def _closed(life: Life, at: datetime) -> tuple[Span, ...]:
    last = life.spans[-1:]
    return (*life.spans[:-1], *(replace(span, end=span.end or max(at, span.start)) for span in last))


def _alike(one: Lease, other: Lease) -> bool:
    return (one.status, one.scope, one.mode) == (other.status, other.scope, other.mode)


def _missed(life: Life, recorded: Recorded) -> Life:
    silent = getattr(recorded.event, "why", None) is Why.SILENT
    return replace(life, missed=(*life.missed, recorded.at)) if silent else life
