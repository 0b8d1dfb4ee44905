"""What one did within the last half minute is taken back, unless somebody has built upon it."""

import pytest

from bot.reservations import commands as ask
from bot.reservations.commands import Described
from bot.reservations.events import (
    ClaimWindowStarted,
    ClockPaused,
    LeaseCancelled,
    LeaseExtended,
    LeaseOffered,
    LeaseReleased,
    LeaseReopened,
    Why,
)
from bot.reservations.refusals import CannotUndo, NothingToUndo
from bot.reservations.values import Terms, Token
from tests.unit.reservations.story import HOUR, MINUTE, NINE, SHARED, Story

SECOND = MINUTE / 60


@pytest.fixture
def story():
    return Story(Terms(claim_window=5 * MINUTE))


@pytest.fixture
def released(story):
    story.reserve("ana", team="checkout")
    story.now += MINUTE
    story.release("ana")
    return story


class TestARelease:
    def test_is_taken_back_with_the_end_it_had_and_a_new_token(self, released):
        (reopened,) = released.undo("ana")
        assert isinstance(reopened, LeaseReopened)
        assert (released["ana"].status, released["ana"].ends) == ("active", NINE + HOUR)
        assert released["ana"].token == Token(1, 3)

    def test_within_half_a_minute(self, released):
        released.now += 30 * SECOND
        assert released.undo("ana")

    def test_not_later(self, released):
        released.now += 30 * SECOND + MINUTE / 60_000
        with pytest.raises(NothingToUndo):
            released.undo("ana")

    def test_not_by_somebody_else(self, released):
        with pytest.raises(NothingToUndo):
            released.undo("ben")

    def test_of_a_team_mate_by_that_mate(self, story):
        story.reserve("ana", team="checkout")
        story.now += MINUTE
        story.do(ask.Release("ana", "ben", "checkout"))
        with pytest.raises(NothingToUndo):
            story.undo("ana", "ana")
        assert story.undo("ben")
        assert story["ana"].person == "ana"

    def test_not_when_somebody_has_got_it(self, released):
        released.reserve("ben")
        with pytest.raises(CannotUndo, match="<@ben> has come since"):
            released.undo("ana")
        assert released.statuses == {"ben": "active"}

    def test_not_when_somebody_is_asked(self, story):
        story.reserve("ana")
        story.reserve("ben")
        story.release("ana")
        with pytest.raises(CannotUndo):
            story.undo("ana")

    def test_who_is_elsewhere_is_not_in_its_way(self, released):
        released.reserve("ben", environment="staging")
        assert released.undo("ana")

    def test_not_when_somebody_has_booked_it(self, released):
        released.book("ben", NINE + 30 * MINUTE)
        with pytest.raises(CannotUndo, match="booked it since"):
            released.undo("ana")

    def test_a_booking_behind_it_is_not_in_its_way(self, released):
        released.book("ben", NINE + HOUR)
        assert released.undo("ana")

    def test_not_when_its_time_is_up(self, story):
        story.reserve("ana", length=MINUTE)
        story.now += MINUTE - SECOND
        story.release("ana")
        story.now += SECOND
        with pytest.raises(CannotUndo, match="time is up"):
            story.undo("ana")

    def test_not_twice(self, released):
        released.undo("ana")
        with pytest.raises(CannotUndo, match="yours again"):
            released.undo("ana")

    def test_its_clock_runs_again_when_its_place_is_well_by_now(self, story):
        story.reserve("ana")
        story.is_down()
        story.now += HOUR
        story.release("ana")
        story.is_well()
        story.undo("ana")
        assert (story["ana"].paused, story["ana"].ends) == (None, story.now + HOUR)

    def test_its_clock_stands_when_its_place_is_down_by_now(self, released):
        released.is_down()
        assert released.undo("ana")[1:] == (ClockPaused("ana"),)

    def test_of_everything_is_one_thing(self, story):
        story.reserve("ana", "payments", lease_id="one")
        story.reserve("ana", "orders", lease_id="two")
        story.now += MINUTE
        story.do(ask.Release(Described(everything=True), "ana"))
        story.undo("ana")
        assert story.statuses == {"one": "active", "two": "active"}

    @pytest.mark.parametrize(("named", "back"), [((), "two"), (("one",), "one")], ids=["the last", "the one named"])
    def test_of_one_of_two(self, story, named, back):
        story.reserve("ana", "payments", lease_id="one")
        story.reserve("ana", "orders", lease_id="two")
        story.now += MINUTE
        for name in ("one", "two"):
            story.do(ask.Release(name, "ana"))
            story.now += SECOND
        story.undo("ana", *named)
        assert story.statuses == {back: "active"}


class TestAReservation:
    def test_is_released_to_the_next(self, story):
        story.reserve("ana")
        story.reserve("ben")
        released, offered = story.undo("ana")
        assert released == LeaseReleased("ana", "ana")
        assert offered.lease_id == "ben"

    def test_that_waits_leaves_the_queue(self, story):
        story.reserve("ana")
        story.reserve("ben")
        assert story.undo("ben") == (LeaseCancelled("ben", Why.LEFT),)

    def test_that_has_ended_since_is_not_taken_back(self, story):
        story.reserve("ana", length=20 * SECOND)
        story.now += 20 * SECOND
        with pytest.raises(CannotUndo, match="ended since"):
            story.undo("ana")

    def test_by_taking_gives_it_back_to_the_displaced(self, story):
        story.reserve("ana")
        story.take("ben")
        released, offered = story.undo("ben")
        assert released == LeaseReleased("ben took", "ben")
        assert isinstance(offered, LeaseOffered)
        assert story[offered.lease_id].person == "ana"

    def test_for_another_is_theirs(self, story):
        """What was given away is not taken back behind their back."""
        story.reserve("ana")
        story.now += MINUTE
        story.do(ask.Give("ana", "ana", "ben", "ben got"))
        with pytest.raises(NothingToUndo, match="ask <@ben> to give integration back") as refused:
            story.undo("ana")
        assert refused.value.line == "ask integration"

    def test_of_a_time_to_come_is_given_up(self, story):
        story.book("ana", NINE + HOUR)
        assert story.undo("ana") == (LeaseCancelled("ana's", Why.LEFT),)


class TestLeaving:
    @pytest.fixture
    def left(self, story):
        for person in ("ana", "ben", "cem"):
            story.reserve(person)
        story.now += MINUTE
        story.leave("ben")
        return story

    def test_is_taken_back_to_the_same_place(self, left):
        left.undo("ben")
        assert left.queue == ["ben", "cem"]

    def test_and_who_comes_back_is_next_when_the_way_is_free_by_now(self, left):
        left.leave("cem")
        left.release("ana")
        assert left.undo("ben")[1:] == (LeaseOffered("ben", left.now + 15 * MINUTE),)

    def test_and_starts_the_window_of_an_offer_that_had_stayed_open(self, story):
        for person in ("ana", "ben", "cem"):
            story.reserve(person)
        story.release("ana")
        story.told("ben")
        story.now += 5 * MINUTE - SECOND
        story.leave("cem")
        story.now += 10 * SECOND
        assert ClaimWindowStarted("ben", story.now + 5 * MINUTE) in story.undo("cem")

    def test_of_an_offer_is_for_good(self, left):
        left.release("ana")
        left.leave("cem")
        with pytest.raises(CannotUndo, match="offer is over"):
            left.undo("cem")

    def test_not_when_one_stands_there_again(self, story):
        story.reserve("ana")
        story.reserve("ben", mode=SHARED)
        story.leave("ben")
        story.now += SECOND
        story.reserve("ben", mode=SHARED, lease_id="again")
        with pytest.raises(CannotUndo, match="again since"):
            story.undo("ben", "ben")

    def test_a_booking_is_taken_back_while_its_time_is_free(self, story):
        story.book("ana", NINE + HOUR)
        story.now += MINUTE
        story.do(ask.Leave("ana's", "ana"))
        story.undo("ana")
        assert story.statuses == {"ana's": "booked"}

    def test_a_booking_whose_time_somebody_has_by_now_is_not(self, story):
        story.book("ana", NINE + HOUR)
        story.do(ask.Leave("ana's", "ana"))
        story.book("ben", NINE + HOUR)
        with pytest.raises(CannotUndo, match="not free any more"):
            story.undo("ana", "ana's")


class TestMoreTime:
    @pytest.fixture
    def extended(self, story):
        story.reserve("ana")
        story.now += 30 * MINUTE
        story.extend("ana", HOUR)
        return story

    def test_is_given_back(self, extended):
        assert extended.undo("ana") == (LeaseExtended("ana", "ana", NINE + HOUR),)

    def test_not_when_the_end_it_had_has_passed(self, story):
        story.reserve("ana", length=10 * SECOND)
        story.now += 5 * SECOND
        story.extend("ana", HOUR)
        story.now += 5 * SECOND
        with pytest.raises(CannotUndo, match="has passed"):
            story.undo("ana")

    def test_what_was_shortened_is_not_lengthened_over_a_booking(self, extended):
        extended.now += MINUTE
        extended.extend("ana", until=NINE + HOUR)
        extended.book("ben", NINE + HOUR)
        with pytest.raises(CannotUndo, match="booked it since"):
            extended.undo("ana", "ana")

    def test_goes_back_to_where_the_end_has_moved_by_an_outage_since(self, extended):
        extended.is_down()
        extended.now += 5 * SECOND
        extended.is_well()
        assert extended.undo("ana") == (LeaseExtended("ana", "ana", NINE + HOUR + 5 * SECOND),)

    def test_goes_back_while_its_clock_stands_still(self, extended):
        extended.is_down()
        extended.now += 5 * SECOND
        extended.undo("ana")
        extended.is_well()
        assert extended["ana"].ends == NINE + HOUR + 5 * SECOND


def test_nothing_done_is_nothing_to_undo(story):
    with pytest.raises(NothingToUndo):
        story.undo("ana")


def test_what_time_did_is_not_undone(story):
    story.reserve("ana", length=MINUTE)
    story.after(MINUTE)
    with pytest.raises((NothingToUndo, CannotUndo)):
        story.undo("ana")
