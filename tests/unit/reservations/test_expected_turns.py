"""When a waiter's turn comes, as a range; and what others may read of the ledger."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.reservations import commands as ask
from bot.reservations.places import Kind
from bot.reservations.queries import board, in_the_way, mine
from bot.reservations.rules.eta import Eta, estimate, estimates
from bot.reservations.rules.occupancy import Occupancy
from bot.reservations.values import Lease, Mode, Status, Terms
from tests.unit.reservations.plain_line import in_conflict
from tests.unit.reservations.story import HOUR, MINUTE, NINE, SHARED, Story, wanted

WINDOW = 5 * MINUTE


@pytest.fixture
def story():
    """Ana holds until ten, ben and cem wait for an hour each."""
    story = Story(Terms(claim_window=WINDOW))
    for person in ("ana", "ben", "cem"):
        story.reserve(person)
    return story


def test_the_first_in_line_waits_for_the_declared_end(story):
    assert estimate(story.state, "ben", NINE) == Eta(NINE + HOUR, NINE + HOUR)


def test_each_one_ahead_may_take_a_whole_claim_window(story):
    assert estimate(story.state, "cem", NINE) == Eta(NINE + 2 * HOUR, NINE + 2 * HOUR + WINDOW)


def test_those_who_usually_need_less_make_the_turn_come_earlier(story):
    usual = {"ana": 20 * MINUTE, "ben": 10 * MINUTE}
    assert estimate(story.state, "cem", NINE, usual) == Eta(NINE + 30 * MINUTE, NINE + 2 * HOUR + WINDOW)


def test_those_who_usually_need_longer_still_leave_at_their_end(story):
    assert estimate(story.state, "ben", NINE, {"ana": 3 * HOUR}) == Eta(NINE + HOUR, NINE + HOUR)


def test_a_turn_is_never_in_the_past(story):
    soon = estimate(story.state, "ben", NINE + 50 * MINUTE, {"ana": 20 * MINUTE})
    assert soon == Eta(NINE + 50 * MINUTE, NINE + HOUR)


def test_an_offer_counts_from_now(story):
    story.release("ana")
    assert estimate(story.state, "cem", NINE) == Eta(NINE + HOUR, NINE + HOUR + WINDOW)


def test_sharers_are_waited_for_together_not_one_after_the_other():
    story = Story()
    story.reserve("ana", mode=SHARED)
    story.reserve("ben", mode=SHARED, length=2 * HOUR)
    story.reserve("cem")
    assert estimate(story.state, "cem", NINE) == Eta(NINE + 2 * HOUR, NINE + 2 * HOUR)


def test_who_does_not_wait_has_no_expected_turn(story):
    assert estimate(story.state, "ana", NINE) is None
    assert estimate(story.state, "nobody", NINE) is None


CLAIMS = st.lists(
    st.tuples(
        st.sampled_from(["", "payments", "orders", "ledger", "payments orders"]),
        st.sampled_from(Mode),
        st.integers(1, 20).map(lambda minutes: minutes * MINUTE),
    ),
    max_size=12,
)


@given(CLAIMS)
def test_occupancy_says_what_looking_at_each_pair_would(claims):
    occupancy, ahead = Occupancy(), []
    for number, (services, mode, length) in enumerate(claims):
        lease = Lease(wanted(str(number), "ana", services, mode), Status.QUEUED, number, NINE, NINE)
        in_its_way = [until for other, until in ahead if in_conflict(lease, other)]
        assert occupancy.free_at(lease.scope, lease.mode) == max(in_its_way, default=None)
        occupancy.hold(lease, NINE + length)
        ahead.append((lease, NINE + length))


@given(CLAIMS, st.dictionaries(st.integers(0, 11).map(str), st.integers(1, 90).map(lambda m: m * MINUTE)))
def test_the_range_is_a_range_and_nobody_is_expected_before_those_in_their_way(claims, usual):
    story = Story()
    for number, (services, mode, length) in enumerate(claims):
        story.reserve(f"p{number}", services, mode, lease_id=str(number), length=length)
    etas = estimates(story.state, "integration", NINE, usual)
    assert sorted(etas) == sorted(story.queue)
    waiting = story.state.waiting()
    for lease in waiting:
        eta = etas[lease.id]
        assert NINE <= eta.earliest <= eta.latest
        assert all(etas[x.id].earliest < eta.earliest for x in waiting if x.place < lease.place and x.conflicts(lease))


def test_the_board_shows_holders_offers_and_the_queue_in_order(story):
    story.reserve("dia", environment="staging")
    story.release("ana")
    story.reserve("eli", "payments")
    shown = board(story.state, "integration", NINE)
    assert (shown.holders, [fact.person for fact in shown.offered]) == ((), ["ben"])
    assert [(fact.person, fact.place, fact.eta_from) for fact in shown.waiting] == [
        ("cem", 1, NINE + HOUR),
        ("eli", 2, NINE + 2 * HOUR),
    ]
    assert [fact.person for fact in board(story.state, "staging", NINE).holders] == ["dia"]
    assert board(story.state, "perf", NINE).waiting == ()


def test_the_board_narrows_turns_by_what_is_usual(story):
    shown = board(story.state, "integration", NINE, {"ana": 15 * MINUTE})
    assert shown.waiting[0].eta_from == NINE + 15 * MINUTE


def test_mine_is_what_one_person_has_to_do_with(story):
    story.reserve("ana", environment="staging", lease_id="second")
    story.reserve("ben", environment="staging", lease_id="third")
    assert [fact.lease_id for fact in mine(story.state, "ana", NINE).holds] == ["ana", "second"]
    assert [fact.lease_id for fact in mine(story.state, "ben", NINE).waits] == ["ben", "third"]
    assert mine(story.state, "fay", NINE).offered == ()


def test_what_is_in_the_way_of_a_waiter_are_holders_first_then_those_before_it(story):
    story.reserve("dia", "payments")
    assert [fact.person for fact in in_the_way(story.state, "cem", NINE)] == ["ana", "ben"]
    assert in_the_way(story.state, "ana", NINE) == ()


def test_an_open_offer_names_no_time_to_answer_by(story):
    story.leave("cem")
    story.release("ana")
    assert board(story.state, "integration", NINE).offered[0].claim_by is None
    story.reserve("dia")
    assert board(story.state, "integration", NINE).offered[0].claim_by == NINE + 3 * WINDOW


def of(story, lease_id):
    return estimates(story.state, "integration", story.now).get(lease_id)


def the_first(story, lease_id):
    eta = of(story, lease_id)
    assert eta
    return eta.earliest


class TestWhatElseIsInTheWay:
    @pytest.fixture
    def story(self):
        """Ana holds until ten, ben waits for an hour."""
        story = Story(Terms(claim_window=WINDOW, maximum=8 * HOUR))
        for person in ("ana", "ben"):
            story.reserve(person)
        return story

    def test_a_freeze_is_waited_for(self, story):
        story.freeze(NINE + 30 * MINUTE, HOUR)
        assert of(story, "ben") == Eta(NINE + 90 * MINUTE, NINE + 90 * MINUTE)

    def test_a_freeze_that_is_over_by_then_is_not(self, story):
        story.freeze(NINE, HOUR)
        assert of(story, "ben") == Eta(NINE + HOUR, NINE + HOUR)

    def test_a_freeze_means_no_sharer(self, story):
        story.reserve("cem", mode=SHARED)
        story.freeze(NINE, 10 * HOUR)
        assert the_first(story, "cem") < NINE + 20 * HOUR

    def test_a_booking_that_leaves_too_little_is_waited_out(self, story):
        story.book("cem", NINE + HOUR + 4 * MINUTE)
        assert of(story, "ben") == Eta(NINE + 2 * HOUR + 4 * MINUTE, NINE + 2 * HOUR + 4 * MINUTE)

    def test_a_booking_that_leaves_enough_is_not(self, story):
        story.book("cem", NINE + HOUR + 5 * MINUTE)
        assert of(story, "ben") == Eta(NINE + HOUR, NINE + HOUR)

    def test_a_freeze_behind_a_booking_is_waited_for_too(self, story):
        story.book("cem", NINE + HOUR)
        story.freeze(NINE + 2 * HOUR, HOUR)
        assert of(story, "ben") == Eta(NINE + 3 * HOUR, NINE + 3 * HOUR)

    def test_what_is_down_for_nobody_knows_how_long_has_no_time(self, story):
        story.is_down()
        assert of(story, "ben") is None

    def test_what_is_down_until_a_time_is_not_before(self, story):
        empty = Story()
        empty.do(ask.SetCondition(story["ana"].scope, Kind.DOWN, "broken", "ops", NINE + 3 * HOUR))
        empty.reserve("ben")
        assert the_first(empty, "ben") == NINE + 3 * HOUR

    def test_whose_time_stands_still_has_what_was_left_of_it_when_it_is_well_again(self, story):
        story.do(ask.SetCondition(story["ana"].scope, Kind.DOWN, "broken", "ops", NINE + 3 * HOUR))
        assert of(story, "ben") == Eta(NINE + 4 * HOUR, NINE + 4 * HOUR)

    def test_who_is_asked_meanwhile_has_a_whole_turn_when_it_is_well_again(self, story):
        scope = story["ana"].scope
        story.reserve("cem")
        story.release("ana")
        story.do(ask.SetCondition(scope, Kind.DEGRADED, "slow", "ops", NINE + 3 * HOUR))
        assert of(story, "cem") == Eta(NINE + 4 * HOUR, NINE + 4 * HOUR + WINDOW)

    def test_who_is_asked_again_later_is_not_before(self, story):
        story.reserve("cem")
        story.release("ana")
        story.do(ask.Later("ben", "ben"))
        assert the_first(story, "ben") >= story["ben"].again

    def test_a_run_may_keep_it(self, story):
        story.do(ask.PinLease("ana", "run", NINE + 2 * HOUR))
        assert of(story, "ben") == Eta(NINE + HOUR, NINE + 2 * HOUR)

    def test_a_pipeline_may_be_silent_or_go_on_for_as_long_as_it_said(self):
        story = Story()
        story.reserve("ci", ttl=10 * MINUTE, length=HOUR)
        story.reserve("ben")
        assert of(story, "ben") == Eta(NINE + 10 * MINUTE, NINE + HOUR)

    def test_any_of_several_is_the_first_that_is_free(self):
        story = Story()
        story.reserve("ana", environment="perf", length=2 * HOUR)
        story.reserve("ben", environment="staging")
        story.reserve_any("cem", story.any_environment("perf", "staging"))
        assert estimate(story.state, "cem", NINE) == Eta(NINE + HOUR, NINE + HOUR)

    def test_two_of_several_are_there_when_the_second_is(self):
        story = Story()
        for person, account, length in (("ana", "gold1", HOUR), ("ben", "gold2", 2 * HOUR), ("dia", "gold3", 3 * HOUR)):
            story.reserve_any(person, story.any_account(1, account), length=length)
        story.reserve_any("cem", story.any_account(2, "gold1", "gold2", "gold3"))
        assert of(story, "cem") == Eta(NINE + 2 * HOUR, NINE + 2 * HOUR)
