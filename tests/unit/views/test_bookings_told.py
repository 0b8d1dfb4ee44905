"""What is said of bookings that were missed or taken up, and of several accounts at once."""

from dataclasses import replace

import pytest

from bot.notices.model import BookingMissed, LeaseCard
from handlers.views import answers
from handlers.views.render import render
from tests.unit.views.test_verbs import BOOKED, HELD, NOON, WAITS, read


def test_several_accounts_are_somebodys():
    both = replace(HELD, services=(), resources=("gold-1", "gold-2"))
    assert answers.held(both).text.startswith(":white_check_mark: *integration/gold-1, gold-2* are yours")
    services = replace(HELD, services=("orders", "payments"))
    assert answers.held(services).text.startswith(":white_check_mark: *integration/orders, payments* is yours")


def test_whoever_missed_a_booking_reads_that_it_is_gone():
    line, buttons = read(render(BookingMissed(BOOKED)))
    assert line == (
        ":date: Your booking of *integration/payments*, "
        "<!date^1767700800^{date_short_pretty} {time}|2026-01-06 12:00 UTC> to <!date^1767708000^{time}|2026-01-06 14:00 UTC>,"
        " is gone: its time is over, and you did not accept it."
    )
    assert buttons == "[Reserve it now: reserve integration/payments exclusive 120m]"


@pytest.mark.parametrize(
    ("lease", "line", "notes"),
    [
        (
            replace(WAITS, begins=NOON, rank=0),
            "the time has come that <@U0BEN> booked",
            ["They are first in line for it, and asked."],
        ),
        (replace(WAITS, begins=NOON), "the time has come that <@U0BEN> booked", ["They are in line for it."]),
        (replace(BOOKED, status="missed"), "nobody came for what was booked · was <@U0BEN>", []),
        (replace(BOOKED, status="cancelled"), "cancelled · was <@U0BEN>", []),
    ],
)
def test_the_card_of_a_booking_says_what_came_of_it(lease, line, notes):
    said, *more = read(render(LeaseCard(lease)))
    assert line in said
    assert more == notes
