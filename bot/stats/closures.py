"""When a place was down or frozen, folded like the lives of leases: seen in the state, not in kinds of events. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.reservations.events import FreezeBegan, FreezeLifted, OfPlace, Recorded, place_of
from bot.reservations.folding import evolve
from bot.reservations.places import Condition, FreezeWindow, Kind
from bot.reservations.state import State
from bot.reservations.values import Scope

Place = Condition | FreezeWindow


@dataclass(frozen=True, slots=True)
class Closure:
    """down: nobody could use it; otherwise nobody new got it exclusively. end: None while nobody knows."""

    scope: Scope
    down: bool
    start: datetime
    end: datetime | None


def closures_of(history: Iterable[Recorded]) -> tuple[Closure, ...]:
    """`history` is in order. Of freezes that it does not know nothing is told.

    Each environment is folded by itself: where many have planned freezes, each event would look at all of them.
    """
    by_environment: dict[str, list[Recorded]] = defaultdict(list)
    for recorded in history:
        if isinstance(recorded.event, OfPlace):
            by_environment[place_of(recorded.event)].append(recorded)
    return tuple(closure for told in by_environment.values() for closure in _of_environment(told))


def _of_environment(history: Iterable[Recorded]) -> Iterator[Closure]:
    state, known = State(), dict[str, tuple[Place, datetime]]()
    for recorded in history:
        if isinstance(recorded.event, FreezeBegan | FreezeLifted) and recorded.event.window_id not in state.freezes:
            continue
        state = evolve(state, recorded)
        present = dict(_present(state))
        for key, (place, since) in list(known.items()):
            if present.get(key) != place:
                yield _closure(place, since, recorded.at)
                del known[key]
        known |= {key: (place, recorded.at) for key, place in present.items() if key not in known}
    yield from (_closure(place, since, None) for place, since in known.values())


def _present(state: State) -> Iterator[tuple[str, Place]]:
    """What closes a place now; a degraded one is open."""
    yield from ((f"c {name}", each) for name, each in state.conditions.items() if each.kind is Kind.DOWN)
    yield from ((f"f {id}", each) for id, each in state.freezes.items() if not each.lifted)


def _closure(place: Place, since: datetime, until: datetime | None) -> Closure:
    """From when it was known until it was gone; of a freeze only what lies within its window."""
    if isinstance(place, Condition):
        return Closure(place.scope, down=True, start=since, end=until)
    start, end = max(place.start, since), min(place.end, until or place.end)
    return Closure(place.scope, down=False, start=start, end=max(start, end))
