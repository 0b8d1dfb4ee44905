"""What a failed test said, as the first line of a message quotes it."""

import pytest

from bot.cases.words import says
from bot.failures.values import Failure, Fingerprint

ANSWER = (
    '{"type": "about:blank", "trace": "5b8efff798038103d269b633813fc60c", "detail": "no rate for EUR", "status": 502}'
)


def quoted(message, error_class=""):
    return says(Failure("t", message), Fingerprint("0", 1, error_class, "", "t", in_test=True))


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (f"POST /purchases answered 502: {ANSWER}", "POST /purchases answered 502: no rate for EUR"),
        (f"assert 502 == 201 ({ANSWER}) in total", "assert 502 == 201 (no rate for EUR) in total"),
        (f"answered {ANSWER.replace(chr(34), chr(39))}", "answered no rate for EUR"),
        (f"answered {ANSWER[:-17]}", "answered no rate for EUR"),
        ('{"items": [' + "1, " * 40 + "2]}", "{…}"),
        ('expected {"a": 1}, got {"a": 2}', 'expected {"a": 1}, got {"a": 2}'),
        ("KeyError: 'EUR'", "KeyError: 'EUR'"),
    ],
)
def test_of_a_long_answer_only_what_it_says_went_wrong_is_quoted(message, says):
    assert quoted(message) == says


def test_a_secret_in_what_is_quoted_is_not():
    told = quoted('answered {"error": "token ghp_012345678901234567890123456789abcdef is no good", "status": 401}')
    assert "ghp_0123" not in told
