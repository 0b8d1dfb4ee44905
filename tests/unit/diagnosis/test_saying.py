"""How times, names, texts from outside and numbers of lines are put in words."""

from dataclasses import replace

import pytest

from bot.diagnosis.evidence import Line
from bot.diagnosis.words.saying import lasting, listed, outside
from tests.support.incidents import Fault, evidence
from tests.unit.diagnosis.test_narrative import BEGAN, payments_breaks, told


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(38.4, "38 s"), (119, "119 s"), (240, "4 min"), (7_500, "2 h 5 min"), (7_200, "2 h"), (259_200, "3 days")],
)
def test_a_stretch_of_time_is_told_as_people_do(seconds, words):
    assert lasting(seconds) == words


def test_names_are_listed_and_too_many_counted():
    assert [listed("a"), listed("ab"), listed("abcd"), listed("abcdefg")] == [
        "a",
        "a and b",
        "a, b, c and d",
        "a, b, c and 4 more",
    ]


def test_text_from_outside_keeps_what_it_says():
    assert outside("  a <> b\n<n> -> c <!here> password=hunter22 ") == "a … b … → c ‹!here› password=[redacted]"


@pytest.mark.parametrize(
    ("currencies", "said"),
    [
        (["EUR"] * 10, ", 10 times in all"),
        (["EUR"] * 7 + ["USD"] * 3, ", 7 times in all, and 3 times with other values in it"),
        ([*["EUR"] * 9, "USD"], ", 9 times in all, and once with other values in it"),
        ([f"{letter}AB" for letter in "CDEF"], ", and 3 times with other values in it"),
        (["EUR"], ""),
    ],
)
def test_a_line_is_counted_as_it_is_quoted_and_what_differs_beside_it(currencies, said):
    made = payments_breaks()
    kept = [line for line in made.faulty.lines if not line.message.startswith("KeyError")]
    told_of = [
        Line(BEGAN + number, "payment", "ERROR", f"KeyError: '{each}'", link=f"k{number}")
        for number, each in enumerate(currencies)
    ]
    one = told(replace(made, faulty=replace(made.faulty, lines=(*kept, *told_of))))
    quoted = next(each.words for each in one.because if "appears first" in each.words)
    assert (
        quoted
        == f"\"KeyError: '{currencies[0]}'\" appears first in these minutes at 22:15:20 UTC, 38 s after payment 1.5.0{said}"
    )


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("cart", own=80), "cart itself takes 80 ms longer per call"),
        (Fault("orders", skips="stock"), "orders work no longer calls ask stock, in health once each"),
    ],
)
def test_a_statement_names_the_service_and_compares_with_health(fault, said):
    words = [each.words for each in told(evidence(fault)).because]
    assert any(each.startswith(said) for each in words), words
