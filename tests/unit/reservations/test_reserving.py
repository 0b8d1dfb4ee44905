"""Who gets it at once, who waits, and what is refused."""

from datetime import timedelta

import pytest

from bot.errors import UsageError
from bot.reservations import commands as ask
from bot.reservations.facts import facts
from bot.reservations.refusals import AlreadyWaiting, AlreadyYours, DuplicateLease, OverlapsYours, TooLong
from bot.reservations.values import Terms, Token
from tests.unit.reservations.story import HOUR, MINUTE, NINE, SHARED, Story, wanted


@pytest.fixture
def story():
    return Story()


def test_a_free_environment_is_granted_at_once(story):
    lease = story.reserve("ana", length=2 * HOUR)
    assert (lease.status, lease.started, lease.ends) == ("active", NINE, NINE + 2 * HOUR)
    assert lease.token == Token(1, 1)


def test_of_two_in_the_same_instant_one_holds_and_one_queues(story):
    story.reserve("ana")
    story.reserve("ben")
    assert story.statuses == {"ana": "active", "ben": "queued"}


def test_two_who_only_test_share_it(story):
    story.reserve("ana", mode=SHARED)
    story.reserve("ben", mode=SHARED)
    assert story.statuses == {"ana": "active", "ben": "active"}


def test_one_service_does_not_wait_for_another(story):
    story.reserve("ana", "payments")
    assert story.reserve("ben", "orders").status == "active"


def test_environments_do_not_wait_for_each_other(story):
    story.reserve("ana")
    assert story.reserve("ben", environment="staging").status == "active"


def test_the_whole_environment_waits_for_one_service_of_it(story):
    story.reserve("ana", "payments")
    assert story.reserve("ben").status == "queued"


def test_several_services_come_all_or_nothing(story):
    story.reserve("ana", "payments")
    assert story.reserve("ben", "payments orders").status == "queued"


def test_an_exclusive_waiter_holds_back_later_shared_ones(story):
    story.reserve("ana", mode=SHARED)
    story.reserve("ben")
    assert story.reserve("cem", mode=SHARED).status == "queued"


def test_half_of_what_somebody_waits_for_is_not_taken_from_under_them(story):
    story.reserve("ana", "payments")
    story.reserve("ben", "payments orders")
    assert story.reserve("cem", "orders").status == "queued"


def test_a_newcomer_passes_waiters_it_does_not_touch(story):
    story.reserve("ana", "payments")
    story.reserve("ben", "payments")
    assert story.reserve("cem", "orders").status == "active"


def test_an_offer_is_held_against_newcomers(story):
    story.reserve("ana")
    story.reserve("ben")
    story.release("ana")
    assert story.reserve("cem").status == "queued"


@pytest.mark.parametrize("length", [timedelta(0), -MINUTE])
def test_a_reservation_needs_some_time(story, length):
    with pytest.raises(UsageError, match="say how long"):
        story.reserve("ana", length=length)


def test_longer_than_the_policy_allows_is_refused_with_the_limit():
    story = Story(Terms(maximum=90 * MINUTE))
    with pytest.raises(TooLong, match="integration is reserved for 1 h 30 min at most") as refused:
        story.reserve("ana", length=91 * MINUTE)
    assert refused.value.limit == 90 * MINUTE
    assert story.reserve("ana", length=90 * MINUTE).status == "active"


def test_a_lease_id_is_used_once(story):
    story.reserve("ana")
    with pytest.raises(DuplicateLease):
        story.do(ask.Reserve(wanted("ana", "ben", environment="staging")))


@pytest.mark.parametrize(("services", "mode"), [("", "exclusive"), ("payments", SHARED), ("payments", "exclusive")])
def test_reserving_what_one_holds_names_that_lease(story, services, mode):
    held = story.reserve("ana")
    with pytest.raises(AlreadyYours) as refused:
        story.reserve("ana", services, mode, lease_id="again")
    assert refused.value.lease == held


def test_reserving_what_one_waits_for_names_that_place(story):
    story.reserve("ana")
    story.reserve("ben")
    with pytest.raises(AlreadyWaiting, match="You wait for integration already"):
        story.reserve("ben", lease_id="again")


def test_reserving_what_one_is_offered_says_to_accept(story):
    story.reserve("ana")
    story.reserve("ben")
    story.release("ana")
    with pytest.raises(AlreadyWaiting, match="offered to you: accept it"):
        story.reserve("ben", lease_id="again")


@pytest.mark.parametrize(("services", "mode"), [("payments orders", "exclusive"), ("", SHARED)])
def test_wanting_more_than_one_holds_changes_the_lease_one_has(story, services, mode):
    first = story.reserve("ana", "payments", SHARED)
    story.do(ask.Reserve(wanted("more", "ana", services, mode)))
    changed = story["ana"]
    assert (changed.scope.services, changed.mode) == (frozenset(services.split()), mode)
    assert (changed.ends, "more" in story) == (first.ends, False)
    assert changed.token > first.token


def test_a_change_that_others_are_in_the_way_of_waits_while_one_keeps_what_one_has(story):
    story.reserve("ana", mode=SHARED)
    story.reserve("ben", mode=SHARED)
    story.do(ask.Reserve(wanted("more", "ana")))
    assert story.statuses == {"ana": "active", "ben": "active", "more": "queued"}
    story.release("ben")
    assert story.statuses == {"more": "active"}


def test_what_one_waits_for_is_not_changed(story):
    story.reserve("ben")
    story.reserve("ana", "payments", SHARED)
    with pytest.raises(OverlapsYours, match=r"integration/payments \(shared\)"):
        story.do(ask.Reserve(wanted("more", "ana")))


def test_whoever_holds_it_alone_may_share_it_after_all(story):
    story.reserve("ana")
    story.reserve("ben", mode=SHARED)
    story.do(ask.Reserve(wanted("more", "ana", "", SHARED)))
    assert story["ana"].mode is SHARED
    assert story["ben"].status == "offered"


def test_one_person_may_hold_two_services(story):
    story.reserve("ana", "payments")
    assert story.reserve("ana", "orders", lease_id="second").status == "active"


def test_a_team_mate_queues_like_anybody_else(story):
    story.reserve("ana", team="checkout")
    assert story.reserve("ben", team="checkout").status == "queued"


def until(story, moment, **more):
    return story.reserve("ana", until=moment, length=HOUR, **more)


def test_until_a_time_is_not_later_for_having_lain_in_the_inbox(story):
    story.now = NINE + 20 * MINUTE
    assert until(story, NINE + HOUR).ends == NINE + HOUR


def test_until_a_time_that_has_passed_meanwhile_is_refused(story):
    story.now = NINE + HOUR
    with pytest.raises(UsageError, match="has passed by now"):
        until(story, NINE + HOUR)


def test_who_waits_until_a_time_has_it_until_then_however_late_the_turn_comes(story):
    story.reserve("ben")
    until(story, NINE + HOUR)
    story.now = NINE + 30 * MINUTE
    story.release("ben")
    story.accept("ana")
    assert story["ana"].ends == NINE + HOUR


def test_a_turn_after_the_end_that_was_named_brings_the_length_that_was_asked_for(story):
    story.reserve("ben", length=2 * HOUR)
    until(story, NINE + HOUR)
    story.after(2 * HOUR)
    assert facts(story.state, story["ana"], story.now).minutes == 60
    story.accept("ana")
    assert story["ana"].ends == NINE + 3 * HOUR


def test_an_offer_until_a_time_says_how_much_is_left(story):
    story.reserve("ben")
    until(story, NINE + HOUR)
    story.now = NINE + 30 * MINUTE
    story.release("ben")
    assert facts(story.state, story["ana"], story.now).minutes == 30
