"""A ledger in miniature: it decides, records and folds; the clock is moved by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.reservations import commands as ask
from bot.reservations.events import Event, Recorded
from bot.reservations.model import decide, evolve
from bot.reservations.places import FreezeWindow, Kind
from bot.reservations.state import State
from bot.reservations.values import AnyOf, Lease, Mode, Scope, Terms, Wanted

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SHARED, EXCLUSIVE = Mode.SHARED, Mode.EXCLUSIVE


def wanted(lease_id: str, person: str, services: str = "", mode: Mode = EXCLUSIVE, **more) -> Wanted:
    scope = Scope(more.pop("environment", "integration"), frozenset(services.split()))
    return Wanted(lease_id, person, scope, mode, more.pop("length", HOUR), **more)


def who(command: ask.Command) -> str:
    """Who asks; the clock is nobody."""
    if isinstance(command, ask.Reserve | ask.Book | ask.Take | ask.Hold):
        return command.wanted.person
    if isinstance(command, ask.Freeze):
        return command.window.by
    return getattr(command, "by", "")


class Story:
    def __init__(self, terms: Terms | None = None) -> None:
        self.state, self.now = State(), NINE
        self.history: list[Recorded] = []
        self.terms = terms or Terms()

    def do(self, command: ask.Command) -> tuple[Event, ...]:
        events = decide(self.state, command, self.now)
        at = max(self.now, self.state.at or self.now)
        for event in events:
            recorded = Recorded(1, self.state.seq + 1, at, event, "request", who(command))
            self.history.append(recorded)
            self.state = evolve(self.state, recorded)
        return events

    def reserve(self, person: str, services: str = "", mode: Mode = EXCLUSIVE, **more) -> Lease:
        """The lease is named after its person, unless `lease_id` names it."""
        lease_id = more.pop("lease_id", person)
        self.do(ask.Reserve(wanted(lease_id, person, services, mode, **{"terms": self.terms, **more})))
        return self.state.leases[lease_id]

    def reserve_more(self, person: str, services: str = "", mode: Mode = EXCLUSIVE, **more) -> tuple[Event, ...]:
        """Beside what they hold; named `person+` if it has to wait."""
        return self.do(ask.Reserve(wanted(f"{person}+", person, services, mode, **{"terms": self.terms, **more})))

    def reserve_any(self, person: str, any_of: AnyOf, mode: Mode = EXCLUSIVE, **more) -> Lease:
        bare = Wanted(more.pop("lease_id", person), person, any_of.candidates[0], mode, more.pop("length", HOUR))
        self.do(ask.Reserve(replace(bare, any_of=any_of, terms=self.terms, **more)))
        return self[bare.id]

    def book(self, person: str, begins: datetime, services: str = "", mode: Mode = EXCLUSIVE, **more) -> Lease:
        """An hour of it, unless `length` says otherwise. Named `person's`, to tell it from what they reserve."""
        lease_id, length = more.pop("lease_id", f"{person}'s"), more.pop("length", HOUR)
        more = {"terms": self.terms, "length": length, "until": begins + length, **more}
        self.do(ask.Book(wanted(lease_id, person, services, mode, begins=begins, **more)))
        return self[lease_id]

    def take(self, person: str, services: str = "", mode: Mode = EXCLUSIVE, **more) -> tuple[Event, ...]:
        """For a reason; named `person took`. seen: the seq of what they were shown."""
        seen, more = more.pop("seen", None), {"terms": self.terms, "reason": "hotfix", **more}
        return self.do(ask.Take(wanted(f"{person} took", person, services, mode, **more), seen))

    def is_down(self, services: str = "", kind: Kind = Kind.DOWN) -> tuple[Event, ...]:
        return self.do(ask.SetCondition(Scope("integration", frozenset(services.split())), kind, "broken", "ops"))

    def is_well(self, services: str = "") -> tuple[Event, ...]:
        return self.do(ask.SetCondition(Scope("integration", frozenset(services.split())), None, "", "ops"))

    def freeze(self, start: datetime, length: timedelta, services: str = "", name: str = "freeze") -> FreezeWindow:
        scope = Scope("integration", frozenset(services.split()))
        window = FreezeWindow(name, scope, start, start + length, "release week", "ops")
        self.do(ask.Freeze(window))
        return window

    def undo(self, person: str, lease_id: str | None = None) -> tuple[Event, ...]:
        return self.do(ask.Undo(person, lease_id))

    def after(self, length: timedelta) -> tuple[Event, ...]:
        """Let time pass, then look at the clocks once."""
        self.now += length
        return self.do(ask.Tick())

    @staticmethod
    def any_environment(*names: str) -> AnyOf:
        return AnyOf("test", 1, tuple(Scope(name) for name in names))

    @staticmethod
    def any_account(quantity: int, *names: str) -> AnyOf:
        return AnyOf("gold", quantity, tuple(Scope("integration", resources=frozenset({name})) for name in names))

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
