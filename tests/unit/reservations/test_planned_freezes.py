"""The catalog's freezes become intervals: right when clocks change, named alike however often, and found when begun."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.catalog.values import Environment, Freeze, Hours
from bot.reservations import commands as ask
from bot.reservations.rules.freezes import AHEAD, planned
from tests.unit.reservations.story import HOUR, MINUTE, NINE, Story

DAY = timedelta(days=1)
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
]


def an_environment(*freezes: Freeze, zone: str = "Europe/Berlin") -> Environment:
    return Environment("integration", hours=Hours(zone), freezes=freezes)


def weekly(cron: str, length: timedelta, reason: str = "x") -> Freeze:
    return Freeze(reason, length, cron=cron)


def starts(environment: Environment, now: datetime) -> list[datetime]:
    return [window.start for window in planned(environment, now)]


def local(year: int, month: int, day: int, hour: int, zone: str = "Europe/Berlin") -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


WEEKEND = weekly("0 18 * * fri", timedelta(hours=62))


def test_a_repeated_freeze_is_known_for_two_weeks_and_a_day():
    monday = local(2026, 1, 5, 9)
    assert starts(an_environment(WEEKEND), monday) == [local(2026, 1, 9, 18), local(2026, 1, 16, 18)]


def test_a_freeze_that_has_begun_is_found_until_it_is_over():
    sunday, friday = local(2026, 1, 11, 12), local(2026, 1, 9, 18)
    environment = an_environment(WEEKEND)
    assert starts(environment, sunday)[0] == friday
    assert starts(environment, friday + timedelta(hours=62) - timedelta(seconds=1))[0] == friday
    assert starts(environment, friday + timedelta(hours=62))[0] == friday + 7 * DAY


def test_a_single_freeze_is_planned_from_two_weeks_before_until_its_end():
    begins = local(2026, 12, 23, 18)
    environment = an_environment(Freeze("Year end", 10 * DAY, start=begins))
    assert starts(environment, begins - AHEAD) == []
    assert starts(environment, begins - AHEAD + HOUR) == [begins]
    assert starts(environment, begins + 9 * DAY) == [begins]
    assert starts(environment, begins + 10 * DAY) == []


@pytest.mark.parametrize(
    ("cron", "zone", "before", "begins"),
    [
        ("0 18 * * sat", "Europe/Berlin", (2026, 3, 28, 12), datetime(2026, 3, 28, 17, tzinfo=UTC)),
        ("0 18 * * sun", "Europe/Berlin", (2026, 3, 28, 12), datetime(2026, 3, 29, 16, tzinfo=UTC)),
        ("30 2 * * sun", "Europe/Berlin", (2026, 3, 28, 12), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("0 0 * * fri", "Africa/Cairo", (2026, 4, 23, 12), datetime(2026, 4, 23, 22, tzinfo=UTC)),
        ("0 0 * * sun", "America/Sao_Paulo", (2018, 11, 3, 12), datetime(2018, 11, 4, 3, tzinfo=UTC)),
    ],
    ids=["the day before", "the day itself", "an hour that is left out", "a midnight left out", "another one"],
)
def test_clocks_set_forward_move_no_freeze_and_drop_none(cron, zone, before, begins):
    assert starts(an_environment(weekly(cron, HOUR), zone=zone), local(*before, zone=zone))[0] == begins


def test_an_hour_that_comes_twice_freezes_once():
    found = starts(an_environment(weekly("30 2 * * *", HOUR)), local(2026, 10, 24, 12))
    assert found[:2] == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)]


def test_a_length_is_time_that_passes():
    (weekend,) = planned(an_environment(WEEKEND), local(2026, 10, 25, 12))[:1]
    assert (weekend.start, weekend.end) == (local(2026, 10, 23, 18), local(2026, 10, 26, 7))


def test_freezes_that_overlap_stay_apart_each_with_its_reason():
    environment = an_environment(weekly("0 0 * * sat", 2 * DAY, "weekend"), weekly("0 0 * * sun", DAY, "sunday"))
    reasons = [window.reason for window in planned(environment, local(2026, 1, 11, 12))]
    assert reasons[:2] == ["weekend", "sunday"]


def test_of_two_that_begin_alike_for_one_reason_the_longer_counts():
    environment = an_environment(weekly("0 0 * * sat", DAY), weekly("0 0 * * sat", 2 * DAY))
    assert {window.end - window.start for window in planned(environment, NINE)} == {2 * DAY}


moments = st.integers(0, 12 * 365 * 24 * 60).map(lambda minutes: datetime(2018, 1, 1, tzinfo=UTC) + minutes * MINUTE)
crons = st.builds(
    "{} {} * * {}".format, st.integers(0, 59), st.integers(0, 23), st.sampled_from(["*", "fri", "sat,sun", "mon-thu"])
)
lengths = st.integers(1, 24 * 10).map(lambda hours: timedelta(hours=hours))
generated = settings(max_examples=60, deadline=None, phases=[Phase.generate])


@generated
@given(moments, crons, lengths, st.sampled_from(ZONES))
def test_every_window_is_in_force_or_to_come_and_begins_when_a_clock_says_so(now, cron, length, zone):
    minute, hour = cron.split()[:2]
    for window in planned(an_environment(weekly(cron, length), zone=zone), now):
        assert window.start < now + AHEAD
        assert window.end > now
        assert window.end - window.start == length
        shown = window.start.astimezone(ZoneInfo(zone))
        exists = window.start == shown.replace(fold=0).astimezone(UTC)
        wanted = shown.replace(hour=int(hour), minute=int(minute), fold=0)
        skipped = wanted.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wanted.replace(tzinfo=None)
        assert exists
        assert skipped or (shown.hour, shown.minute) == (int(hour), int(minute))


@generated
@given(moments, crons, lengths, st.sampled_from(ZONES), st.integers(1, 24 * 14))
def test_planned_later_the_same_freezes_bear_the_same_names(now, cron, length, zone, hours):
    environment, later = an_environment(weekly(cron, length), zone=zone), now + timedelta(hours=hours)
    first, second = planned(environment, now), planned(environment, later)
    assert [x for x in first if x.end > later] == [x for x in second if x.start < now + AHEAD]


@generated
@given(moments, st.sampled_from(ZONES))
def test_no_day_of_the_coming_weeks_is_left_out(now, zone):
    """A daily freeze begins on each day of the calendar, also where clocks change."""
    found = starts(an_environment(weekly("0 0 * * *", HOUR), zone=zone), now)
    days = [(start.astimezone(ZoneInfo(zone))).date() for start in found]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert len(days) >= 15


# How the rules take a plan.

FIVE_DAYS = planned(an_environment(weekly("0 12 * * mon", HOUR), zone="UTC"), NINE)


def test_a_plan_made_again_is_recorded_as_nothing():
    story = Story()
    assert story.do(ask.PlanFreezes("integration", FIVE_DAYS))
    assert story.do(ask.PlanFreezes("integration", FIVE_DAYS)) == ()


def test_a_freeze_that_was_made_longer_stays_frozen_and_begins_no_second_time():
    story = Story()
    story.do(ask.PlanFreezes("integration", FIVE_DAYS))
    story.after(3 * HOUR)
    (today, *_) = story.state.freezes.values()
    assert today.began
    longer = tuple(replace(window, end=window.end + HOUR) for window in FIVE_DAYS)
    assert story.do(ask.PlanFreezes("integration", longer))
    assert story.state.freezes[today.id] == replace(today, end=today.end + HOUR)
    assert [type(event).__name__ for event in story.after(HOUR)] == []


def test_what_was_thawed_stays_so_when_it_is_planned_again():
    story = Story()
    story.do(ask.PlanFreezes("integration", FIVE_DAYS))
    story.after(3 * HOUR)
    story.do(ask.Thaw(FIVE_DAYS[0].scope, "U0ANA"))
    story.do(ask.PlanFreezes("integration", FIVE_DAYS[:1]))
    assert story.reserve("ana").status == "active"


def test_an_empty_plan_lets_those_in_who_waited_for_the_freeze():
    story = Story()
    story.do(ask.PlanFreezes("integration", FIVE_DAYS))
    story.after(3 * HOUR)
    assert story.reserve("ana").status == "queued"
    story.do(ask.PlanFreezes("integration", ()))
    assert story["ana"].status == "offered"
    assert not story.state.freezes
