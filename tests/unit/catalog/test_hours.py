"""When somebody works: by day, and over midnight."""

from datetime import UTC, date, datetime, time

import pytest

from bot.catalog import Hours

DAY = Hours("Europe/Berlin")
NIGHT = Hours("Europe/Berlin", start=time(22), end=time(6))


def at(day, clock):
    """A time in January 2026, of which the 5th is a Monday, in UTC; Berlin is an hour ahead."""
    return datetime.combine(date(2026, 1, day), time.fromisoformat(clock), UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "works"),
    [
        (DAY, at(5, "08:00"), True),
        (DAY, at(5, "17:00"), False),
        (DAY, at(10, "10:00"), False),
        (NIGHT, at(5, "22:00"), True),
        (NIGHT, at(6, "04:00"), True),
        (NIGHT, at(6, "10:00"), False),
        (NIGHT, at(5, "04:00"), False),
        (NIGHT, at(10, "04:00"), True),
        (NIGHT, at(10, "22:00"), False),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_began(hours, moment, works):
    assert hours.working(moment) is works


def test_the_next_beginning_and_the_last_end_are_those_of_whole_nights():
    noon = at(7, "11:00")
    assert NIGHT.next_start(noon) == at(7, "21:00")
    assert NIGHT.last_end(noon) == at(7, "05:00")
    assert NIGHT.last_end(at(5, "11:00")) == at(3, "05:00")
    assert DAY.next_start(noon) == at(8, "08:00")
    assert DAY.last_end(noon) == at(6, "17:00")
