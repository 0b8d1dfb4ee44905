"""Freezes stop new exclusive grants, and nothing else."""

import pytest

from bot.errors import Conflict, UsageError
from bot.reservations import commands as ask
from bot.reservations.events import FreezeBegan, FreezeEnded, FreezeLifted, FreezesPlanned, LeaseOffered
from bot.reservations.model import next_deadline
from bot.reservations.places import FreezeWindow
from bot.reservations.refusals import NotFrozen
from bot.reservations.values import Scope
from tests.unit.reservations.story import HOUR, MINUTE, NINE, SHARED, Story

ALL = Scope("integration")
PAYMENTS = Scope("integration", frozenset({"payments"}))


@pytest.fixture
def story():
    return Story()


@pytest.fixture
def frozen(story):
    """From nine to ten."""
    story.freeze(NINE, HOUR)
    story.do(ask.Tick())
    return story


def weekly(day: int, length=HOUR) -> FreezeWindow:
    start = NINE + day * 24 * HOUR
    return FreezeWindow(f"weekly {day}", ALL, start, start + length, "weekly", "", planned=True)


def plan(story: Story, *windows: FreezeWindow):
    return story.do(ask.PlanFreezes("integration", windows))


class TestWhatItStops:
    def test_nobody_new_gets_it_exclusively(self, frozen):
        assert frozen.reserve("ana").status == "queued"

    def test_sharing_goes_on(self, frozen):
        assert frozen.reserve("ana", mode=SHARED).status == "active"

    def test_what_runs_goes_on_and_may_be_extended(self, story):
        story.reserve("ana")
        story.freeze(NINE, 3 * HOUR)
        story.extend("ana", HOUR)
        assert story["ana"].ends == NINE + 2 * HOUR

    def test_a_waiter_that_it_stops_holds_nobody_back(self, frozen):
        frozen.reserve("ana")
        assert frozen.reserve("ben", mode=SHARED).status == "active"

    def test_who_shares_goes_first_from_its_beginning_on(self, story):
        story.reserve("ana", mode=SHARED, length=3 * HOUR)
        story.reserve("ben")
        story.reserve("cem", mode=SHARED)
        story.freeze(NINE + 30 * MINUTE, HOUR)
        assert story.statuses["cem"] == "queued"
        began, offered = story.after(30 * MINUTE)
        assert (began, offered.lease_id) == (FreezeBegan("integration", "freeze"), "cem")

    def test_other_services_are_not_meant(self, story):
        story.freeze(NINE, HOUR, "payments")
        assert story.reserve("ana", "orders").status == "active"
        assert story.reserve("ben", "payments").status == "queued"

    def test_an_announced_one_stops_nothing_yet(self, story):
        story.freeze(NINE + HOUR, HOUR)
        assert story.reserve("ana").status == "active"

    def test_an_offer_that_was_made_before_is_kept(self, story):
        story.reserve("ana")
        story.reserve("ben")
        story.release("ana")
        story.freeze(story.now, HOUR)
        story.accept("ben")
        assert story.statuses == {"ben": "active"}


class TestItsTime:
    def test_beginning_and_end_are_told_once_each(self, story):
        story.freeze(NINE + HOUR, HOUR)
        assert story.after(HOUR) == (FreezeBegan("integration", "freeze"),)
        assert next_deadline(story.state) == NINE + 2 * HOUR
        assert story.after(HOUR - MINUTE) == ()
        assert story.after(MINUTE) == (FreezeEnded("integration", "freeze"),)
        assert next_deadline(story.state) is None

    def test_at_its_end_whoever_waited_is_next(self, frozen):
        frozen.reserve("ana")
        assert frozen.after(HOUR)[1:] == (LeaseOffered("ana", frozen.now + 15 * MINUTE),)

    def test_one_that_nobody_saw_begin_only_ends(self, story):
        story.freeze(NINE + HOUR, HOUR)
        assert story.after(3 * HOUR) == (FreezeEnded("integration", "freeze"),)

    @pytest.mark.parametrize(
        ("start", "length"), [(NINE - HOUR, HOUR), (NINE + HOUR, -MINUTE), (NINE + HOUR, 0 * MINUTE)]
    )
    def test_it_needs_some_time_to_come(self, story, start, length):
        with pytest.raises(UsageError, match="still to come"):
            story.freeze(start, length)

    def test_it_needs_a_reason(self, story):
        window = FreezeWindow("freeze", ALL, NINE, NINE + HOUR, "", "ops")
        with pytest.raises(UsageError, match="Say why"):
            story.do(ask.Freeze(window))

    def test_the_same_is_set_once(self, story):
        story.freeze(NINE, HOUR)
        with pytest.raises(Conflict, match="set already"):
            story.freeze(NINE, HOUR)


class TestThawing:
    def test_lets_whoever_waits_go_on(self, frozen):
        frozen.reserve("ana")
        lifted, offered = frozen.do(ask.Thaw(ALL, "ops"))
        assert lifted == FreezeLifted("integration", "freeze", "ops")
        assert offered.lease_id == "ana"

    def test_ends_an_announced_one_too(self, story):
        story.freeze(NINE + HOUR, HOUR)
        story.do(ask.Thaw(ALL, "ops"))
        story.now += HOUR
        assert story.reserve("ana").status == "active"

    def test_leaves_what_is_planned_for_another_day(self, story):
        plan(story, weekly(1))
        with pytest.raises(NotFrozen):
            story.do(ask.Thaw(ALL, "ops"))

    def test_of_a_service_says_what_is_frozen_instead(self, frozen):
        with pytest.raises(NotFrozen, match="All of integration is frozen"):
            frozen.do(ask.Thaw(PAYMENTS, "ops"))

    def test_of_the_environment_ends_that_of_a_service(self, story):
        story.freeze(NINE, HOUR, "payments")
        assert story.do(ask.Thaw(ALL, "ops"))

    def test_where_nothing_is_frozen_is_refused(self, frozen):
        frozen.do(ask.Thaw(ALL, "ops"))
        with pytest.raises(NotFrozen):
            frozen.do(ask.Thaw(ALL, "ops"))


class TestThePlanOfTheCatalog:
    def test_takes_the_place_of_the_one_before(self, story):
        plan(story, weekly(1), weekly(2))
        plan(story, weekly(2), weekly(3))
        assert set(story.state.freezes) == {"weekly 2", "weekly 3"}

    def test_leaves_what_somebody_has_set(self, story):
        story.freeze(NINE + HOUR, HOUR)
        plan(story, weekly(1))
        assert set(story.state.freezes) == {"freeze", "weekly 1"}

    def test_the_same_again_is_nothing(self, story):
        plan(story, weekly(1), weekly(2))
        assert plan(story, weekly(2), weekly(1)) == ()

    def test_what_has_begun_has_begun_and_what_was_lifted_stays_so(self, story):
        plan(story, weekly(0, 2 * HOUR), weekly(1))
        story.do(ask.Tick())
        story.do(ask.Thaw(ALL, "ops"))
        (planned,) = plan(story, weekly(0, 2 * HOUR), weekly(1), weekly(2))
        assert isinstance(planned, FreezesPlanned)
        window = story.state.freezes["weekly 0"]
        assert (window.began, window.lifted) == (True, True)
        assert story.reserve("ana").status == "active"

    def test_a_window_it_names_no_more_stops_nobody(self, story):
        plan(story, weekly(0, 2 * HOUR))
        story.reserve("ana")
        plan(story)
        assert story.statuses == {"ana": "offered"}

    def test_what_is_over_by_now_is_left_out(self, story):
        assert plan(story, weekly(-1)) == ()


class TestThawingOneOfSeveral:
    @pytest.fixture
    def two(self, frozen):
        frozen.do(ask.Freeze(FreezeWindow("friday", ALL, NINE + 80 * HOUR, NINE + 100 * HOUR, "release", "ana")))
        return frozen

    @pytest.mark.parametrize(("meant", "left"), [("friday", "freeze"), ("freeze", "friday")])
    def test_ends_the_one_that_is_named_and_no_other(self, two, meant, left):
        two.do(ask.Thaw(ALL, "ana", meant))
        assert [id for id, window in two.state.freezes.items() if not window.lifted] == [left]

    def test_which_is_over_already_is_refused(self, two):
        two.do(ask.Thaw(ALL, "ana", "friday"))
        with pytest.raises(NotFrozen, match="over already"):
            two.do(ask.Thaw(ALL, "ana", "friday"))

    def test_of_another_place_is_refused(self, two):
        with pytest.raises(NotFrozen):
            two.do(ask.Thaw(Scope("staging"), "ana", "friday"))


def test_a_thaw_ends_what_is_in_force_and_leaves_what_was_announced(frozen):
    frozen.do(ask.Freeze(FreezeWindow("friday", ALL, NINE + 80 * HOUR, NINE + 100 * HOUR, "release", "ana")))
    frozen.do(ask.Thaw(ALL, "ana"))
    assert [id for id, window in frozen.state.freezes.items() if not window.lifted] == ["friday"]
    frozen.do(ask.Thaw(ALL, "ana"))
    assert all(window.lifted for window in frozen.state.freezes.values())
