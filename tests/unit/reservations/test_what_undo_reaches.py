"""Undo takes back the last thing: a hold too. What cannot be taken back is not passed over for what was before it."""

import pytest

from bot.reservations import commands as ask
from bot.reservations.events import LeaseExtended, LeaseReleased, LeaseUnheld
from bot.reservations.places import FreezeWindow, Kind
from bot.reservations.refusals import NothingToUndo
from bot.reservations.values import Scope, Terms
from tests.unit.reservations.story import HOUR, MINUTE, NINE, Story, wanted

SECOND = MINUTE / 60
ALL = Scope("integration")
FREEZE = FreezeWindow("freeze", ALL, NINE, NINE + HOUR, "rehearsal", "ana")


@pytest.fixture
def story():
    return Story(Terms(claim_window=5 * MINUTE))


class TestKeepingItAsItIs:
    @pytest.fixture
    def kept(self, story):
        story.reserve("ana", reason="checkout fix")
        story.now += 20 * MINUTE
        story.extend("ana", HOUR)
        story.now += SECOND
        story.do(ask.Hold(wanted("held", "ana", length=4 * HOUR, reason="heap dump")))
        story.now += SECOND
        return story

    def test_is_taken_back_with_the_end_and_the_reason_it_had(self, kept):
        assert kept.undo("ana") == (LeaseUnheld("ana", "ana", NINE + 2 * HOUR, "checkout fix", held=False),)
        assert (kept["ana"].held, kept["ana"].ends) == (False, NINE + 2 * HOUR)
        assert kept["ana"].wanted.reason == "checkout fix"

    def test_and_after_it_what_was_done_before(self, kept):
        kept.undo("ana")
        assert kept.undo("ana") == (LeaseExtended("ana", "ana", NINE + HOUR),)

    def test_a_second_one_leaves_the_first(self, kept):
        kept.do(ask.Hold(wanted("held", "ana", length=5 * HOUR, reason="core dump")))
        kept.now += SECOND
        kept.undo("ana")
        assert (kept["ana"].held, kept["ana"].wanted.reason) == (True, "heap dump")

    def test_of_no_more_time_leaves_the_end(self, story):
        story.reserve("ana", length=2 * HOUR)
        story.now += MINUTE
        story.do(ask.Hold(wanted("held", "ana")))
        story.undo("ana")
        assert (story["ana"].held, story["ana"].ends) == (False, NINE + 2 * HOUR)


class TestWhatOthersKnowOfByNow:
    """It stays; and what was done before it is not taken back in its place."""

    @pytest.fixture
    def held(self, story):
        story.reserve("ana")
        story.now += SECOND
        return story

    @pytest.mark.parametrize(
        ("done", "says", "line"),
        [
            (ask.SetCondition(ALL, Kind.DOWN, "disk full", "ana"), "say ok when integration is well", "ok integration"),
            (ask.Freeze(FREEZE), "A freeze cannot be undone", "thaw integration"),
        ],
    )
    def test_is_answered_with_what_to_do_instead(self, held, done, says, line):
        held.do(done)
        with pytest.raises(NothingToUndo, match=says) as refused:
            held.undo("ana")
        assert refused.value.line == line
        assert held.statuses == {"ana": "active"}

    @pytest.mark.parametrize(
        ("done", "again", "line"),
        [
            (ask.SetCondition(ALL, Kind.DOWN, "disk full", "ana"), ask.SetCondition(ALL, None, "", "ana"), "down"),
            (ask.Freeze(FREEZE), ask.Thaw(ALL, "ana"), "freeze"),
        ],
    )
    def test_so_is_its_opposite(self, held, done, again, line):
        held.do(done)
        held.now += SECOND
        held.do(again)
        with pytest.raises(NothingToUndo) as refused:
            held.undo("ana")
        assert refused.value.line == f"{line} integration"

    def test_an_accepted_offer_is_released_instead(self, held):
        held.reserve("ben")
        held.release("ana")
        held.now += SECOND
        held.accept("ben")
        with pytest.raises(NothingToUndo, match="release integration") as refused:
            held.undo("ben")
        assert refused.value.line == "release integration"

    def test_who_was_asked_has_been_asked(self, held):
        held.reserve("ben")
        held.now += SECOND
        held.do(ask.AskFor(ALL, "ben"))
        with pytest.raises(NothingToUndo, match="<@ana> has been asked for integration already"):
            held.undo("ben")

    def test_the_button_beside_something_else_still_takes_that_back(self, held):
        held.do(ask.Freeze(FREEZE))
        assert LeaseReleased("ana", "ana") in held.undo("ana", "ana")
