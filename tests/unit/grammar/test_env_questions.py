"""What is asked instead of guessed, and the lines that are offered to choose from."""

import pytest

from bot.grammar.commands import Ambiguous, NeedsDuration, NeedsPerson, NeedsTarget
from bot.grammar.questions import Blank
from tests.unit.grammar.lines import lines_of, parse


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("integration for EUR fix", ["reserve integration 1h", "reserve integration 2h", "reserve integration 30m"]),
        (
            "reserve integration EUR fix",
            ["reserve integration 1h", "reserve integration 2h", "reserve integration 30m"],
        ),
    ],
)
def test_without_a_length_it_asks_and_keeps_the_reason(typed, lines):
    asked = parse(typed)
    assert isinstance(asked, NeedsDuration)
    assert asked.reason == "EUR fix"
    assert lines_of(asked) == [f'{line} "EUR fix"' for line in lines]


def test_a_length_at_the_end_of_the_reason_is_offered_first():
    assert lines_of(parse("integration checkout 2h"))[0] == 'reserve integration 2h "checkout"'


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("integration 90", ["reserve integration 1h30", "reserve integration 1h"]),
        (
            "integration 5",
            [
                "reserve integration 5m",
                "reserve integration 5h",
                "reserve integration until 17:00",
                "reserve integration 1h",
            ],
        ),
        ("integration 1:30", ["reserve integration 1h30", "reserve integration until 13:30", "reserve integration 1h"]),
        ("integration 2h 30m", ["reserve integration 2h30", 'reserve integration 2h "30m"', "reserve integration 30m"]),
        (
            "integration shared cart bug",
            ['reserve integration shared 1h "cart bug"', 'reserve integration 1h "shared cart bug"'],
        ),
        (
            "integration 2h shared cart bug",
            ['reserve integration shared 2h "cart bug"', 'reserve integration 2h "shared cart bug"'],
        ),
        ("integration payments 2h", ["reserve integration/payments 2h", 'reserve integration 2h "payments"']),
        ("integration 2h payments", ["reserve integration/payments 2h", 'reserve integration 2h "payments"']),
        ("integration staging-2 2h", ["reserve integration 2h", "reserve staging-2 2h"]),
        ("integration release", ["release integration", 'reserve integration 1h "release"']),
        ("free integration", ["release integration", "board integration"]),
        ("free", ["release", "board"]),
        ("extend 90", ["extend 1h30"]),
        ("extend integration 3", ["extend integration 3m", "extend integration 3h", "extend integration until 15:00"]),
    ],
)
def test_what_reads_in_several_ways_is_asked(typed, lines):
    asked = parse(typed)
    assert isinstance(asked, Ambiguous)
    assert lines_of(asked) == lines


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("payments 2h", ["reserve integration/payments 2h", "reserve staging-2/payments 2h"]),
        ("2h payments fix", ["reserve integration/payments 2h fix", "reserve staging-2/payments 2h fix"]),
        ("payments", ["board integration/payments", "board staging-2/payments"]),
        ("release orders", ["release integration/orders", "release staging-2/orders"]),
        ("extend orders 1h", ["extend integration/orders 1h", "extend staging-2/orders 1h"]),
        ("reserve 2h fix", ["reserve integration 2h fix", "reserve staging-2 2h fix", "reserve int-2h 2h fix"]),
        ("reserve", ["reserve integration", "reserve staging-2", "reserve int-2h"]),
    ],
)
def test_which_environment_is_asked_never_chosen(typed, lines):
    asked = parse(typed)
    assert isinstance(asked, NeedsTarget)
    assert lines_of(asked) == lines


def kept(line):
    asked = parse(line)
    assert isinstance(asked, NeedsTarget | NeedsPerson)
    return asked.blank


def test_what_was_typed_around_a_missing_name_is_kept_for_a_form():
    assert kept("reserve shared 2h checkout fix") == Blank("reserve", "", "shared", "2h", reason="checkout fix")
    booking = kept("book tomorrow 14:00 2h demo")
    assert booking
    assert booking.start
    assert (booking.when, booking.reason) == ("2h", "demo")
    assert kept("watch") is None


@pytest.mark.parametrize(("typed", "target"), [("give", ""), ("give integration", "integration")])
def test_whom_to_give_it_to_is_asked(typed, target):
    assert kept(typed) == Blank("give", target)
