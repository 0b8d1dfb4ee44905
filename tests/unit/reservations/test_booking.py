"""A time to come: what is in its way, what it is in the way of, and what happens when it has come."""

from datetime import timedelta

import pytest

from bot.errors import UsageError
from bot.reservations import commands as ask
from bot.reservations.events import BookingDue, ClaimWindowStarted, LeaseCancelled, LeaseExtended, LeaseOffered, Why
from bot.reservations.model import next_deadline
from bot.reservations.refusals import BookedThen, BookingConflict, DuplicateLease, TooFarAhead, TooLong
from bot.reservations.values import FIRST, INCIDENT, Terms
from tests.unit.reservations.story import HOUR, MINUTE, NINE, SHARED, Story

TEN = NINE + HOUR
SECOND = MINUTE / 60


@pytest.fixture
def story():
    return Story(Terms(maximum=8 * HOUR, claim_window=5 * MINUTE))


@pytest.fixture
def booked(story):
    """Ana has it from ten to eleven."""
    story.book("ana", TEN)
    return story


class TestWhatIsInItsWay:
    def test_another_booking_is_and_the_refusal_says_when_it_is_free(self, booked):
        with pytest.raises(BookingConflict) as refused:
            booked.book("ben", TEN + 30 * MINUTE)
        (obstacle,) = refused.value.obstacles
        assert (obstacle.lease, obstacle.start, obstacle.end) == (booked["ana's"], TEN, TEN + HOUR)
        assert refused.value.free_from == TEN + HOUR

    def test_back_to_back_is_free(self, booked):
        booked.book("ben", TEN + HOUR)
        booked.book("cem", TEN - 30 * MINUTE, length=30 * MINUTE)
        assert set(booked.statuses.values()) == {"booked"}

    def test_a_gap_that_is_too_short_is_stepped_over(self, booked):
        booked.book("ben", TEN + 90 * MINUTE)
        with pytest.raises(BookingConflict) as refused:
            booked.book("cem", TEN + 30 * MINUTE)
        assert refused.value.free_from == TEN + 150 * MINUTE

    def test_a_holder_is_until_the_end(self, story):
        story.reserve("ana", length=2 * HOUR)
        with pytest.raises(BookingConflict) as refused:
            story.book("ben", TEN)
        assert refused.value.free_from == NINE + 2 * HOUR

    def test_a_freeze_is_for_an_exclusive_one_alone(self, story):
        story.freeze(TEN, HOUR)
        with pytest.raises(BookingConflict) as refused:
            story.book("ben", TEN)
        assert refused.value.obstacles[0].window == story.state.freezes["freeze"]
        assert story.book("ben", TEN, mode=SHARED).status == "booked"

    def test_who_waits_is_not_nor_another_service_nor_a_sharer(self, story):
        story.reserve("ana", length=30 * MINUTE)
        story.reserve("ben")
        story.book("cem", TEN, "payments", SHARED)
        story.book("dia", TEN, "payments", SHARED)
        assert story.book("eli", TEN, "orders").status == "booked"

    @pytest.mark.parametrize("begins", [NINE, NINE - MINUTE])
    def test_what_has_begun_is_reserved_not_booked(self, story, begins):
        with pytest.raises(UsageError, match="begun already"):
            story.book("ana", begins)

    def test_nobody_knows_what_is_in_a_quarter_of_a_year(self, story):
        story.book("ana", NINE + timedelta(days=90))
        with pytest.raises(TooFarAhead):
            story.book("ben", NINE + timedelta(days=90, seconds=1))

    def test_the_longest_allowed_holds_for_bookings_too(self, story):
        with pytest.raises(TooLong):
            story.book("ana", TEN, length=9 * HOUR)

    def test_the_same_once(self, booked):
        with pytest.raises(DuplicateLease):
            booked.book("ana", TEN)


class TestWhatItIsInTheWayOf:
    def test_a_reservation_before_it_is_clipped_and_says_so(self, booked):
        assert booked.reserve("ben", length=2 * HOUR).ends == TEN
        assert booked.history[-1].event.clipped

    def test_one_that_ends_in_time_is_not(self, booked):
        booked.reserve("ben", length=HOUR)
        assert not booked.history[-1].event.clipped

    def test_one_that_would_be_cut_to_less_than_five_minutes_waits(self, booked):
        booked.now = TEN - 5 * MINUTE + SECOND
        assert booked.reserve("ben").status == "queued"

    def test_exactly_five_minutes_are_enough(self, booked):
        booked.now = TEN - 5 * MINUTE
        assert booked.reserve("ben").ends == TEN

    def test_one_that_is_meant_to_be_short_is_granted_before_it(self, booked):
        booked.now = TEN - 3 * MINUTE
        assert booked.reserve("ben", length=3 * MINUTE).status == "active"

    def test_who_is_held_up_by_it_holds_nobody_back(self, story):
        story.book("ana", TEN, "payments")
        story.now = TEN - 4 * MINUTE
        story.reserve("ben", "payments orders")
        assert story.reserve("cem", "orders").status == "active"

    def test_an_extension_is_clipped_and_says_so(self, booked):
        booked.reserve("ben", length=30 * MINUTE)
        assert booked.extend("ben", HOUR) == (LeaseExtended("ben", "ben", TEN, clipped=True),)

    def test_an_extension_past_it_from_its_very_start_is_refused_and_names_it(self, booked):
        booked.reserve("ben", length=HOUR)
        with pytest.raises(BookedThen) as refused:
            booked.extend("ben", HOUR)
        assert refused.value.lease.id == "ana's"

    def test_an_accepted_offer_is_clipped_and_says_so(self, booked):
        booked.reserve("ben", length=10 * MINUTE)
        booked.reserve("cem", length=HOUR)
        booked.release("ben")
        booked.now += MINUTE
        (accepted,) = booked.accept("cem")
        assert (accepted.ends, accepted.clipped) == (TEN, True)

    def test_what_is_taken_is_clipped_too(self, booked):
        booked.reserve("ben", length=30 * MINUTE)
        booked.take("cem", length=2 * HOUR)
        assert booked["cem took"].ends == TEN

    def test_heartbeats_do_not_carry_a_pipeline_over_it(self, booked):
        booked.now = TEN - 15 * MINUTE
        booked.reserve("ci", length=2 * HOUR, ttl=10 * MINUTE)
        booked.now += 9 * MINUTE
        booked.do(ask.Heartbeat("ci", "ci"))
        assert booked["ci"].ends == TEN

    def test_sharers_pass_a_shared_one(self, story):
        story.book("ana", TEN, mode=SHARED)
        assert story.reserve("ben", mode=SHARED, length=2 * HOUR).ends == NINE + 2 * HOUR

    def test_without_it_everything_goes_on(self, booked):
        booked.now = TEN - 2 * MINUTE
        booked.reserve("ben")
        booked.do(ask.Leave("ana's", "ana"))
        assert booked.statuses == {"ben": "offered"}


class TestWhenItsTimeComes:
    def test_it_is_offered_then_and_not_before(self, booked):
        assert next_deadline(booked.state) == TEN
        assert booked.after(HOUR - SECOND) == ()
        assert booked.after(SECOND) == (BookingDue("ana's"), LeaseOffered("ana's", TEN + 15 * MINUTE))

    def test_it_stands_at_the_head_of_the_queue(self, booked):
        booked.reserve("ben")
        booked.reserve("cem", rank=INCIDENT)
        booked.now = TEN
        assert booked.do(ask.Tick())[:1] != ()
        assert booked["ana's"].rank == FIRST
        assert booked.statuses == {"ana's": "offered", "cem": "queued"}

    def test_it_waits_for_a_holder_that_a_run_keeps(self, booked):
        booked.reserve("ben")
        booked.do(ask.PinLease("ben", "run", TEN + 10 * MINUTE))
        booked.after(HOUR)
        assert booked.statuses == {"ana's": "queued", "ben": "active"}
        booked.after(10 * MINUTE)
        assert booked.statuses == {"ana's": "offered"}

    def test_an_open_offer_gets_its_window_then(self, booked):
        booked.reserve("ben", length=10 * MINUTE)
        booked.reserve("cem")
        booked.release("ben")
        booked.told("cem")
        assert ClaimWindowStarted("cem", TEN + 5 * MINUTE) in booked.after(HOUR)

    def test_who_does_not_come_has_booked_for_nothing(self, booked):
        booked.after(HOUR)
        assert booked.after(HOUR - SECOND) == ()
        assert booked.after(SECOND) == (LeaseCancelled("ana's", Why.NO_SHOW),)

    def test_who_comes_late_has_it_to_the_end_that_was_booked(self, booked):
        booked.after(HOUR)
        booked.after(20 * MINUTE)
        booked.do(ask.Accept("ana's", "ana"))
        assert booked["ana's"].ends == TEN + HOUR

    def test_who_could_not_come_within_it_is_offered_it_all_the_same(self, booked):
        """Somebody's run kept it for longer than the whole booking: that is no miss of hers."""
        booked.reserve("ben")
        booked.do(ask.PinLease("ben", "run", TEN + 2 * HOUR))
        booked.after(HOUR)
        booked.after(2 * HOUR)
        assert booked.statuses == {"ana's": "offered"}
        booked.do(ask.Accept("ana's", "ana"))
        assert booked["ana's"].ends == TEN + 3 * HOUR

    def test_an_outage_while_it_was_on_offer_moves_the_moment_at_which_it_is_missed(self, booked):
        booked.after(HOUR)
        booked.is_down()
        booked.after(2 * HOUR)
        booked.is_well()
        assert booked.statuses == {"ana's": "offered"}
        assert booked.after(HOUR - SECOND) == ()
        assert booked.after(SECOND) == (LeaseCancelled("ana's", Why.NO_SHOW),)

    def test_a_booking_is_given_up_by_leaving(self, booked):
        assert booked.do(ask.Leave("ana's", "ana")) == (LeaseCancelled("ana's", Why.LEFT),)
