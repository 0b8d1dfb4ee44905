"""Lengths and times: every form, the changes of the clocks, and what is left alone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.errors import UsageError
from bot.grammar.durations import duration_at, in_words
from bot.grammar.help import MORE, TOPICS
from bot.grammar.times import moments, until_at
from bot.grammar.words import VERBS, why_taken
from tests.unit.grammar.lines import parse

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("30m", 30), ("2h", 120), ("2H", 120), ("2h30", 150), ("2h30m", 150), ("1d", 1440), ("1d12h", 2160), ("1.5h", 90),
        ("1,5h", 90), ("90 min", 90), ("90min", 90), ("90 minutes", 90), ("1 hour", 60), ("2 hrs", 120), ("2 days", 2880),
        ("1w", 10080), ("half an hour", 30), ("half hour", 30), ("an hour", 60), ("an hour and a half", 90), ("two hours", 120),
    ],
)  # fmt: skip
def test_a_length_is_read_whole(typed, minutes):
    for text in (typed, f"{typed} fix", f"{typed}, fix"):
        read = duration_at(text, 0)
        assert read is not None
        assert (read.length, text[read.end :].lstrip(", ")) == (
            timedelta(minutes=minutes),
            text[len(typed) :].lstrip(", "),
        )


@pytest.mark.parametrize(
    "typed", ["2hx", "h", "m", "2h-fix", "v2h", "2h/3", "90", "1:30", "fix", "half", "an", "2h30x", "1h2h", "٣h", ""]
)
def test_what_is_no_whole_length_is_none(typed):
    assert duration_at(typed, 0) is None


@given(st.integers(1, 20_000))
def test_a_length_is_written_as_it_is_read(minutes):
    length = timedelta(minutes=minutes)
    read = duration_at(in_words(length), 0)
    assert read is not None
    assert read.length == length


def said(text: str, now: datetime, zone: ZoneInfo = NEW_YORK) -> list[datetime]:
    spoken = until_at(text, 0)
    assert spoken is not None
    return list(moments(spoken, now, zone, time(18)))


def test_a_bare_hour_is_the_one_still_to_come():
    assert said("until 6", datetime(2026, 6, 1, 14, tzinfo=UTC)) == [datetime(2026, 6, 1, 22, tzinfo=UTC)]


def test_a_bare_hour_that_may_be_morning_or_evening_is_both():
    assert len(said("until 6", datetime(2026, 6, 1, 8, tzinfo=UTC))) == 2


def test_midnight_is_the_end_of_today():
    assert said("until midnight", datetime(2026, 6, 1, 14, tzinfo=UTC)) == [datetime(2026, 6, 2, 4, tzinfo=UTC)]


def test_twelve_pm_is_noon_and_twelve_am_has_passed():
    early = datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert said("until 12pm", early) == said("until noon", early) == [datetime(2026, 6, 1, 16, tzinfo=UTC)]
    assert said("until 12am", early) == []


def test_an_end_after_the_clocks_went_back_is_an_hour_further_away():
    before = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)  # 00:30 in New York; at 02:00 it is 01:00 again
    assert said("until 03:30", before) == [datetime(2026, 11, 1, 8, 30, tzinfo=UTC)]


def test_an_hour_that_comes_twice_means_the_first_still_to_come():
    assert said("until 01:30", datetime(2026, 11, 1, 4, 30, tzinfo=UTC)) == [datetime(2026, 11, 1, 5, 30, tzinfo=UTC)]
    assert said("until 01:30", datetime(2026, 11, 1, 5, 45, tzinfo=UTC)) == [datetime(2026, 11, 1, 6, 30, tzinfo=UTC)]


def test_a_time_that_the_clocks_skip_is_an_error():
    with pytest.raises(UsageError, match="02:30 does not exist today"):
        said("until 02:30", datetime(2026, 3, 8, 5, tzinfo=UTC))


def test_today_is_the_typists_today():
    at = datetime(2026, 6, 1, 22, tzinfo=UTC)  # June 2nd, 03:30 in Kolkata
    assert said("until 05:00", at, ZoneInfo("Asia/Kolkata")) == [datetime(2026, 6, 1, 23, 30, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("release", "is a command"), ("Lock", "is a command"), ("take", "is a command"), ("free", "is a command"),
        ("mon", "is a keyword"), ("incident", "is a keyword"), ("tonight", "is a keyword"), ("steal", "is a command"),
        ("2026-12-01", "reads as a duration or a time"), ("shared", "is a keyword"), ("all", "is a keyword"), ("eod", "is a keyword"),
        ("2h", "reads as a duration or a time"), ("2h30", "reads as a duration or a time"), ("90", "reads as a duration or a time"),
        ("5pm", "reads as a duration or a time"), ("12.30", "reads as a duration or a time"),
        ("int-2h", None), ("staging-2", None), ("payments.api", None), ("2hx", None), ("integration", None), ("releases", None),
    ],
)  # fmt: skip
def test_a_name_that_reads_as_something_else_is_taken(name, why):
    assert why_taken(name) == why


def test_help_has_every_verb_and_its_examples_can_be_read():
    assert tuple(topic.verb for topic in TOPICS) == VERBS
    for topic in (*TOPICS, *MORE):
        for example in topic.examples:
            assert not hasattr(parse(example), "choices"), example
