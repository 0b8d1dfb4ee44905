"""Whoever holds it is asked for it; and keeps it as it is, to look at."""

import pytest

from bot.reservations import commands as ask
from bot.reservations.events import HolderAsked, LeaseHeld
from bot.reservations.refusals import AskedLately, NobodyHolds
from bot.reservations.values import Scope, Terms
from tests.unit.reservations.story import HOUR, MINUTE, NINE, Story, wanted

ALL = Scope("integration")


@pytest.fixture
def story():
    story = Story(Terms(maximum=4 * HOUR))
    story.reserve("ana", length=2 * HOUR)
    return story


def hold(story, person, **more):
    return story.do(ask.Hold(wanted("held", person, **{"terms": story.terms, "reason": "post-mortem", **more})))


class TestAsking:
    def test_whoever_holds_it_is_told(self, story):
        assert story.do(ask.AskFor(ALL, "ben")) == (HolderAsked("ana", "ben"),)

    def test_once_in_ten_minutes_whoever_asks(self, story):
        story.do(ask.AskFor(ALL, "ben"))
        story.now += 10 * MINUTE - MINUTE / 60
        with pytest.raises(AskedLately) as refused:
            story.do(ask.AskFor(ALL, "cem"))
        assert refused.value.again == NINE + 10 * MINUTE
        story.now += MINUTE / 60
        assert story.do(ask.AskFor(ALL, "cem"))

    def test_each_holder_who_was_not_asked_yet(self):
        story = Story()
        story.reserve("ana", "payments")
        story.reserve("ben", "orders")
        story.do(ask.AskFor(Scope("integration", frozenset({"payments"})), "cem"))
        assert story.do(ask.AskFor(ALL, "cem")) == (HolderAsked("ben", "cem"),)

    def test_nobody_asks_themselves(self, story):
        with pytest.raises(NobodyHolds):
            story.do(ask.AskFor(ALL, "ana"))


class TestHolding:
    def test_ones_own_is_kept_as_it_is_and_for_longer(self, story):
        story.now += 90 * MINUTE
        assert hold(story, "ana", length=HOUR) == (LeaseHeld("ana", "ana", NINE + 150 * MINUTE, "post-mortem"),)
        assert story["ana"].held
        assert story["ana"].wanted.reason == "post-mortem"

    def test_it_is_never_shortened(self, story):
        hold(story, "ana", length=10 * MINUTE)
        assert story["ana"].ends == NINE + 2 * HOUR

    def test_nor_kept_past_the_longest_allowed(self, story):
        story.now += 119 * MINUTE
        hold(story, "ana", length=4 * HOUR)
        assert story["ana"].ends == NINE + 4 * HOUR

    def test_without_ones_own_it_is_a_reservation_and_passes_nobody(self, story):
        hold(story, "ben")
        assert story.statuses == {"ana": "active", "held": "queued"}

    def test_a_booking_is_in_the_way_of_it_as_of_any_extension(self, story):
        story.book("ben", NINE + 150 * MINUTE)
        hold(story, "ana", length=4 * HOUR)
        assert story["ana"].ends == NINE + 150 * MINUTE
