"""More of what one holds, or less: a change of the lease one has, never a second one beside it."""

import pytest

from bot.reservations import commands as ask
from bot.reservations.events import LeaseCancelled, LeaseChanged, LeaseReplaced, LeaseStarted, Why
from bot.reservations.places import Kind
from bot.reservations.refusals import AlreadyWaiting, AlreadyYours, OverlapsYours
from bot.reservations.values import Scope, Terms, Token
from tests.unit.reservations.story import EXCLUSIVE, HOUR, MINUTE, NINE, SHARED, Story, wanted


@pytest.fixture
def story():
    return Story(Terms(maximum=4 * HOUR))


def test_an_upgrade_of_what_nobody_else_shares_is_made_at_once(story):
    story.reserve("ana", mode=SHARED)
    (changed,) = story.reserve_more("ana")
    assert isinstance(changed, LeaseChanged)
    assert (story["ana"].mode, story.statuses) == (EXCLUSIVE, {"ana": "active"})


def test_a_change_brings_a_larger_token(story):
    story.reserve("ana", mode=SHARED)
    story.reserve_more("ana")
    assert story["ana"].token == Token(1, 2)


def test_a_change_keeps_the_later_end(story):
    story.reserve("ana", "payments", length=3 * HOUR)
    story.reserve_more("ana", "orders payments", length=HOUR)
    assert story["ana"].ends == NINE + 3 * HOUR


def test_a_change_does_not_outrun_the_longest_from_the_first_grant(story):
    story.reserve("ana", "payments", length=HOUR)
    story.now += 50 * MINUTE
    story.reserve_more("ana", "orders payments", length=4 * HOUR)
    assert story["ana"].ends == NINE + 4 * HOUR


def test_widening_joins_both(story):
    story.reserve("ana", "payments orders")
    story.reserve_more("ana", "orders ledger")
    assert story["ana"].scope.services == {"payments", "orders", "ledger"}


def test_widening_to_the_whole_environment_is_the_whole(story):
    story.reserve("ana", "payments")
    story.reserve_more("ana")
    assert str(story["ana"].scope) == "integration"


def test_widened_to_what_is_degraded_its_time_stands_still(story):
    story.reserve("ana", "payments")
    story.do(ask.SetCondition(Scope("integration", frozenset({"orders"})), Kind.DEGRADED, "slow", "ops"))
    story.reserve_more("ana", "orders payments")
    assert story["ana"].paused == story.now


def test_a_change_that_must_wait_keeps_the_old_lease_meanwhile(story):
    story.reserve("ana", mode=SHARED)
    story.reserve("ben", mode=SHARED)
    story.reserve_more("ana")
    assert story.statuses == {"ana": "active", "ben": "active", "ana+": "queued"}


def test_the_change_begins_without_an_offer_and_the_old_lease_ends_with_it(story):
    story.reserve("ana", mode=SHARED)
    story.reserve("ben", mode=SHARED)
    story.reserve_more("ana")
    _, replaced, started = story.release("ben")
    assert replaced == LeaseReplaced("ana", "ana+")
    assert isinstance(started, LeaseStarted)
    assert story.statuses == {"ana+": "active"}


def test_a_change_that_had_to_wait_is_not_for_less_long_than_what_one_had(story):
    story.reserve("ana", "payments", length=4 * HOUR)
    story.reserve("ben", "orders")
    story.reserve_more("ana", "orders payments", length=HOUR)
    story.release("ben")
    assert story["ana+"].ends == NINE + 4 * HOUR


def test_a_change_does_not_pass_those_who_waited_before(story):
    story.reserve("ana", mode=SHARED)
    story.reserve("ben")
    story.reserve_more("ana")
    assert story.queue == ["ben", "ana+"]


def test_a_change_whose_old_lease_ended_waits_like_anybody_else(story):
    story.reserve("ana", mode=SHARED)
    story.reserve("ben", mode=SHARED)
    story.reserve_more("ana")
    story.release("ana")
    story.release("ben")
    assert story.statuses == {"ana+": "offered"}


def test_a_downgrade_waits_for_nobody(story):
    story.reserve("ana")
    story.reserve("ben")
    story.reserve("cem", mode=SHARED)
    story.reserve_more("ana", mode=SHARED)
    assert story["ana"].mode is SHARED
    assert story.queue == ["ben", "cem"]


def test_a_downgrade_lets_others_share(story):
    story.reserve("ana")
    story.reserve("ben", mode=SHARED)
    story.reserve_more("ana", mode=SHARED)
    assert story.statuses == {"ana": "active", "ben": "offered"}


def test_the_same_again_is_no_change(story):
    story.reserve("ana", "payments")
    with pytest.raises(AlreadyYours):
        story.reserve_more("ana", "payments")


def test_one_change_at_a_time(story):
    story.reserve("ana", "payments")
    story.reserve("ben", "orders")
    story.reserve_more("ana", "payments orders")
    with pytest.raises(AlreadyWaiting):
        story.do(ask.Reserve(wanted("third", "ana", "orders")))
    with pytest.raises(OverlapsYours):
        story.do(ask.Reserve(wanted("third", "ana", "payments ledger")))


def test_what_is_kept_alive_by_heartbeats_is_not_changed(story):
    story.reserve("ci", "payments", ttl=10 * MINUTE)
    with pytest.raises(OverlapsYours):
        story.reserve_more("ci", "payments orders")


def test_who_waits_for_more_of_what_is_taken_waits_for_that_alone(story):
    story.reserve("ana", "payments")
    story.reserve("ben", "orders")
    story.reserve_more("ana", "payments orders")
    taken = story.take("cem", "payments")
    assert LeaseCancelled("ana+", Why.TAKEN) in taken
    assert [(story[x].person, str(story[x].scope)) for x in story.queue] == [("ana", "integration/payments")]


def test_an_earlier_any_of_that_cannot_have_it_is_not_in_the_way_of_a_change():
    """Fay waits for all of integration or staging: she keeps nothing of integration, of which ana holds a part."""
    story = Story()
    story.do(ask.SetCondition(Scope("staging"), Kind.DOWN, "broken", "ops"))
    story.reserve("ana", "payments")
    story.reserve("cem", "orders")
    story.reserve_any("fay", story.any_environment("integration", "staging"))
    story.reserve_more("ana", "payments orders")
    story.release("cem")
    assert story.statuses == {"fay": "queued", "ana+": "active"}
