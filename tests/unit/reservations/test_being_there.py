"""Working hours, later, yes in advance, and the word before the turn."""

from datetime import UTC, datetime, time

import pytest

from bot.catalog.values import Hours
from bot.reservations import commands as ask
from bot.reservations.events import (
    AcceptedAhead,
    ClaimWindowStarted,
    LeaseExpired,
    LeaseOffered,
    LeaseReminded,
    LeaseStarted,
    OfferDeferred,
    OfferReturned,
    TurnNear,
    WaiterBack,
    Why,
)
from bot.reservations.refusals import NotOffered, NotYours, OtherOffer
from bot.reservations.values import Terms
from tests.unit.reservations.story import HOUR, MINUTE, NINE, SHARED, Story

OFFICE = Terms(hours=Hours(start=time(9), end=time(18)))
TOMORROW = datetime(2026, 1, 6, 9, tzinfo=UTC)


@pytest.fixture
def story():
    return Story(Terms(claim_window=5 * MINUTE, later=30 * MINUTE))


class TestWorkingHours:
    @pytest.fixture
    def evening(self, story):
        """Ben, of the office, has waited since five; it is half past six when ana goes."""
        story.now = NINE + 8 * HOUR
        story.reserve("ana", length=3 * HOUR)
        story.reserve("ben", terms=OFFICE)
        story.now += 90 * MINUTE
        return story

    def test_who_has_gone_home_is_put_off_to_the_start_of_work(self, evening):
        assert evening.release("ana")[1:] == (OfferDeferred("ben", TOMORROW),)
        assert evening["ben"].misses == 0

    def test_others_go_first_meanwhile(self, evening):
        evening.reserve("cem")
        evening.release("ana")
        assert evening.statuses == {"ben": "queued", "cem": "offered"}

    def test_at_the_start_of_work_it_is_offered(self, evening):
        evening.release("ana")
        evening.now = TOMORROW
        assert evening.do(ask.Tick()) == (WaiterBack("ben"), LeaseOffered("ben", TOMORROW + 15 * MINUTE))

    def test_who_comes_back_keeps_the_place_and_starts_the_window_of_an_open_offer(self, evening):
        evening.reserve("cem")
        evening.release("ana")
        evening.told("cem")
        evening.now = TOMORROW
        assert evening.do(ask.Tick()) == (WaiterBack("ben"), ClaimWindowStarted("cem", TOMORROW + 5 * MINUTE))

    def test_over_the_weekend_it_is_monday(self, story):
        story.now = datetime(2026, 1, 9, 17, tzinfo=UTC)
        story.reserve("ana", length=4 * HOUR)
        story.reserve("ben", terms=OFFICE)
        story.now += 2 * HOUR
        story.release("ana")
        assert story["ben"].again == datetime(2026, 1, 12, 9, tzinfo=UTC)

    def test_who_asks_outside_hours_is_there(self, evening):
        evening.reserve("cem", terms=OFFICE)
        evening.release("ana")
        assert evening.statuses["cem"] == "offered"

    def test_but_not_on_the_next_evening_any_more(self):
        story = Story(Terms(maximum=48 * HOUR))
        story.now = NINE + 10 * HOUR
        story.reserve("ana", length=30 * HOUR)
        story.reserve("ben", terms=OFFICE)
        story.now += 24 * HOUR
        assert story.release("ana")[1:] == (OfferDeferred("ben", TOMORROW + 24 * HOUR),)

    def test_who_booked_a_time_outside_hours_means_to_be_there(self, story):
        evening = NINE + 11 * HOUR
        story.book("ben", evening, terms=OFFICE)
        story.after(11 * HOUR)
        assert story.statuses == {"ben's": "offered"}

    def test_an_offer_that_outlasts_the_day_is_no_miss(self, story):
        story.now = NINE + 9 * HOUR - 10 * MINUTE
        story.reserve("ana")
        story.reserve("ben", terms=OFFICE)
        story.reserve("cem")
        story.release("ana")
        assert OfferReturned("ben", Why.AWAY, TOMORROW) in story.after(15 * MINUTE)
        assert (story["ben"].misses, story["ben"].again) == (0, TOMORROW)

    def test_at_the_very_end_of_work_one_has_gone(self, story):
        story.now = NINE + 8 * HOUR
        story.reserve("ana", length=HOUR)
        story.reserve("ben", terms=OFFICE)
        assert OfferDeferred("ben", TOMORROW) in story.after(HOUR)

    def test_a_pipeline_keeps_no_hours(self, story):
        story.now = NINE + 8 * HOUR
        story.reserve("ana", length=3 * HOUR)
        story.reserve("ci", ttl=10 * MINUTE, terms=OFFICE)
        story.now += 2 * HOUR
        story.release("ana")
        assert story.statuses == {"ci": "active"}

    def test_nor_does_who_accepted_in_advance(self, evening):
        evening.do(ask.AcceptAhead("ben", "ben"))
        evening.release("ana")
        assert evening.statuses == {"ben": "active"}


class TestLater:
    @pytest.fixture
    def offered(self, story):
        for person in ("ana", "ben", "cem"):
            story.reserve(person)
        story.release("ana")
        story.told("ben")
        return story

    def later(self, story, version=None):
        return story.do(ask.Later("ben", "ben", version=version))

    def test_the_next_goes_first(self, offered):
        returned, made = self.later(offered)
        assert returned == OfferReturned("ben", Why.LATER, NINE + 30 * MINUTE)
        assert made.lease_id == "cem"

    def test_the_place_is_kept_without_a_miss(self, offered):
        ticket = offered["ben"].ticket
        self.later(offered)
        assert (offered["ben"].ticket, offered["ben"].misses) == (ticket, 0)

    def test_one_is_asked_again_before_those_behind(self, offered):
        self.later(offered)
        offered.reserve("dia")
        offered.accept("cem")
        offered.release("cem")
        offered.decline("dia")
        offered.after(30 * MINUTE)
        assert offered.statuses["ben"] == "offered"

    def test_not_before_the_while_is_over(self, offered):
        self.later(offered)
        offered.decline("cem")
        assert offered.after(30 * MINUTE - MINUTE / 60) == ()
        assert offered.after(MINUTE / 60)[0] == WaiterBack("ben")

    def test_alone_too(self, offered):
        offered.leave("cem")
        self.later(offered)
        assert offered.statuses == {"ben": "queued"}
        offered.after(30 * MINUTE)
        assert offered.statuses == {"ben": "offered"}

    def test_newcomers_are_not_held_back_meanwhile(self, offered):
        offered.leave("cem")
        self.later(offered)
        assert offered.reserve("dia").status == "active"

    def test_what_is_not_on_offer_is_not_put_off(self, offered):
        with pytest.raises(NotOffered):
            offered.do(ask.Later("cem", "cem"))

    def test_the_button_of_an_earlier_offer_does_not_answer_a_later_one(self, offered):
        old = offered["ben"].version
        self.later(offered)
        offered.leave("cem")
        offered.after(30 * MINUTE)
        with pytest.raises(OtherOffer):
            self.later(offered, version=old)


class TestInAdvance:
    @pytest.fixture
    def waiting(self, story):
        story.reserve("ana")
        story.reserve("ben", team="checkout")
        return story

    def test_the_turn_is_taken_as_it_comes(self, waiting):
        assert waiting.do(ask.AcceptAhead("ben", "ben")) == (AcceptedAhead("ben", "ben"),)
        assert waiting.release("ana")[1:] == (LeaseStarted("ben", NINE + HOUR),)

    def test_twice_is_once(self, waiting):
        waiting.do(ask.AcceptAhead("ben", "ben"))
        assert waiting.do(ask.AcceptAhead("ben", "ben")) == ()

    def test_what_is_on_offer_by_then_is_accepted(self, waiting):
        waiting.release("ana")
        waiting.do(ask.AcceptAhead("ben", "ben"))
        assert waiting.statuses == {"ben": "active"}

    def test_what_is_held_by_then_is_held(self, waiting):
        waiting.release("ana")
        waiting.accept("ben")
        assert waiting.do(ask.AcceptAhead("ben", "ben")) == ()

    def test_a_team_mate_may_and_a_stranger_may_not(self, waiting):
        with pytest.raises(NotYours):
            waiting.do(ask.AcceptAhead("ben", "cem", "billing"))
        assert waiting.do(ask.AcceptAhead("ben", "cem", "checkout"))

    def test_it_counts_once(self, waiting):
        """What is lost to a take afterwards is asked again."""
        waiting.do(ask.AcceptAhead("ben", "ben"))
        waiting.release("ana")
        assert not waiting["ben"].ready


class TestTheWordBefore:
    def test_the_first_in_line_hears_with_the_reminder(self, story):
        story.reserve("ana")
        for person in ("ben", "cem"):
            story.reserve(person)
        assert story.after(50 * MINUTE) == (LeaseReminded("ana", alone=False), TurnNear("ben", NINE + HOUR))

    def test_once_though_the_end_moves(self, story):
        story.reserve("ana")
        story.reserve("ben")
        story.after(50 * MINUTE)
        story.extend("ana", HOUR)
        assert story.after(HOUR) == (LeaseReminded("ana", alone=False),)

    def test_again_after_the_tail(self, story):
        story.reserve("ana")
        for person in ("ben", "cem"):
            story.reserve(person)
        story.after(50 * MINUTE)
        story.release("ana")
        story.decline("ben")
        story.accept("cem")
        assert TurnNear("ben", story.now + HOUR) in story.after(50 * MINUTE)

    def test_not_while_somebody_else_stays_longer(self, story):
        story.reserve("ana", mode=SHARED)
        story.reserve("ben", mode=SHARED, length=2 * HOUR)
        story.reserve("cem")
        assert story.after(50 * MINUTE) == (LeaseReminded("ana", alone=False),)
        assert LeaseExpired("ana") in story.after(10 * MINUTE)
        assert story.after(50 * MINUTE)[1:] == (TurnNear("cem", NINE + 2 * HOUR),)

    def test_everybody_whose_turn_it_will_be(self, story):
        story.reserve("ana")
        for person in ("ben", "cem"):
            story.reserve(person, mode=SHARED)
        told = story.after(50 * MINUTE)[1:]
        assert [event.lease_id for event in told] == ["ben", "cem"]

    @pytest.mark.parametrize("ready", [True, False])
    def test_not_for_who_needs_no_offer(self, story, ready):
        story.reserve("ana")
        if ready:
            story.reserve("ben")
            story.do(ask.AcceptAhead("ben", "ben"))
        else:
            story.reserve("ben", ttl=10 * MINUTE)
        assert story.after(50 * MINUTE) == (LeaseReminded("ana", alone=False),)
