"""When a booking begins: every form, and what is asked or refused instead of guessed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import UsageError
from bot.grammar.commands import Ambiguous, Book, NeedsDuration, NeedsTarget
from bot.grammar.env import parse_env
from tests.unit.grammar.lines import BERLIN, INTEGRATION, MONDAY, NAMES, lines_of, parse

WEDNESDAY = datetime(2026, 11, 25, 9, tzinfo=UTC)


def booked(line: str, now: datetime = MONDAY, zone: ZoneInfo = BERLIN) -> str:
    """Start and end where the typist is, and what else was read."""
    read = parse(line, now=now, zone=zone)
    assert isinstance(read, Book), read
    assert read.until == read.start + read.length
    assert read.target == INTEGRATION
    start, end = read.start.astimezone(zone), read.until.astimezone(zone)
    return " ".join(
        filter(None, (f"{start:%m-%d %H:%M}-{end:%H:%M}", read.mode.removeprefix("exclusive"), read.reason))
    )


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("tomorrow morning 2h", "11-24 09:00-11:00"),
        ("tomorrow 14:00 2h", "11-24 14:00-16:00"),
        ("tomorrow at 14:00 for 2h", "11-24 14:00-16:00"),
        ("tomorrow, 14:00, 2h, demo", "11-24 14:00-16:00 demo"),
        ("tomorrow afternoon 3h", "11-24 13:00-16:00"),
        ("tomorrow 9-12", "11-24 09:00-12:00"),
        ("tomorrow 2-4", "11-24 14:00-16:00"),
        ("tomorrow 2-4pm", "11-24 14:00-16:00"),
        ("tomorrow 11-1pm", "11-24 11:00-13:00"),
        ("tomorrow 9:30–12", "11-24 09:30-12:00"),
        ("tomorrow from 9 to 12", "11-24 09:00-12:00"),
        ("9-12 tomorrow", "11-24 09:00-12:00"),
        ("tomorrow at 9 2h", "11-24 09:00-11:00"),
        ("tomorrow 3 2h", "11-24 15:00-17:00"),
        ("tomorrow 2pm 2h", "11-24 14:00-16:00"),
        ("tomorrow 9 o'clock 1h", "11-24 09:00-10:00"),
        ("tomorrow noon 1h", "11-24 12:00-13:00"),
        ("the day after tomorrow 10:00 2h", "11-25 10:00-12:00"),
        ("today 14:00 2h", "11-23 14:00-16:00"),
        ("14:00 2h", "11-23 14:00-16:00"),
        ("at 14.00 2h", "11-23 14:00-16:00"),
        ("2h 14:00 tomorrow", "11-24 14:00-16:00"),
        ("this afternoon 2h", "11-23 13:00-15:00"),
        ("tonight 2h", "11-23 18:00-20:00"),
        ("tomorrow morning at 10 1h", "11-24 10:00-11:00"),
        ("tue 9:30 2h", "11-24 09:30-11:30"),
        ("on Friday 14:00-16:00", "11-27 14:00-16:00"),
        ("friday 14:00 until 16:00", "11-27 14:00-16:00"),
        ("friday 14:00 til 4pm demo", "11-27 14:00-16:00 demo"),
        ("next mon morning 2h", "11-30 09:00-11:00"),
        ("this thu 10:00 1h", "11-26 10:00-11:00"),
        ("2026-12-01 10:00 2h", "12-01 10:00-12:00"),
        ("2026-12-01T10:00 2h", "12-01 10:00-12:00"),
        ("2026-12-01 10:00+01:00 2h", "12-01 10:00-12:00"),
        ("dec 1 10:00 1h", "12-01 10:00-11:00"),
        ("1st of December 10am 1h", "12-01 10:00-11:00"),
        ("Dec. 1st, 2026 10:00 1h", "12-01 10:00-11:00"),
        ("1.12. 10:00 1h", "12-01 10:00-11:00"),
        ("24/12 10:00 1h", "12-24 10:00-11:00"),
        ("in 2h for 1h", "11-23 12:00-13:00"),
        ("in 30 min for half an hour", "11-23 10:30-11:00"),
        ("in 3 days at 10:00 1h", "11-26 10:00-11:00"),
        ("for tomorrow 14:00 2h", "11-24 14:00-16:00"),
        ("shared tomorrow 14:00 2h", "11-24 14:00-16:00 shared"),
        ("tomorrow 14:00 2h sat nav fix", "11-24 14:00-16:00 sat nav fix"),
        ("tomorrow 14:00 2h march release", "11-24 14:00-16:00 march release"),
        ("2h tomorrow 14:00 “mon 9”", "11-24 14:00-16:00 mon 9"),
    ],
)
def test_a_booking_says_when_it_begins(typed, means):
    assert booked(f"book integration {typed}") == means
    assert booked(f"BOOK Integration {typed.upper()}").casefold() == means.casefold()


def test_the_order_is_free():
    assert booked("book tomorrow 14:00 integration 2h demo") == "11-24 14:00-16:00 demo"


def test_the_morning_begins_when_the_typists_work_does():
    read = parse_env("book integration tomorrow morning 2h", NAMES, MONDAY, BERLIN, workday_start=time(7, 30))
    assert isinstance(read, Book)
    assert read.start == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("2h", ["reserve integration 2h"]),
        ("2h EUR fix", ['reserve integration 2h "EUR fix"']),
        ("until 16:00", ["reserve integration until 16:00"]),
        ("mon 11:00 2h", ["book integration 2026-11-23 11:00 2h", "book integration 2026-11-30 11:00 2h"]),
        ("next fri 9:00 1h", ["book integration 2026-11-27 09:00 1h", "book integration 2026-12-04 09:00 1h"]),
        ("3/12 10:00 1h", ["book integration 2026-12-03 10:00 1h", "book integration 2027-03-12 10:00 1h"]),
        ("tomorrow at 7 1h", ["book integration 2026-11-24 07:00 1h", "book integration 2026-11-24 19:00 1h"]),
        ("tomorrow 2h", ["book integration 2026-11-24 09:00 2h", "book integration 2026-11-24 13:00 2h"]),
        ("today 2h", ["book integration 2026-11-23 13:00 2h"]),
        ("tomorrow 14:00 90", ["book integration 2026-11-24 14:00 1h30", "book integration 2026-11-24 14:00 1h"]),
        (
            "tomorrow 14:00 2h shared load test",
            [
                'book integration shared 2026-11-24 14:00 2h "load test"',
                'book integration 2026-11-24 14:00 2h "shared load test"',
            ],
        ),
    ],
)
def test_what_reads_in_several_ways_is_asked(typed, lines):
    asked = parse(f"book integration {typed}")
    assert isinstance(asked, Ambiguous)
    assert lines_of(asked) == lines


def test_now_is_not_a_booking():
    asked = parse("book integration 2h")
    assert isinstance(asked, Ambiguous)
    assert asked.question == "Now? That is reserve. To book, say when it begins, such as tomorrow 14:00."
    assert asked.choices[0].label == "Reserve integration now"


def test_a_booking_without_a_length_asks_for_one_and_keeps_the_rest():
    asked = parse("book integration fri 14:00 EUR fix")
    assert isinstance(asked, NeedsDuration)
    assert lines_of(asked)[0] == 'book integration 2026-11-27 14:00 1h "EUR fix"'


def test_which_environment_is_asked_never_chosen():
    for line in ("book payments tomorrow 14:00 2h", "book tomorrow 14:00 2h"):
        asked = parse(line)
        assert isinstance(asked, NeedsTarget)
        assert all(isinstance(parse(offered), Book) for offered in lines_of(asked))


@pytest.mark.parametrize(
    ("typed", "said", "suggestions"),
    [
        ("", "Say when it begins, such as tomorrow 14:00.", ("book integration 2026-11-24 09:00 1h",)),
        (
            "cart demo",
            "Say when it begins, such as tomorrow 14:00.",
            ('book integration 2026-11-24 09:00 1h "cart demo"',),
        ),
        (
            "today 9:00 2h",
            "today 9:00 has passed already: it is 10:00 for you (Europe/Berlin).",
            ("book integration 2026-11-24 09:00 2h", "book integration 2026-11-23 21:00 2h"),
        ),
        (
            "mon 9:30 2h",
            "mon 9:30 has passed already: it is 10:00 for you (Europe/Berlin).",
            ("book integration 2026-11-30 09:30 2h", "book integration 2026-11-23 21:30 2h"),
        ),
        (
            "jan 5 14:00 2h",
            "jan 5 14:00 has passed already: it is 10:00 for you (Europe/Berlin).",
            ("book integration 2027-01-05 14:00 2h",),
        ),
        ("2026-11-22 14:00 2h", "2026-11-22 14:00 has passed already: it is 10:00 for you (Europe/Berlin).", ()),
        *(
            (f"{day} 2h", f"{day} has passed already: it is 10:00 for you (Europe/Berlin).", ())
            for day in (
                "yesterday",
                "yesterday 14:00",
                "yesterday morning",
                "the day before yesterday 9:00",
                "last fri 14:00",
                "last monday",
                "2026-11-22",
            )
        ),
        ("feb 30 10:00 2h", "feb 30 is no date: write it as 2026-12-01, or as dec 1.", ()),
        ("2026-13-01 10:00 2h", "2026-13-01 is no date: write it as 2026-12-01, or as dec 1.", ()),
        ("2036-12-01 10:00 2h", "2036-12-01 is more than a year away.", ()),
        ("in 0m 2h", "in 0m is too far away, or no time at all: for example in 2h.", ()),
        ("25:00 2h", "25:00 is no time of day.", ()),
        ("tomorrow 16:00-14:00", "14:00 is not after 16:00: say how long instead, for example 2h.", ()),
        ("tomorrow 16:00, until 14:00", "until 14:00 is not after its start, 2026-11-24 16:00.", ()),
        ("tomorrow 9-12 2h", "“2h” and the two times before it say different ends.", ()),
        (
            "tomorrow 9:00 11:00",
            "“tomorrow 9:00” and “11:00” are two beginnings. Write an end as 14:00-16:00, or say how long.",
            (),
        ),
        (
            "tomorrow 9:00 9h fix",
            "9h is more than integration allows: at most 8h.",
            ('book integration 2026-11-24 09:00 8h "fix"',),
        ),
    ],
)
def test_what_cannot_be_booked_is_refused_with_the_way_out(typed, said, suggestions):
    with pytest.raises(UsageError) as error:
        parse(f"book integration {typed}")
    assert (error.value.user_message, error.value.suggestions) == (said, suggestions)


def test_a_booking_in_the_hour_that_the_clocks_skip_is_an_error():
    with pytest.raises(UsageError, match="02:30 does not exist on 2027-03-28"):
        parse("book integration mar 28 2027 2:30 1h")


def test_of_the_hour_that_comes_twice_the_first_is_meant_and_the_second_can_be_said():
    now = datetime(2026, 10, 24, 10, tzinfo=UTC)
    first, second = (
        parse("book integration tomorrow 2:30 1h", now=now),
        parse("book integration 2026-10-25 02:30+01:00 1h", now=now),
    )
    assert isinstance(first, Book)
    assert isinstance(second, Book)
    assert second.start - first.start == timedelta(hours=1)
    assert second.reading == "book integration 2026-10-25 02:30+01:00 1h"


def test_tomorrow_is_the_typists_tomorrow():
    kolkata = ZoneInfo("Asia/Kolkata")
    late = datetime(2026, 6, 1, 22, tzinfo=UTC)  # June 2nd, 03:30 in Kolkata
    assert booked("book integration tomorrow 10:00 1h", late, kolkata) == "06-03 10:00-11:00"


def test_a_weekday_said_on_another_day_is_the_next_one():
    assert booked("book integration mon 9:30 1h", WEDNESDAY) == "11-30 09:30-10:30"
