"""What takes up the coming time of a place, and what does not."""

from datetime import timedelta

import pytest

from bot.reservations import commands as ask
from bot.reservations.places import Kind
from bot.reservations.rules.agenda import agenda
from bot.reservations.values import Scope
from tests.unit.reservations.story import HOUR, MINUTE, NINE, SHARED, Story

INTEGRATION = Scope("integration")


@pytest.fixture
def story():
    return Story()


def seen(story, scope=INTEGRATION):
    """Each entry as (what, from, to), in hours after nine."""
    return [
        (_name(entry.what), (entry.start - NINE) / HOUR, (entry.end - NINE) / HOUR)
        for entry in agenda(story.state, scope, story.now)
    ]


def _name(what):
    return getattr(what, "person", None) or getattr(what, "id", None) or what.kind


def part(*services):
    return Scope("integration", frozenset(services))


def test_leases_bookings_and_freezes_come_the_earliest_first(story):
    story.freeze(NINE + 5 * HOUR, HOUR)
    story.book("ben", NINE + 3 * HOUR)
    story.reserve("ana", length=2 * HOUR)
    assert seen(story) == [("ana", 0, 2), ("ben", 3, 4), ("freeze", 5, 6)]


def test_who_waits_is_not_in_it(story):
    story.reserve("ana")
    story.reserve("ben")
    assert seen(story) == [("ana", 0, 1)]


def test_a_booking_stays_where_it_was_planned_until_it_is_taken_up(story):
    story.book("ben", NINE + HOUR)
    story.after(HOUR + MINUTE)
    assert story["ben's"].status == "offered"
    assert seen(story) == [("ben", 1, 2)]
    story.do(ask.Accept("ben's", "ben"))
    assert [(name, start) for name, start, _ in seen(story)] == [("ben", 1 + 1 / 60)]


def test_what_is_over_is_gone(story):
    story.freeze(NINE + HOUR, HOUR)
    assert len(seen(story)) == 1
    story.now += 2 * HOUR
    assert seen(story) == []


def test_what_is_held_past_its_end_is_there_still(story):
    story.reserve("ana")
    story.is_down()
    story.after(3 * HOUR)
    assert seen(story) == [("ana", 0, 1)]


def test_a_run_that_keeps_a_lease_keeps_it_here(story):
    story.reserve("ana")
    story.do(ask.PinLease("ana", "run-1", NINE + 4 * HOUR))
    assert seen(story) == [("ana", 0, 1)]
    story.after(HOUR + MINUTE)
    assert seen(story) == [("ana", 0, 4)]


def test_a_freeze_that_was_thawed_is_gone(story):
    story.freeze(NINE, HOUR)
    story.do(ask.Thaw(INTEGRATION, "ops"))
    assert seen(story) == []


def test_an_outage_is_in_it_when_somebody_knows_its_end(story):
    story.do(ask.SetCondition(part("payments"), Kind.DEGRADED, "slow", "ops", NINE + 2 * HOUR))
    story.do(ask.SetCondition(part("orders"), Kind.DOWN, "away", "ops"))
    assert seen(story) == [("degraded", 0, 2)]


def test_a_part_has_what_overlaps_it_and_the_whole_has_its_resources_too(story):
    account = Scope("integration", resources=frozenset({"gold"}))
    story.reserve("ana", "payments")
    story.reserve("ben", "orders", SHARED)
    story.reserve_any("cem", Story.any_account(1, "gold"))
    story.do(ask.SetCondition(INTEGRATION, Kind.DEGRADED, "slow", "ops", NINE + timedelta(hours=9)))
    assert [name for name, *_ in seen(story)] == ["ana", "ben", "cem", "degraded"]
    assert [name for name, *_ in seen(story, part("payments"))] == ["ana", "degraded"]
    assert [name for name, *_ in seen(story, account)] == ["cem", "degraded"]
    assert seen(story, Scope("staging")) == []


def test_a_pipelines_takes_up_what_it_asked_for_though_it_lives_by_heartbeats(story):
    story.reserve("ci", length=2 * HOUR, ttl=2 * MINUTE)
    assert seen(story) == [("ci", 0, 2)]
