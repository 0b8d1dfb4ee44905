"""Random people over several environments, in virtual time. At least 100,000 commands: HYPOTHESIS_PROFILE=thorough."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.errors import SignalboxError
from bot.reservations import commands as ask
from bot.reservations.events import Ending, Event, LeaseOffered, LeaseReleased, OfferDelivered, lease_id_of
from bot.reservations.model import decide, evolve, next_deadline
from bot.reservations.places import FreezeWindow, Kind
from bot.reservations.rules.circles import circle
from bot.reservations.rules.eta import estimates
from bot.reservations.state import State
from bot.reservations.values import AnyOf, Lease, Mode, Scope, Wanted
from tests.unit.reservations import histories, referee
from tests.unit.reservations.people import (
    ANY_OF,
    ENVIRONMENTS,
    LENGTHS,
    PAUSES,
    PEOPLE,
    PICKS,
    RANKS,
    SCOPES,
    TEAMS,
    TERMS,
    TTLS,
    VERBS,
    Verb,
    terms_of,
)
from tests.unit.reservations.story import MINUTE, Story

FOREVER = timedelta(days=1_000)
TRIED: Counter[str] = Counter()
"""Commands by kind, in all histories of this process."""


class Ledger(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.story, self.count = Story(TERMS), 0
        self.used: dict[str, datetime] = {}

    def wanted(self, person: str, scope: Scope, mode: Mode, length: timedelta, **more) -> Wanted:
        self.count += 1
        until = self.time + length if self.count % 3 == 0 else None
        more = {"until": until, "terms": terms_of(person), "team": TEAMS[person], "reason": "because", **more}
        return Wanted(f"L{self.count}", person, scope, mode, length, **more)

    @initialize(crowd=st.integers(0, 5), mode=st.sampled_from(Mode))
    def a_queue_forms(self, crowd: int, mode: Mode) -> None:
        for person in sorted(TEAMS)[:crowd]:
            self.do(ask.Reserve(self.wanted(person, Scope("integration"), mode, 30 * MINUTE)))

    @rule(person=PEOPLE, scope=SCOPES, mode=st.sampled_from(Mode), length=LENGTHS, rank=RANKS, ttl=TTLS)
    def reserve(self, person: str, scope: Scope, mode: Mode, length: timedelta, **more) -> None:
        self.do(ask.Reserve(self.wanted(person, scope, mode, length, **more)))

    @rule(person=PEOPLE, any_of=ANY_OF, mode=st.sampled_from(Mode), length=LENGTHS, ttl=TTLS)
    def reserve_any(self, person: str, any_of: AnyOf, mode: Mode, length: timedelta, **more) -> None:
        self.do(ask.Reserve(self.wanted(person, any_of.candidates[0], mode, length, any_of=any_of, **more)))

    @rule(person=PEOPLE, scope=SCOPES, mode=st.sampled_from(Mode), length=LENGTHS, ahead=PAUSES)
    def book(self, person: str, scope: Scope, mode: Mode, length: timedelta, ahead: timedelta) -> None:
        begins = self.time + ahead + MINUTE
        until = begins + length if self.count % 2 else None
        self.do(ask.Book(self.wanted(person, scope, mode, length, begins=begins, until=until)))

    @rule(person=PEOPLE, scope=SCOPES, mode=st.sampled_from(Mode), length=LENGTHS, keep=st.booleans())
    def take_or_hold(self, person: str, scope: Scope, mode: Mode, length: timedelta, *, keep: bool) -> None:
        self.do((ask.Hold if keep else ask.Take)(self.wanted(person, scope, mode, length)))

    @precondition(lambda self: self.story.state.leases)
    @rule(pick=PICKS, to=PEOPLE)
    def give(self, pick: int, to: str) -> None:
        lease = self.one_of(pick, self.held())
        self.count += 1
        self.do(ask.Give(lease.id, lease.person, to, f"L{self.count}", to_team=TEAMS[to]))

    @precondition(lambda self: self.story.state.leases)
    @rule(pick=PICKS, verb=VERBS)
    def the_owner_acts(self, pick: int, verb: Verb) -> None:
        lease = self.one_of(pick)
        self.do(verb(lease.id, lease.person))

    @precondition(lambda self: self.held())
    @rule(pick=PICKS)
    def what_was_taken_for_a_run_is_handed_back(self, pick: int) -> None:
        lease, due = self.one_of(pick, self.held()), next_deadline(self.story.state)
        released = LeaseReleased(lease.id, lease.person) in self.do(
            ask.Release(lease.id, lease.person, unless_pinned=True)
        )
        kept = any(pin.until > self.time for pin in lease.pins)
        assert not (released and kept), "handed back under a run"
        assert released or lease.pins or (due and due <= self.time), "kept without a run"

    @precondition(lambda self: self.story.state.leases)
    @rule(pick=PICKS, verb=VERBS, person=PEOPLE)
    def anybody_acts(self, pick: int, verb: Verb, person: str) -> None:
        lease = self.one_of(pick)
        acted = self.do(verb(lease.id, person, TEAMS[person]))
        team = lease.wanted.team
        mates = team is not None and TEAMS[person] == team
        for_mates = verb in (ask.Accept, ask.AcceptAhead) or (verb is ask.Release and lease.status == "active")
        may = person == lease.person or (mates and for_mates)
        assert may or not acted

    @precondition(lambda self: self.story.state.leases)
    @rule(pick=PICKS, length=LENGTHS | PAUSES, until=st.booleans())
    def extend(self, pick: int, length: timedelta, *, until: bool) -> None:
        lease, then = self.one_of(pick, self.held()), self.story.now + length
        more = ask.Extend(lease.id, lease.person, until=then) if until else ask.Extend(lease.id, lease.person, length)
        self.do(more)

    @rule(person=PEOPLE)
    def undo(self, person: str) -> None:
        self.do(ask.Undo(person))

    @precondition(lambda self: any(x.wanted.ttl for x in self.story.state.leases.values()))
    @rule(pick=PICKS)
    def a_pipeline_is_alive(self, pick: int) -> None:
        lease = self.one_of(pick, [x for x in self.story.state.leases.values() if x.wanted.ttl])
        self.do(ask.Heartbeat(lease.id, lease.person))

    @precondition(lambda self: self.held())
    @rule(pick=PICKS, run=st.sampled_from(["run 1", "run 2"]), cap=LENGTHS, over=st.booleans())
    def a_run_begins_or_ends(self, pick: int, run: str, cap: timedelta, *, over: bool) -> None:
        lease = self.one_of(pick, self.held())
        self.do(ask.UnpinLease(lease.id, run) if over else ask.PinLease(lease.id, run, self.time + cap))

    @rule(scope=SCOPES, person=PEOPLE, kind=st.sampled_from([None, None, *Kind]))
    def a_place_fails_or_recovers(self, scope: Scope, person: str, kind: Kind | None) -> None:
        self.do(ask.SetCondition(scope, kind, "broken", person))

    @rule(scope=SCOPES, ahead=PAUSES, length=LENGTHS, thaw=st.booleans())
    def a_freeze_is_set_or_lifted(self, scope: Scope, ahead: timedelta, length: timedelta, *, thaw: bool) -> None:
        self.count += 1
        start = self.time + ahead
        window = FreezeWindow(f"F{self.count}", scope, start, start + length, "release week", "ana")
        self.do(ask.Thaw(scope, "ana") if thaw else ask.Freeze(window))

    @rule(environment=ENVIRONMENTS, starts=st.lists(PAUSES, max_size=2, unique=True))
    def freezes_are_planned(self, environment: str, starts: list[timedelta]) -> None:
        begins = [self.time.replace(minute=0) + start for start in starts]
        windows = (
            FreezeWindow(f"{environment} {at}", Scope(environment), at, at + 30 * MINUTE, "weekly", "", planned=True)
            for at in begins
        )
        self.do(ask.PlanFreezes(environment, tuple(windows)))

    @rule(scope=SCOPES, person=PEOPLE)
    def ask_for(self, scope: Scope, person: str) -> None:
        self.do(ask.AskFor(scope, person))

    @precondition(lambda self: any(lease.offer for lease in self.story.state.leases.values()))
    @rule(pick=PICKS, stale=st.booleans())
    def the_notice_arrives(self, pick: int, *, stale: bool) -> None:
        lease = self.one_of(pick, [x for x in self.story.state.leases.values() if x.offer])
        told = self.do(ask.ConfirmDelivery(lease.id, (lease.offer or 0) - stale))
        assert not stale or not any(isinstance(event, OfferDelivered) for event in told)

    @rule(pause=PAUSES, tick=st.booleans())
    def time_passes(self, pause: timedelta, *, tick: bool) -> None:
        self.story.now += pause
        if tick:
            self.do(ask.Tick())

    @rule(slip=st.integers(1, 20).map(lambda minutes: minutes * MINUTE))
    def the_clock_is_set_back(self, slip: timedelta) -> None:
        self.story.now -= slip

    @precondition(lambda self: next_deadline(self.story.state) is not None)
    @rule(short=st.booleans())
    def the_next_deadline_comes(self, *, short: bool) -> None:
        due = next_deadline(self.story.state) or self.story.now
        self.story.now = max(self.story.now, due - short * referee.INSTANT)
        self.do(ask.Tick())

    def do(self, command: ask.Command) -> tuple[Event, ...]:
        before, now = self.story.state, self.time
        TRIED[type(command).__name__] += 1
        try:
            events = decide(before, command, now)
        except SignalboxError:
            return ()
        recorded = len(self.story.history)
        assert self.story.do(command) == events, "decided otherwise the second time"
        for entry in self.story.history[recorded:]:
            after = evolve(before, entry)
            referee.check_event(before, entry.event, after, command, now)
            self.note_use(before, entry.event, now)
            before = after
        offers = Counter(lease_id_of(event) for event in events if isinstance(event, LeaseOffered))
        assert not offers or max(offers.values()) == 1, "offered twice in one decision"
        ran = self.touched(command, events)
        referee.check_nothing_overdue(self.story.state, ran, now, events)
        referee.check_nobody_waits_for_nothing(self.story.state, ran, now)
        return events

    def note_use(self, before: State, event: Event, now: datetime) -> None:
        was = before.leases.get(lease_id_of(event))
        if isinstance(event, Ending) and was and was.status == "active":
            names = [was.scope.environment, *(f"{was.scope.environment}/{each}" for each in was.scope.resources)]
            self.used.update(dict.fromkeys(names, now))

    def touched(self, command: ask.Command, events: tuple[Event, ...]) -> Collection[str]:
        """The environments whose clocks have run."""
        if isinstance(command, ask.Tick | ask.Undo):
            assert decide(self.story.state, ask.Tick(), self.story.now) == ()
            return self.story.state.environments
        leases = self.story.state.leases
        return {leases[x].scope.environment for x in map(lease_id_of, events) if x in leases}

    @property
    def time(self) -> datetime:
        """As the ledger counts it: never earlier than the last event."""
        return max(self.story.now, self.story.state.at or self.story.now)

    def held(self) -> list[Lease]:
        return [lease for lease in self.story.state.leases.values() if lease.status == "active"]

    def one_of(self, pick: int, among: list[Lease] | None = None) -> Lease:
        choices = among or list(self.story.state.leases.values())
        return choices[pick % len(choices)]

    @invariant()
    def the_rules_hold(self) -> None:
        referee.check_state(self.story.state)
        assert self.story.state.used == self.used

    @invariant()
    def the_next_deadline_is_exact(self) -> None:
        state = self.story.state
        due = next_deadline(state)
        if due is None:
            assert decide(state, ask.Tick(), self.story.now + FOREVER) == ()
            return
        assert decide(state, ask.Tick(), due) != ()
        if state.at is None or state.at < due:
            assert decide(state, ask.Tick(), due - referee.INSTANT) == ()

    @invariant()
    def whoever_looks_gets_an_answer(self) -> None:
        """An estimate is never in the past, and a circle leads from what one holds back to oneself."""
        state = self.story.state
        for environment in state.by_environment:
            for eta in estimates(state, environment, self.time).values():
                assert self.time <= eta.earliest <= eta.latest
        for waiter in self.story.queue:
            around = circle(state, waiter)
            assert not around or around[0].person == state.leases[waiter].person
            assert len({held.person for held in around}) == len(around)

    def teardown(self) -> None:
        histories.tokens_rise(self.story.history)
        histories.the_history_tells_the_state(self.story)
        histories.each_lease_tells_itself(self.story)
        histories.what_is_written_is_read(self.story)
        self.silence_ends_everything_but_open_offers()

    def silence_ends_everything_but_open_offers(self) -> None:
        for condition in list(self.story.state.conditions.values()):
            self.do(ask.SetCondition(condition.scope, None, "", "ana"))
        looks = 0
        while (due := next_deadline(self.story.state)) is not None:
            self.story.now = max(self.story.now, due)
            self.do(ask.Tick())
            referee.check_state(self.story.state)
            looks += 1
            assert looks < 1_000, "it never ends"
        assert set(self.story.statuses.values()) <= {"offered"}


class TestLedger(Ledger.TestCase):
    settings = settings(max_examples=settings().max_examples, stateful_step_count=50)

    def runTest(self) -> None:  # noqa: N802 - unittest's own name
        TRIED.clear()
        super().runTest()
        print(f"\n{TRIED.total():,} commands of {len(TRIED)} kinds")
        assert TRIED.total() > 20 * self.settings.max_examples
        assert set(TRIED) >= {kind.__name__ for kind in ask.Command.__args__}, "a command that nobody tried"


pytestmark = pytest.mark.timeout(3_600)  # the thorough profile plays 2,000 histories
