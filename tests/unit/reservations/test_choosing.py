"""Which lease a line means that names none, decided with the command itself."""

import pytest

from bot.reservations import commands as ask
from bot.reservations.events import LeaseCancelled, LeaseExpired, LeaseExtended, LeaseReleased, Why
from bot.reservations.refusals import NothingMeant, SeveralMeant
from bot.reservations.values import Scope
from tests.unit.reservations.story import HOUR, MINUTE, NINE, SHARED, Story

INTEGRATION = Scope("integration")


@pytest.fixture
def story():
    return Story()


def services(*names):
    return Scope("integration", frozenset(names))


def test_the_only_one_is_meant_without_a_name(story):
    story.reserve("ana")
    assert story.do(ask.Release(ask.Described(), "ana")) == (LeaseReleased("ana", "ana"),)


def test_everything_is_released_in_one_decision_and_nothing_that_expired_stands_in_its_way(story):
    story.reserve("ana", "payments", lease_id="short", length=30 * MINUTE)
    for service in ("orders", "ledger"):
        story.reserve("ana", service, lease_id=service)
    story.now += 30 * MINUTE
    assert story.do(ask.Release(ask.Described(everything=True), "ana")) == (
        LeaseExpired("short"),
        LeaseReleased("orders", "ana"),
        LeaseReleased("ledger", "ana"),
    )


def test_bookings_are_listed_by_when_they_begin_behind_what_is_waited_for(story):
    story.reserve("ben")
    story.book("ana", NINE + 9 * HOUR, lease_id="later")
    story.book("ana", NINE + 5 * HOUR, lease_id="sooner")
    with pytest.raises(SeveralMeant, match="Which booking do you want to cancel") as refused:
        story.do(ask.Leave(ask.Described(), "ana"))
    assert [lease.id for lease in refused.value.leases] == ["sooner", "later"]
    story.reserve("ana")
    with pytest.raises(SeveralMeant, match="Which one do you want to leave") as refused:
        story.do(ask.Leave(ask.Described(), "ana"))
    assert [lease.id for lease in refused.value.leases] == ["ana", "sooner", "later"]


def test_of_several_none_is_guessed(story):
    story.reserve("ana", "payments")
    story.reserve("ana", "orders", lease_id="second")
    with pytest.raises(SeveralMeant) as refused:
        story.do(ask.Extend(ask.Described(INTEGRATION), "ana", HOUR))
    assert [lease.id for lease in refused.value.leases] == ["ana", "second"]
    assert refused.value.length == HOUR


def test_what_covers_more_than_was_named_is_not_guessed_either(story):
    story.reserve("ana")
    with pytest.raises(SeveralMeant):
        story.do(ask.Release(ask.Described(services("payments")), "ana"))


def test_where_no_place_was_named_the_answer_names_none_either(story):
    with pytest.raises(NothingMeant, match=r"^You hold nothing to release[.]$"):
        story.do(ask.Release(ask.Described(), "ana"))
    with pytest.raises(NothingMeant, match=r"^You wait for nothing, and have booked nothing[.]$"):
        story.do(ask.Leave(ask.Described(), "ana"))


def test_nothing_of_ones_own_names_the_holders(story):
    story.reserve("ana", mode=SHARED)
    with pytest.raises(NothingMeant, match="You hold nothing to extend there") as refused:
        story.do(ask.Extend(ask.Described(INTEGRATION), "ben", HOUR))
    assert [lease.person for lease in refused.value.holders] == ["ana"]


def test_what_a_team_mate_holds_is_meant_only_where_it_is_named(story):
    story.reserve("ana", team="checkout")
    with pytest.raises(NothingMeant):
        story.do(ask.Release(ask.Described(), "ben", "checkout"))
    assert story.do(ask.Release(ask.Described(INTEGRATION), "ben", "checkout")) == (LeaseReleased("ana", "ben"),)


def test_releasing_a_place_that_one_waits_for_leaves_it(story):
    story.reserve("ana")
    story.reserve("ben")
    assert story.do(ask.Release(ask.Described(INTEGRATION), "ben")) == (LeaseCancelled("ben", Why.LEFT),)


def test_a_line_does_not_mean_what_was_accepted_after_it_was_typed(story):
    story.reserve("ana")
    story.reserve("ben")
    story.now += MINUTE
    story.release("ana")
    story.accept("ben")
    with pytest.raises(NothingMeant):
        story.do(ask.Release(ask.Described(INTEGRATION, asked=NINE), "ben"))


def test_an_extension_without_a_length_adds_what_is_usual_there(story):
    story.reserve("ana")
    assert story.do(ask.Extend(ask.Described(), "ana")) == (LeaseExtended("ana", "ana", NINE + 2 * HOUR),)
