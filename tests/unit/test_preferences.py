"""What a person is told at once, later or not at all follows from what they chose, where they are, and the time."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog import Catalog, Hours, Person
from bot.notices.facts import LeaseFacts
from bot.notices.model import CatalogRefused, Envelope, LeaseEnding, Notice, OfferMade
from bot.notices.preferences import Preferences, Quiet, considerate, next_morning, quiet_until, working_hours
from bot.notices.topics import OPTIONAL, Topic, can_wait, topic_of

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
WORK = Hours("UTC", time(9), time(18))
CATALOG = Catalog(environments={}, hours=WORK)
LEASE = LeaseFacts("L", 1, "U0ANA", "integration", (), "exclusive", "active", "", MONDAY, 60)


def at(day, hour, minute=0):
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("now", "morning"),
    [(at(0, 8, 59), at(0, 9)), (at(0, 9), at(1, 9)), (at(0, 15), at(1, 9)), (at(4, 15), at(7, 9))],
)
def test_the_next_morning_is_that_of_a_working_day(now, morning):
    assert next_morning(WORK, now) == morning


def test_whoever_never_works_has_a_morning_all_the_same():
    assert next_morning(replace(WORK, days=frozenset()), at(0, 15)) == at(1, 15)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(0, 8, 59), at(0, 9)),
        (at(0, 9), None),
        (at(0, 17, 59), None),
        (at(0, 18), at(1, 9)),
        (at(4, 18), at(7, 9)),
        (at(6, 12), at(7, 9)),
    ],
)
def test_outside_work_is_quiet_until_the_next_working_day_begins(now, until):
    assert quiet_until(Preferences(quiet=Quiet.OUTSIDE_WORK), WORK, now) == until


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(0, 21, 59), None),
        (at(0, 22), at(1, 7)),
        (at(1, 6, 59), at(1, 7)),
        (at(1, 7), None),
        (at(5, 23), at(6, 7)),
    ],
)
def test_own_quiet_hours_run_over_midnight_every_day(now, until):
    own = Preferences(quiet=Quiet.OWN, quiet_from=time(22), quiet_to=time(7))
    assert quiet_until(own, WORK, now) == until


def test_quiet_hours_are_those_of_the_zone_whatever_the_clocks_are_set_to():
    """In the night to 29 March 2026 Berlin's clocks go from 2 to 3: seven in the morning comes an hour sooner."""
    own = Preferences(quiet=Quiet.OWN, quiet_from=time(22), quiet_to=time(7))
    berlin = replace(WORK, zone_name="Europe/Berlin")
    assert quiet_until(own, berlin, datetime(2026, 3, 28, 23, tzinfo=UTC)) == datetime(2026, 3, 29, 5, tzinfo=UTC)


def test_whoever_has_chosen_nothing_is_told_everything_at_once():
    for hour in range(7 * 24):
        assert quiet_until(Preferences(), WORK, at(0, hour)) is None


@given(
    st.sampled_from([Quiet.OUTSIDE_WORK, Quiet.OWN]),
    st.times().map(lambda t: t.replace(tzinfo=None)),
    st.times().map(lambda t: t.replace(tzinfo=None)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kolkata"]),
    st.integers(0, 365 * 24 * 60),
)
def test_quiet_hours_always_end_later_and_then_it_is_not_quiet(quiet, start, end, zone, minute):
    now = MONDAY + timedelta(minutes=minute)
    chosen = Preferences(quiet=quiet, quiet_from=start, quiet_to=end)
    hours = Hours(zone, start, end)
    until = quiet_until(chosen, hours, now)
    if until is not None and start != end:
        assert now < until <= now + timedelta(days=8)
        assert quiet_until(chosen, hours, until) is None


@pytest.mark.parametrize(
    ("person", "chosen", "expected"),
    [
        ("U0ANA", Preferences(), Hours("Europe/Istanbul", time(8), time(16))),
        ("U0ANA", Preferences(known_zone="Asia/Tokyo"), Hours("Europe/Istanbul", time(8), time(16))),
        ("U0ANA", Preferences(zone_name="Asia/Tokyo"), Hours("Asia/Tokyo", time(8), time(16))),
        ("U0ANA", Preferences(work=(time(10), time(19))), Hours("Europe/Istanbul", time(10), time(19))),
        ("U0NEW", Preferences(), WORK),
        ("U0NEW", Preferences(known_zone="Asia/Tokyo"), Hours("Asia/Tokyo", time(9), time(18))),
    ],
)
def test_a_working_day_is_ones_own_choice_then_the_catalogs_then_where_slack_says_one_is(person, chosen, expected):
    ana = Person("ana", "U0ANA", hours=Hours("Europe/Istanbul", time(8), time(16)))
    assert working_hours(chosen, replace(CATALOG, people={"ana": ana}), person) == expected


NIGHT = Preferences(muted=frozenset(OPTIONAL), quiet=Quiet.OUTSIDE_WORK)


def test_an_offer_is_delivered_at_once_whatever_was_chosen():
    offer = Envelope("1", "U0ANA", OfferMade(LEASE))
    assert considerate(offer, NIGHT, CATALOG, at(0, 3)) == offer


def test_what_was_turned_off_is_left_out_and_what_can_wait_is_held_back():
    reminder = Envelope("1", "U0ANA", LeaseEnding(LEASE, alone=True))
    refused = Envelope("2", "U0ANA", CatalogRefused(()))
    assert considerate(reminder, NIGHT, CATALOG, at(0, 12)) is None
    assert considerate(refused, NIGHT, CATALOG, at(0, 3)) == replace(refused, not_before=at(0, 9))
    assert considerate(refused, NIGHT, CATALOG, at(0, 12)) == refused


def test_every_notice_has_its_topic_and_none_that_must_arrive_can_be_turned_off():
    assert {Topic.TURN, Topic.OWNER}.isdisjoint(OPTIONAL)
    named = {topic_of(object.__new__(kind)) for kind in get_args(Notice) if kind.__name__ != "LeaseEnded"}
    assert named <= {*Topic, None}
    assert not can_wait(OfferMade(LEASE))
