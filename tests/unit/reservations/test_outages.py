"""Down and degraded: clocks stand still, offers stop, and go on where they stood."""

import pytest

from bot.errors import UsageError
from bot.reservations import commands as ask
from bot.reservations.events import (
    ClockPaused,
    ClockResumed,
    ConditionCleared,
    ConditionSet,
    LeaseExpired,
    LeaseExtended,
    LeaseOffered,
)
from bot.reservations.model import next_deadline
from bot.reservations.places import Kind
from bot.reservations.refusals import BookedThen, NotUnwell, TooLong
from bot.reservations.values import INCIDENT, Scope, Terms
from tests.unit.reservations.story import HOUR, MINUTE, NINE, SHARED, Story, wanted


@pytest.fixture
def story():
    return Story(Terms(maximum=2 * HOUR, claim_window=5 * MINUTE))


@pytest.fixture
def held(story):
    story.reserve("ana")
    story.reserve("ben")
    return story


class TestTheClocksOfLeases:
    def test_stand_still_and_nothing_ends(self, held):
        assert isinstance(held.is_down()[0], ConditionSet)
        assert held["ana"].paused == NINE
        assert next_deadline(held.state) is None
        assert held.after(10 * HOUR) == ()

    def test_go_on_with_all_that_was_left(self, held):
        held.now += 20 * MINUTE
        held.is_down()
        held.now += 3 * HOUR
        assert ClockResumed("ana", NINE + 4 * HOUR, None) in held.is_well()
        held.after(30 * MINUTE)
        assert held.after(10 * MINUTE)[0] == LeaseExpired("ana")

    def test_two_outages_add_up_to_the_longest_allowed(self, held):
        for _ in range(2):
            held.is_down()
            held.now += HOUR
            held.is_well()
        held.extend("ana", HOUR)
        assert held["ana"].ends == NINE + 4 * HOUR

    def test_an_extension_meanwhile_adds_to_what_was_left(self, held):
        held.now += 50 * MINUTE
        held.is_down()
        held.now += HOUR
        held.extend("ana", 30 * MINUTE)
        held.now += HOUR
        held.is_well()
        assert held["ana"].ends == held.now + 40 * MINUTE

    def test_a_named_end_means_that_very_time_if_it_is_well_at_once(self, held):
        held.is_down()
        held.now += HOUR
        held.extend("ana", until=NINE + 150 * MINUTE)
        held.is_well()
        assert held["ana"].ends == NINE + 150 * MINUTE

    def test_the_longest_allowed_counts_from_when_it_is_well(self, held):
        held.is_down()
        held.now += HOUR
        with pytest.raises(TooLong, match="1 h more") as refused:
            held.extend("ana", until=NINE + 181 * MINUTE)
        assert refused.value.latest == NINE + 3 * HOUR
        held.extend("ana", until=NINE + 3 * HOUR)
        held.is_well()
        assert held["ana"].ends == NINE + 3 * HOUR

    def test_kept_as_it_is_for_so_long_from_now_on(self, held):
        held.is_down()
        held.now += HOUR
        held.do(ask.Hold(wanted("held", "ana", length=90 * MINUTE, terms=held.terms)))
        held.is_well()
        assert held["ana"].ends == held.now + 90 * MINUTE

    def test_changed_for_so_long_from_now_on(self, held):
        held.is_down()
        held.now += HOUR
        held.reserve_more("ana", mode=SHARED, length=90 * MINUTE)
        held.is_well()
        assert held["ana"].ends == held.now + 90 * MINUTE

    def test_a_booking_is_in_the_way_of_the_end_that_it_comes_to(self, held):
        held.is_down()
        held.now += HOUR
        held.book("cem", NINE + 150 * MINUTE)
        assert held.extend("ana", HOUR) == (LeaseExtended("ana", "ana", NINE + 90 * MINUTE, clipped=True),)
        with pytest.raises(BookedThen) as refused:
            held.extend("ana", 30 * MINUTE)
        assert refused.value.lease == held["cem's"]

    def test_more_of_it_is_not_for_less_long(self, story):
        story.reserve("ana", "payments", length=2 * HOUR)
        story.reserve("ben", "orders")
        story.reserve_more("ana", "payments orders", rank=INCIDENT)
        story.is_down()
        story.now += HOUR
        story.release("ben")
        assert story["ana+"].ends == story.now + 2 * HOUR

    def test_of_another_service_run_on(self, story):
        story.reserve("ana", "payments")
        story.is_down("orders")
        assert story["ana"].paused is None

    def test_degraded_they_stand_still_too(self, held):
        assert ClockPaused("ana") in held.is_down(kind=Kind.DEGRADED)

    def test_of_two_matters_both_must_be_over(self, held):
        held.is_down("payments")
        held.is_down("orders")
        held.is_well("payments")
        assert held["ana"].paused
        held.is_well("orders")
        assert held["ana"].paused is None

    def test_what_begins_meanwhile_begins_standing_still(self, story):
        story.is_down()
        story.reserve("ana", rank=INCIDENT)
        assert story["ana"].paused == NINE

    def test_an_outage_before_the_grant_does_not_lengthen_what_is_allowed(self, held):
        held.release("ana")
        held.is_down()
        held.now += HOUR
        held.is_well()
        held.accept("ben")
        with pytest.raises(UsageError):
            held.extend("ben", 90 * MINUTE)


class TestOffers:
    def test_none_is_made_while_it_is_down(self, held):
        held.is_down()
        assert held.release("ana")[1:] == ()
        assert held.is_well()[1:] == (LeaseOffered("ben", NINE + 15 * MINUTE),)

    def test_an_open_one_keeps_what_is_left_of_its_window(self, held):
        held.reserve("cem")
        held.release("ana")
        held.told("ben")
        held.now += 2 * MINUTE
        held.is_down()
        assert held.after(HOUR) == ()
        held.is_well()
        assert held["ben"].claim_by == held.now + 3 * MINUTE

    def test_it_may_be_accepted_and_its_time_stands_still_from_then(self, held):
        held.release("ana")
        held.is_down()
        held.accept("ben")
        held.now += HOUR
        held.is_well()
        assert held["ben"].ends == held.now + HOUR

    def test_an_incident_passes(self, held):
        held.is_down()
        held.reserve("cem", rank=INCIDENT)
        held.release("ana")
        assert held.statuses == {"ben": "queued", "cem": "offered"}

    def test_the_displaced_and_the_booked_do_not_though_they_stand_first(self, story):
        story.reserve("ana")
        story.take("ben")
        story.is_down()
        story.do(ask.Release("ben took", "ben"))
        assert list(story.statuses.values()) == ["queued"]

    def test_nobody_new_gets_what_is_down(self, story):
        story.is_down()
        assert story.reserve("ana").status == "queued"

    def test_who_comes_new_gets_what_is_degraded(self, story):
        story.is_down(kind=Kind.DEGRADED)
        assert story.reserve("ana").status == "active"
        assert story.reserve("ben").status == "queued"
        assert story.release("ana")[1:] == ()

    def test_who_waits_for_what_is_down_holds_nobody_back_elsewhere(self, story):
        story.reserve("ana", "payments")
        story.reserve("ben", "payments orders")
        story.reserve("cem", "orders")
        assert story.statuses["cem"] == "queued"
        story.is_down("payments")
        assert story.statuses["cem"] == "offered"

    def test_what_is_the_matter_with_all_of_it_concerns_its_accounts(self, story):
        story.is_down()
        assert story.reserve_any("ana", story.any_account(1, "gold1")).status == "queued"

    def test_what_is_the_matter_with_a_service_does_not(self, story):
        story.is_down("payments")
        assert story.reserve_any("ana", story.any_account(1, "gold1")).status == "active"


class TestSayingSo:
    def test_the_same_again_is_nothing(self, held):
        held.is_down()
        held.now += MINUTE
        assert held.is_down() == ()

    def test_from_degraded_to_down_it_counts_anew(self, held):
        held.is_down(kind=Kind.DEGRADED)
        held.now += MINUTE
        held.is_down()
        (condition,) = held.state.conditions.values()
        assert (condition.kind, condition.since) == (Kind.DOWN, NINE + MINUTE)
        assert held["ana"].paused == NINE

    def test_it_needs_a_reason(self, story):
        with pytest.raises(UsageError, match="Say what is wrong"):
            story.do(ask.SetCondition(Scope("integration"), Kind.DOWN, "", "ops"))

    def test_what_is_expected_lies_ahead(self, story):
        with pytest.raises(UsageError, match="has passed"):
            story.do(ask.SetCondition(Scope("integration"), Kind.DOWN, "broken", "ops", NINE))

    def test_well_where_nothing_is_the_matter_is_refused(self, story):
        with pytest.raises(NotUnwell, match="Nothing is said"):
            story.is_well()

    def test_well_of_a_part_says_what_is_the_matter_with_all(self, story):
        story.is_down()
        with pytest.raises(NotUnwell, match="All of integration is down"):
            story.is_well("payments")

    def test_well_of_all_clears_the_parts(self, story):
        story.is_down("payments")
        story.is_down("orders")
        cleared = [x.scope for x in story.is_well() if isinstance(x, ConditionCleared)]
        assert [str(scope) for scope in cleared] == ["integration/payments", "integration/orders"]

    def test_sharers_stand_still_together(self, story):
        for person in ("ana", "ben"):
            story.reserve(person, mode=SHARED)
        assert story.is_down()[1:] == (ClockPaused("ana"), ClockPaused("ben"))
