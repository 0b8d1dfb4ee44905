"""Past the queue, on purpose: take, give."""

import pytest

from bot.errors import UsageError
from bot.reservations import commands as ask
from bot.reservations.events import (
    LeaseCancelled,
    LeaseGiven,
    LeaseGranted,
    LeaseOffered,
    LeaseTaken,
    OfferReturned,
    Why,
)
from bot.reservations.refusals import (
    AlreadyYours,
    FrozenNow,
    HeldByAnother,
    HoldsAlready,
    KeptAlive,
    NotActive,
    SomebodyElseHolds,
)
from bot.reservations.values import FIRST, Scope, Terms, Token, Wanted
from tests.unit.reservations.story import EXCLUSIVE, HOUR, MINUTE, NINE, SHARED, Story

ALL = Scope("integration")


@pytest.fixture
def story():
    story = Story(Terms(maximum=4 * HOUR))
    story.reserve("ana", length=2 * HOUR)
    return story


def waiters(story: Story) -> list[str]:
    return [story[lease_id].person for lease_id in story.queue]


def give(story, person, to):
    return story.do(ask.Give(person, person, to, f"{to} got"))


class TestTaking:
    def test_who_takes_it_holds_it_and_the_holder_hears_why_and_by_whom(self, story):
        taken, granted, _ = story.take("ben")
        assert (taken.lease_id, taken.by, taken.reason, taken.successor) == ("ana", "ben", "hotfix", "ben took")
        assert isinstance(granted, LeaseGranted)
        assert story["ben took"].token == Token(1, 3)

    def test_the_displaced_is_first_in_line_before_any_incident(self, story):
        story.reserve("cem", rank=1)
        story.take("ben")
        assert waiters(story) == ["ana", "cem"]
        assert story[story.queue[0]].rank == FIRST

    def test_the_displaced_gets_the_time_that_was_left(self, story):
        story.now += 90 * MINUTE
        story.take("ben")
        assert story[story.queue[0]].wanted.length == 30 * MINUTE

    def test_the_place_of_the_displaced_is_named_in_the_event(self, story):
        taken, *_ = story.take("ben")
        assert story[taken.returns].person == "ana"

    def test_everybody_who_shares_it_is_displaced(self):
        story = Story()
        for person in ("ana", "ben"):
            story.reserve(person, mode=SHARED)
        events = story.take("cem")
        assert [x.lease_id for x in events if isinstance(x, LeaseTaken)] == ["ana", "ben"]
        assert waiters(story) == ["ana", "ben"]

    def test_who_only_shares_displaces_only_who_holds_it_alone(self):
        story = Story()
        story.reserve("ana", "payments", SHARED)
        story.reserve("ben", "orders")
        story.take("cem", mode=SHARED)
        assert story.statuses["ana"] == "active"
        assert waiters(story) == ["ben"]

    def test_an_offer_is_called_back_and_keeps_its_place(self, story):
        story.reserve("cem")
        story.reserve("dia")
        story.release("ana")
        assert OfferReturned("cem", Why.TAKEN) in story.take("eli")
        assert waiters(story) == ["cem", "dia"]
        assert story["cem"].misses == 0

    def test_ones_own_place_in_the_queue_is_needless_then(self, story):
        story.reserve("ben")
        assert LeaseCancelled("ben", Why.SERVED) in story.take("ben")
        assert waiters(story) == ["ana"]

    def test_what_one_holds_oneself_is_not_taken(self, story):
        with pytest.raises(AlreadyYours):
            story.take("ana")

    def test_without_a_holder_it_is_a_reservation_and_passes_nobody(self, story):
        story.release("ana")
        story.take("ben")
        assert story.statuses == {"ben took": "active"}

    def test_a_pipeline_that_is_displaced_has_stopped_and_does_not_come_back(self):
        story = Story()
        story.reserve("ci", ttl=10 * MINUTE)
        assert story.take("ben")[0] == LeaseTaken("ci", "ben", "hotfix", "ben took", returns=None)
        assert story.queue == []

    def test_from_whom_was_named_though_they_have_more_time_by_now(self, story):
        seen = story.state.seq
        story.extend("ana", HOUR)
        assert story.take("ben", seen=seen)
        assert story.statuses["ben took"] == "active"

    def test_not_from_somebody_who_was_given_it_since(self, story):
        seen = story.state.seq
        give(story, "ana", "cem")
        with pytest.raises(SomebodyElseHolds) as refused:
            story.take("ben", seen=seen)
        assert [lease.person for lease in refused.value.rivals] == ["cem"]
        assert story.statuses == {"cem got": "active"}
        assert story.take("ben", seen=refused.value.seen)

    def test_nor_from_somebody_who_is_asked_only_since(self, story):
        story.reserve("cem")
        seen = story.state.seq
        story.release("ana")
        with pytest.raises(SomebodyElseHolds):
            story.take("ben", seen=seen)
        assert story.statuses["cem"] == "offered"

    def test_nor_from_who_came_back_to_it_by_an_undo(self, story):
        story.now += MINUTE
        story.release("ana")
        seen = story.state.seq
        story.undo("ana")
        with pytest.raises(SomebodyElseHolds):
            story.take("ben", seen=seen)

    def test_nor_from_whom_time_alone_has_brought_it(self, story):
        """The offer follows from the end that has come at this very moment: with the refusal it is not recorded."""
        story.reserve("cem")
        seen = story.state.seq
        story.now += 2 * HOUR
        with pytest.raises(SomebodyElseHolds) as refused:
            story.take("ben", seen=seen)
        assert refused.value.seen == seen

    def test_it_needs_a_reason(self, story):
        with pytest.raises(UsageError, match="Say why"):
            story.take("ben", reason="")
        assert story.statuses == {"ana": "active"}

    def test_a_freeze_stops_it_too(self, story):
        story.freeze(NINE, HOUR)
        with pytest.raises(FrozenNow) as refused:
            story.take("ben")
        assert refused.value.window.reason == "release week"

    def test_who_was_held_up_by_a_taken_wish_goes_on_elsewhere(self):
        """Ben kept gold2 back, since he needs two; he takes gold1 alone, and gold2 is free for cem."""
        story = Story()
        story.reserve_any("ana", story.any_account(1, "gold1"))
        story.reserve_any("ben", story.any_account(2, "gold1", "gold2"))
        story.reserve_any("cem", story.any_account(1, "gold2"))
        scope = Scope("integration", resources=frozenset({"gold1"}))
        story.do(ask.Take(Wanted("ben took", "ben", scope, EXCLUSIVE, HOUR, "hotfix")))
        assert story.statuses["cem"] == "offered"


class TestGiving:
    def test_for_the_time_that_is_left(self, story):
        story.now += HOUR
        given, granted = give(story, "ana", "ben")
        assert given == LeaseGiven("ana", "ana", "ben", "ben got")
        assert granted.ends == NINE + 2 * HOUR
        assert (story["ben got"].person, story["ben got"].token) == ("ben", Token(1, 3))

    def test_whoever_waited_for_it_need_not_wait_any_more(self, story):
        story.reserve("ben")
        story.reserve("cem")
        assert LeaseCancelled("ben", Why.SERVED) in give(story, "ana", "ben")
        assert waiters(story) == ["cem"]

    def test_to_somebody_who_waits_elsewhere_frees_what_they_kept_back_there(self):
        """Ben waits for any of two; he is given the one, and dia behind him may have the other when it is free."""
        story = Story()
        story.reserve("ana", environment="perf")
        story.reserve_any("eli", story.any_account(1, "gold1"))
        story.reserve_any("ben", story.any_account(2, "gold1", "gold2"))
        story.reserve_any("dia", story.any_account(1, "gold2"))
        give(story, "eli", "ben")
        assert story.statuses["dia"] == "offered"

    def test_to_a_holder_is_refused(self):
        story = Story()
        for person in ("ana", "ben"):
            story.reserve(person, mode=SHARED)
        with pytest.raises(HoldsAlready) as refused:
            give(story, "ana", "ben")
        assert refused.value.lease == story["ben"]

    def test_to_oneself_is_refused(self, story):
        with pytest.raises(UsageError, match="somebody else"):
            give(story, "ana", "ana")

    def test_only_what_is_held_is_given(self, story):
        story.reserve("ben")
        with pytest.raises(NotActive):
            give(story, "ben", "cem")

    def test_a_team_mate_gives_and_a_stranger_does_not(self):
        story = Story()
        story.reserve("ana", team="checkout")
        with pytest.raises(HeldByAnother):
            story.do(ask.Give("ana", "cem", "ben", "ben got", "billing"))
        assert story.do(ask.Give("ana", "ben", "dia", "dia got", "checkout"))

    def test_whoever_gives_it_to_its_own_holder_reads_whose_it_is(self):
        story = Story()
        story.reserve("ana", team="checkout")
        for giver, whose in (("ana", "yours"), ("ben", "theirs")):
            with pytest.raises(UsageError, match=f"It is {whose} already"):
                story.do(ask.Give("ana", giver, "ana", "again", "checkout"))

    def test_a_pipelines_is_not_given(self):
        story = Story()
        story.reserve("ci", ttl=10 * MINUTE)
        with pytest.raises(KeptAlive):
            give(story, "ci", "ben")

    def test_what_only_a_run_keeps_has_no_time_left_to_give(self, story):
        story.do(ask.PinLease("ana", "run", NINE + 3 * HOUR))
        story.after(2 * HOUR)
        give(story, "ana", "ben")
        assert story["ben got"].ends == story.now + MINUTE

    def test_what_stands_still_is_given_with_all_that_was_left(self, story):
        story.now += HOUR
        story.is_down()
        story.now += HOUR
        give(story, "ana", "ben")
        story.now += HOUR
        story.is_well()
        assert story["ben got"].ends == story.now + HOUR


def test_the_displaced_holder_is_offered_it_again_when_the_taker_is_done(story):
    story.take("ben")
    offered = story.do(ask.Release("ben took", "ben"))[-1]
    assert isinstance(offered, LeaseOffered)
    assert story[offered.lease_id].person == "ana"
