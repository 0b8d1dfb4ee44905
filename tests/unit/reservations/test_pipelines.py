"""Pipelines: they take their turn as it comes, live by heartbeats, and their runs keep what they run on."""

import pytest

from bot.reservations import commands as ask
from bot.reservations.events import (
    LeaseExpired,
    LeaseExtended,
    LeaseOffered,
    LeaseOverran,
    LeasePinned,
    LeaseReminded,
    LeaseRenewed,
    LeaseStarted,
    LeaseUnpinned,
)
from bot.reservations.model import next_deadline
from bot.reservations.refusals import HeldByAnother, KeptAlive, LeaseGone, NotActive, TooLong
from tests.unit.reservations.story import HOUR, MINUTE, NINE, Story

TTL = 9 * MINUTE
SECOND = MINUTE / 60


@pytest.fixture
def story():
    return Story()


class TestHeartbeats:
    @pytest.fixture
    def ci(self, story):
        story.reserve("ci", length=HOUR, ttl=TTL)
        return story

    def beat(self, story, after=0 * MINUTE):
        story.now += after
        return story.do(ask.Heartbeat("ci", "ci"))

    def test_it_holds_for_its_time_to_live(self, ci):
        assert ci["ci"].ends == NINE + TTL

    def test_one_that_wants_less_than_that_holds_for_less(self, story):
        assert story.reserve("ci", length=5 * MINUTE, ttl=TTL).ends == NINE + 5 * MINUTE

    def test_a_silent_one_is_out_at_its_time_to_live(self, ci):
        assert ci.after(TTL - SECOND) == ()
        assert ci.after(SECOND) == (LeaseExpired("ci"),)

    def test_a_heartbeat_moves_the_end(self, ci):
        assert self.beat(ci, 4 * MINUTE) == (LeaseRenewed("ci", NINE + 13 * MINUTE),)

    def test_one_that_moves_it_by_a_third_or_less_is_not_recorded(self, ci):
        assert self.beat(ci, 3 * MINUTE) == ()
        assert self.beat(ci, SECOND) == (LeaseRenewed("ci", ci.now + TTL),)

    def test_never_past_the_length_that_was_asked_for(self, ci):
        for _ in range(11):
            self.beat(ci, 5 * MINUTE)
        assert ci["ci"].ends == NINE + HOUR

    def test_the_last_moment_is_recorded_though_it_is_short(self, ci):
        """Else it would be out up to a third of its time to live too early."""
        for _ in range(10):
            self.beat(ci, 5 * MINUTE)
        assert ci["ci"].ends == NINE + 59 * MINUTE
        assert self.beat(ci, MINUTE) == (LeaseRenewed("ci", NINE + HOUR),)

    def test_one_that_dies_in_an_outage_is_out_at_its_time_to_live_after_it(self, ci):
        """What a heartbeat adds while the clock stands still, the end of the outage would add once more."""
        ci.is_down()
        for _ in range(10):
            self.beat(ci, 5 * MINUTE)
        ci.is_well()
        assert ci["ci"].ends == ci.now + TTL
        assert ci.after(TTL) == (LeaseExpired("ci"),)

    def test_it_is_never_reminded(self, ci):
        assert next_deadline(ci.state) == NINE + TTL

    def test_too_late_is_too_late(self, ci):
        with pytest.raises(LeaseGone):
            self.beat(ci, TTL)

    def test_somebody_elses_is_refused(self, ci):
        with pytest.raises(HeldByAnother):
            ci.do(ask.Heartbeat("ci", "ana"))

    def test_the_lease_of_a_person_does_not_live_by_them(self, story):
        story.reserve("ana")
        assert story.do(ask.Heartbeat("ana", "ana")) == ()

    def test_nobody_else_extends_it(self, story):
        story.reserve("ci", ttl=TTL, team="checkout")
        with pytest.raises(HeldByAnother):
            story.do(ask.Extend("ci", "ana", HOUR))
        with pytest.raises(KeptAlive):
            story.do(ask.Extend("ci", "ben", HOUR, team="checkout"))

    def test_by_extending_it_heartbeats_may_keep_it_longer(self, ci):
        ci.now += 8 * MINUTE
        assert ci.extend("ci", 10 * MINUTE) == (
            LeaseExtended("ci", "ci", NINE + 70 * MINUTE),
            LeaseRenewed("ci", NINE + 17 * MINUTE),
        )
        for _ in range(12):
            self.beat(ci, 5 * MINUTE)
        assert ci["ci"].ends == NINE + 70 * MINUTE

    def test_not_past_the_longest_that_the_policy_allows(self, ci):
        with pytest.raises(TooLong):
            ci.extend("ci", 8 * HOUR)

    def test_extended_while_its_clock_stands_still_it_has_that_time_on_top(self, ci):
        ci.is_down()
        ci.now += 5 * MINUTE
        ci.extend("ci", HOUR)
        ci.is_well()
        assert ci["ci"].latest == NINE + 2 * HOUR + 5 * MINUTE

    def test_who_waits_may_say_so_and_nothing_changes(self, story):
        story.reserve("ana")
        story.reserve("ci", ttl=TTL)
        assert self.beat(story) == ()

    def test_its_turn_begins_without_an_answer(self, story):
        story.reserve("ana")
        story.reserve("ci", ttl=TTL)
        assert story.release("ana")[1:] == (LeaseStarted("ci", NINE + TTL),)


class TestRuns:
    @pytest.fixture
    def run(self, story):
        """Ana's until ten; her run may keep it until half past."""
        story.reserve("ana")
        story.reserve("ben")
        self.pin(story, NINE + 90 * MINUTE)
        return story

    def pin(self, story, until, run="run"):
        return story.do(ask.PinLease("ana", run, until))

    def unpin(self, story, run="run"):
        return story.do(ask.UnpinLease("ana", run))

    def test_keep_it_past_its_end_and_it_says_so_once(self, run):
        run.after(50 * MINUTE)
        assert run.after(10 * MINUTE) == (LeaseOverran("ana", NINE + 90 * MINUTE),)
        assert run.after(29 * MINUTE) == ()

    def test_not_past_the_cap(self, run):
        run.after(HOUR)
        assert [type(event) for event in run.after(30 * MINUTE)] == [LeaseExpired, LeaseOffered]

    def test_though_nobody_looked_when_the_reminder_was_due(self, run):
        assert run.after(HOUR) == (LeaseOverran("ana", NINE + 90 * MINUTE),)
        assert next_deadline(run.state) == NINE + 90 * MINUTE

    def test_the_end_of_the_run_after_the_end_of_the_lease_frees_it_at_once(self, run):
        run.after(70 * MINUTE)
        assert [type(event) for event in self.unpin(run)] == [LeaseUnpinned, LeaseExpired, LeaseOffered]

    def test_the_end_of_the_run_before_it_changes_nothing(self, run):
        assert self.unpin(run) == (LeaseUnpinned("ana", "run"),)
        assert run.after(50 * MINUTE)[0] == LeaseReminded("ana", alone=False)
        assert run.after(10 * MINUTE)[0] == LeaseExpired("ana")

    def test_of_two_the_longer_keeps_it(self, run):
        self.pin(run, NINE + 2 * HOUR, "other")
        run.after(70 * MINUTE)
        assert self.unpin(run) == (LeaseUnpinned("ana", "run"),)
        assert next_deadline(run.state) == NINE + 2 * HOUR
        assert LeaseExpired("ana") in self.unpin(run, "other")

    def test_the_same_again_is_nothing_and_later_is_news(self, run):
        assert self.pin(run, NINE + 90 * MINUTE) == ()
        assert self.pin(run, NINE + 2 * HOUR) == (LeasePinned("ana", "run", NINE + 2 * HOUR),)
        assert len(run["ana"].pins) == 1

    def test_one_that_is_over_is_over(self, run):
        assert self.unpin(run, "another") == ()
        run.release("ana")
        assert self.unpin(run) == ()

    def test_only_what_is_held_is_kept(self, run):
        with pytest.raises(NotActive):
            run.do(ask.PinLease("ben", "run", NINE + HOUR))
        with pytest.raises(LeaseGone):
            run.do(ask.PinLease("nobody", "run", NINE + HOUR))

    def test_its_holder_lets_it_go_all_the_same(self, run):
        run.after(70 * MINUTE)
        run.release("ana")
        assert run.statuses == {"ben": "offered"}

    def test_an_extension_meanwhile_counts_from_now(self, run):
        run.after(70 * MINUTE)
        run.extend("ana", 30 * MINUTE)
        assert run["ana"].ends == run.now + 30 * MINUTE
        assert not run["ana"].overran

    def test_it_does_not_end_while_its_place_is_down(self, run):
        run.after(70 * MINUTE)
        run.is_down()
        assert self.unpin(run) == (LeaseUnpinned("ana", "run"),)
        run.is_well()
        assert run.after(0 * MINUTE)[0] == LeaseExpired("ana")
