"""Random people over several environments, in virtual time. 100,000 commands: HYPOTHESIS_PROFILE=thorough."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.errors import SignalboxError
from bot.reservations import commands as ask
from bot.reservations.events import Event, LeaseOffered, OfferDelivered, lease_id_of
from bot.reservations.model import decide, evolve, next_deadline
from bot.reservations.state import State
from bot.reservations.values import Lease, Mode, Scope, Terms, Wanted
from tests.unit.reservations import referee
from tests.unit.reservations.story import MINUTE, Story

TEAMS = {"ana": "checkout", "ben": "checkout", "cem": "billing", "dia": "billing", "eli": None, "fay": None}
PEOPLE = st.sampled_from(sorted(TEAMS))
ENVIRONMENTS = st.sampled_from(["integration", "integration", "integration", "staging", "perf"])
SERVICES = st.sampled_from(["", "", "payments", "orders", "ledger", "payments orders", "orders ledger"])
TERMS = Terms(maximum=180 * MINUTE, claim_window=5 * MINUTE, remind_before=10 * MINUTE)
LENGTHS = st.sampled_from([5, 10, 11, 30, 60, 180]).map(lambda minutes: minutes * MINUTE)
PAUSES = st.sampled_from([0, 1, 4, 5, 15, 45, 600]).map(lambda minutes: minutes * MINUTE)
Verb = type[ask.Release | ask.Accept | ask.Pass | ask.Leave]
VERBS: st.SearchStrategy[Verb] = st.sampled_from([ask.Release, ask.Accept, ask.Accept, ask.Pass, ask.Leave])
PICKS = st.integers(0, 1_000)
FOREVER = timedelta(days=1_000)


class Ledger(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.story, self.count = Story(TERMS), 0

    @initialize(crowd=st.integers(0, 5), mode=st.sampled_from(Mode))
    def a_queue_forms(self, crowd: int, mode: Mode) -> None:
        for person in sorted(TEAMS)[:crowd]:
            self.reserve(person, "integration", "", mode, 30 * MINUTE)

    @rule(person=PEOPLE, environment=ENVIRONMENTS, services=SERVICES, mode=st.sampled_from(Mode), length=LENGTHS)
    def reserve(self, person: str, environment: str, services: str, mode: Mode, length: timedelta) -> None:
        self.count += 1
        scope = Scope(environment, frozenset(services.split()))
        until = self.time + length if self.count % 3 == 0 else None
        self.do(ask.Reserve(Wanted(str(self.count), person, scope, mode, length, "", TEAMS[person], TERMS, until)))

    @precondition(lambda self: self.story.state.leases)
    @rule(pick=PICKS, verb=VERBS)
    def the_owner_acts(self, pick: int, verb: Verb) -> None:
        lease = self.one_of(pick)
        self.do(verb(lease.id, lease.person))

    @precondition(lambda self: self.story.state.leases)
    @rule(pick=PICKS, verb=VERBS, person=PEOPLE)
    def anybody_acts(self, pick: int, verb: Verb, person: str) -> None:
        lease = self.one_of(pick)
        acted = self.do(verb(lease.id, person, TEAMS[person]))
        team = lease.wanted.team
        mates = team is not None and TEAMS[person] == team
        for_mates = verb is ask.Accept or (verb is ask.Release and lease.status == "active")
        may = person == lease.person or (mates and for_mates)
        assert may or not acted

    @precondition(lambda self: self.story.state.leases)
    @rule(pick=PICKS, length=LENGTHS | PAUSES, until=st.booleans())
    def extend(self, pick: int, length: timedelta, *, until: bool) -> None:
        lease, then = self.one_of(pick), self.story.now + length
        more = ask.Extend(lease.id, lease.person, until=then) if until else ask.Extend(lease.id, lease.person, length)
        self.do(more)

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
        try:
            events = decide(before, command, now)
        except SignalboxError:
            return ()
        recorded = len(self.story.history)
        assert self.story.do(command) == events, "decided otherwise the second time"
        for entry in self.story.history[recorded:]:
            after = evolve(before, entry)
            referee.check_event(before, entry.event, after, now)
            before = after
        offers = Counter(lease_id_of(event) for event in events if isinstance(event, LeaseOffered))
        assert not offers or max(offers.values()) == 1, "offered twice in one decision"
        for environment in self.touched(command, events):
            referee.check_nothing_overdue(self.story.state, environment, now)
        return events

    def touched(self, command: ask.Command, events: tuple[Event, ...]) -> Iterable[str]:
        """The environments whose clocks have run."""
        if isinstance(command, ask.Tick):
            assert decide(self.story.state, command, self.story.now) == ()
            return self.story.state.by_environment
        leases = self.story.state.leases
        return {leases[x].scope.environment for x in map(lease_id_of, events) if x in leases}

    @property
    def time(self) -> datetime:
        """As the ledger counts it: never earlier than the last event."""
        return max(self.story.now, self.story.state.at or self.story.now)

    def one_of(self, pick: int, among: list[Lease] | None = None) -> Lease:
        choices = among or list(self.story.state.leases.values())
        return choices[pick % len(choices)]

    @invariant()
    def the_rules_hold(self) -> None:
        referee.check_state(self.story.state)

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

    def teardown(self) -> None:
        self.tokens_rise()
        self.the_history_tells_the_state()
        self.silence_ends_everything_but_open_offers()

    def tokens_rise(self) -> None:
        state, tokens = State(), []
        for entry in self.story.history:
            state = evolve(state, entry)
            lease = state.leases.get(lease_id_of(entry.event))
            if lease and lease.token and lease.token not in tokens:
                tokens.append(lease.token)
        assert all(one < other for one, other in pairwise(tokens))

    def the_history_tells_the_state(self) -> None:
        state = State()
        for entry in self.story.history:
            state = evolve(state, entry)
        assert state == self.story.state

    def silence_ends_everything_but_open_offers(self) -> None:
        looks = 0
        while (due := next_deadline(self.story.state)) is not None:
            self.story.now = max(self.story.now, due)
            self.do(ask.Tick())
            referee.check_state(self.story.state)
            looks += 1
            assert looks < 1_000, "it never ends"
        assert set(self.story.statuses.values()) <= {"offered"}


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=2 * settings().max_examples, stateful_step_count=50)
pytestmark = pytest.mark.timeout(1_200)  # the thorough profile plays 4,000 histories
