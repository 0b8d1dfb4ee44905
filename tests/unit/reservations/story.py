"""A ledger in miniature: it decides, records and folds; the clock is moved by hand."""

from datetime import UTC, datetime, timedelta

from bot.reservations import commands as ask
from bot.reservations.events import Event, Recorded
from bot.reservations.model import decide, evolve
from bot.reservations.state import State
from bot.reservations.values import Lease, Mode, Scope, Terms, Wanted

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SHARED, EXCLUSIVE = Mode.SHARED, Mode.EXCLUSIVE


def wanted(lease_id: str, person: str, services: str = "", mode: Mode = EXCLUSIVE, **more) -> Wanted:
    scope = Scope(more.pop("environment", "integration"), frozenset(services.split()))
    return Wanted(lease_id, person, scope, mode, more.pop("length", HOUR), **more)


class Story:
    def __init__(self, terms: Terms | None = None) -> None:
        self.state, self.now = State(), NINE
        self.history: list[Recorded] = []
        self.terms = terms or Terms()

    def do(self, command: ask.Command) -> tuple[Event, ...]:
        events = decide(self.state, command, self.now)
        at = max(self.now, self.state.at or self.now)
        for event in events:
            recorded = Recorded(1, self.state.seq + 1, at, event, "request", "somebody")
            self.history.append(recorded)
            self.state = evolve(self.state, recorded)
        return events

    def reserve(self, person: str, services: str = "", mode: Mode = EXCLUSIVE, **more) -> Lease:
        """The lease is named after its person, unless `lease_id` names it."""
        lease_id = more.pop("lease_id", person)
        self.do(ask.Reserve(wanted(lease_id, person, services, mode, **{"terms": self.terms, **more})))
        return self.state.leases[lease_id]

    def after(self, length: timedelta) -> tuple[Event, ...]:
        """Let time pass, then look at the clocks once."""
        self.now += length
        return self.do(ask.Tick())

    def told(self, person: str) -> None:
        """The offer's notice reaches its person."""
        self.do(ask.ConfirmDelivery(person, self[person].offer or 0))

    def release(self, person: str) -> tuple[Event, ...]:
        return self.do(ask.Release(person, person))

    def accept(self, person: str) -> tuple[Event, ...]:
        return self.do(ask.Accept(person, person))

    def decline(self, person: str) -> tuple[Event, ...]:
        return self.do(ask.Pass(person, person))

    def leave(self, person: str) -> tuple[Event, ...]:
        return self.do(ask.Leave(person, person))

    def extend(self, person: str, length: timedelta | None = None, until: datetime | None = None) -> tuple[Event, ...]:
        return self.do(ask.Extend(person, person, length, until))

    def __getitem__(self, lease_id: str) -> Lease:
        return self.state.leases[lease_id]

    def __contains__(self, lease_id: str) -> bool:
        return lease_id in self.state.leases

    @property
    def statuses(self) -> dict[str, str]:
        return {lease.id: lease.status.value for lease in self.state.leases.values()}

    @property
    def queue(self) -> list[str]:
        return [lease.id for lease in self.state.waiting()]
