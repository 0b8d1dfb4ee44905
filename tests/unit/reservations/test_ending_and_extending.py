"""Release, expiry, reminders, more time."""

import pytest

from bot.errors import UsageError
from bot.reservations import commands as ask
from bot.reservations.events import LeaseExpired, LeaseExtended, LeaseOffered, LeaseReleased, LeaseReminded
from bot.reservations.model import next_deadline
from bot.reservations.refusals import (
    EndHasMoved,
    EndsThenAlready,
    HeldByAnother,
    LeaseGone,
    NotActive,
    StillActive,
    TooLong,
)
from bot.reservations.rules.reminders import next_rings
from bot.reservations.values import Terms
from tests.unit.reservations.story import HOUR, MINUTE, NINE, Story


@pytest.fixture
def story():
    return Story(Terms(maximum=3 * HOUR, remind_before=10 * MINUTE))


@pytest.fixture
def held(story):
    story.reserve("ana", team="checkout")
    return story


def test_a_team_mate_releases(held):
    assert held.do(ask.Release("ana", "ben", team="checkout")) == (LeaseReleased("ana", "ben"),)


def test_what_a_run_keeps_is_not_given_back_unless_somebody_means_it(held):
    held.do(ask.PinLease("ana", "D2", NINE + HOUR))
    assert held.do(ask.Release("ana", "ana", unless_pinned=True)) == ()
    assert held.do(ask.Release("ana", "ana")) == (LeaseReleased("ana", "ana"),)


@pytest.mark.parametrize("command", [ask.Release("ana", "ben", "billing"), ask.Extend("ana", "ben", HOUR)])
def test_somebody_elses_lease_is_refused_with_its_holder_as_a_fact(held, command):
    with pytest.raises(HeldByAnother) as refused:
        held.do(command)
    assert refused.value.lease.person == "ana"
    assert "ana" not in refused.value.user_message


def test_what_has_ended_cannot_be_released_again(held):
    held.release("ana")
    with pytest.raises(LeaseGone, match="already ended"):
        held.release("ana")


def test_releasing_a_place_in_the_queue_leaves_it(held):
    held.reserve("ben")
    held.release("ben")
    assert held.statuses == {"ana": "active"}


def test_what_is_held_is_released_not_left(held):
    with pytest.raises(StillActive):
        held.leave("ana")


def test_a_lease_ends_at_its_end_and_not_before(held):
    held.after(HOUR - 10 * MINUTE)
    assert held.after(10 * MINUTE - MINUTE / 60) == ()
    assert held.after(MINUTE / 60) == (LeaseExpired("ana"),)


def test_a_stuck_holder_makes_way_for_the_next(held):
    held.reserve("ben")
    assert [type(event) for event in held.after(HOUR)] == [LeaseExpired, LeaseOffered]


def test_a_command_after_the_end_does_not_wait_for_the_clock(held):
    held.now += HOUR
    with pytest.raises(LeaseGone):
        held.extend("ana", HOUR)
    held.reserve("ben")
    assert held.statuses == {"ben": "active"}


def test_a_command_in_one_environment_leaves_the_clocks_of_others_alone(held):
    held.now += HOUR
    held.reserve("ben", environment="staging")
    assert held.statuses == {"ana": "active", "ben": "active"}
    assert held.do(ask.Tick()) == (LeaseExpired("ana"),)


@pytest.mark.parametrize(("rival", "alone"), [(False, True), (True, False)])
def test_the_holder_is_reminded_once_and_told_whether_anybody_waits(held, rival, alone):
    if rival:
        held.reserve("ben")
    assert held.after(50 * MINUTE)[0] == LeaseReminded("ana", alone)
    assert held.after(MINUTE) == ()


def test_more_time_brings_another_reminder(held):
    held.after(50 * MINUTE)
    held.extend("ana", HOUR)
    assert held.after(60 * MINUTE) == (LeaseReminded("ana", alone=True, rings=False),)


@pytest.mark.parametrize(
    ("rival", "more", "expected"), [(False, HOUR, False), (True, HOUR, True), (True, HOUR / 2, False)]
)
def test_whoever_extends_knows_whether_the_next_reminder_notifies(held, rival, more, expected):
    if rival:
        held.reserve("ben")
    held.after(50 * MINUTE)
    held.extend("ana", more)
    assert next_rings(held["ana"], alone=not rival) is expected
    [reminded] = [each for each in held.after(more) if isinstance(each, LeaseReminded)]
    assert reminded.rings is expected


def test_no_reminder_right_after_a_grant_shorter_than_it():
    story = Story(Terms(remind_before=10 * MINUTE))
    story.reserve("ana", length=10 * MINUTE)
    assert story.after(9 * MINUTE) == ()
    assert story.after(MINUTE) == (LeaseExpired("ana"),)


def test_no_reminder_for_a_lease_that_ended_while_nobody_looked(held):
    assert held.after(2 * HOUR) == (LeaseExpired("ana"),)


def test_extending_adds_to_the_present_end(held):
    held.now += 30 * MINUTE
    assert held.extend("ana", HOUR) == (LeaseExtended("ana", "ana", NINE + 2 * HOUR),)


def test_a_team_mate_extends_until_a_time(held):
    until = NINE + 100 * MINUTE
    assert held.do(ask.Extend("ana", "ben", until=until, team="checkout")) == (LeaseExtended("ana", "ben", until),)


def test_an_earlier_end_shortens(held):
    held.extend("ana", until=NINE + 20 * MINUTE)
    assert next_deadline(held.state) == NINE + 10 * MINUTE


def test_the_same_end_is_no_extension(held):
    with pytest.raises(EndsThenAlready):
        held.extend("ana", until=NINE + HOUR)


@pytest.mark.parametrize("until", [NINE, NINE - HOUR])
def test_an_end_that_has_passed_is_refused(held, until):
    with pytest.raises(UsageError, match="has passed"):
        held.extend("ana", until=until)


@pytest.mark.parametrize("length", [0 * MINUTE, -MINUTE])
def test_extending_by_nothing_is_refused(held, length):
    with pytest.raises(UsageError, match="how much longer"):
        held.extend("ana", length)


def test_the_limit_counts_from_the_grant_and_the_refusal_says_how_much_is_left(held):
    held.now += 30 * MINUTE
    with pytest.raises(TooLong, match="3 h at most: this reservation can be extended by 2 h more") as refused:
        held.extend("ana", 2 * HOUR + MINUTE)
    assert (refused.value.limit, refused.value.latest) == (3 * HOUR, NINE + 3 * HOUR)
    held.extend("ana", 2 * HOUR)
    with pytest.raises(TooLong, match="runs to that limit already"):
        held.extend("ana", MINUTE)


def test_extending_is_allowed_while_others_wait(held):
    held.reserve("ben")
    held.extend("ana", HOUR)
    assert held["ana"].ends == NINE + 2 * HOUR


def test_only_a_running_lease_is_extended(held):
    held.reserve("ben")
    with pytest.raises(NotActive):
        held.extend("ben", HOUR)


def test_time_never_runs_backwards(held):
    held.now = NINE - HOUR
    lease = held.reserve("ben", environment="staging")
    assert (lease.started, lease.ends) == (NINE, NINE + HOUR)


def test_one_button_pressed_three_times_extends_once(held):
    seen = held["ana"].version
    press = ask.Extend("ana", "ana", 30 * MINUTE, version=seen)
    assert held.do(press)
    with pytest.raises(EndHasMoved):
        held.do(press)
    with pytest.raises(EndHasMoved) as refused:
        held.do(press)
    assert refused.value.lease.ends == NINE + 90 * MINUTE
    assert held.do(ask.Extend("ana", "ana", 30 * MINUTE, version=held["ana"].version))


def test_a_reminder_does_not_make_the_buttons_before_it_stale(held):
    seen = held["ana"].version
    held.after(50 * MINUTE)
    assert held["ana"].version > seen
    assert held.do(ask.Extend("ana", "ana", 30 * MINUTE, version=seen))
