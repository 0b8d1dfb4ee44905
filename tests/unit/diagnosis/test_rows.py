"""Of a line of several rows it is told what was raised, in whatever language."""

import pytest

from bot.diagnosis.signals.rows import kept, shortened, told
from bot.diagnosis.signals.wording import template

PYTHON = 'Traceback (most recent call last):\n  File "/app/pay.py", line {n}, in charge\n    rates[code]\n{what}'


@pytest.mark.parametrize(
    ("message", "row"),
    [
        (PYTHON.format(n=3, what="KeyError: 'EUR'"), "KeyError: 'EUR'"),
        ("charge failed\n" + PYTHON.format(n=3, what="KeyError: 'EUR'"), "charge failed: KeyError: 'EUR'"),
        (
            PYTHON.format(n=3, what="KeyError: 'EUR'")
            + "\n\nDuring handling of the above exception, another exception occurred:\n\n"
            + PYTHON.format(n=9, what="shop.Refused: no rate"),
            "shop.Refused: no rate",
        ),
        (
            "could not place order 7\njava.lang.NullPointerException: rate\n\tat shop.Pay.charge(Pay.java:7)\n\t... 12 more",
            "could not place order 7: java.lang.NullPointerException: rate",
        ),
        (
            "java.lang.IllegalStateException: no rate\n\tat shop.Pay.charge(Pay.java:7)",
            "java.lang.IllegalStateException: no rate",
        ),
        (
            "charge failed\nTypeError: Cannot read properties of undefined (reading 'eur')\n    at charge (/app/pay.js:7:3)",
            "charge failed: TypeError: Cannot read properties of undefined (reading 'eur')",
        ),
        (
            "Unhandled exception. System.ArgumentException: no rate\n   at Shop.Pay.Charge() in /src/Pay.cs:line 7",
            "Unhandled exception. System.ArgumentException: no rate",
        ),
        (
            "panic: runtime error: index out of range [3]\n\ngoroutine 1 [running]:",
            "panic: runtime error: index out of range [3]",
        ),
        ("SELECT *\nFROM orders", "SELECT *"),
        ('{\n  "message": "refused",\n  "code": 3\n}', '{ "message": "refused", "code": 3 }'),
        ("", ""),
    ],
)
def test_one_row_says_what_was_raised(message, row):
    assert told(message) == row
    assert told(told(message)) == row


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (PYTHON.format(n=3, what="KeyError: 'EUR'"), PYTHON.format(n=4, what="KeyError: 'CHF'"), True),
        (PYTHON.format(n=3, what="KeyError: 'EUR'"), PYTHON.format(n=3, what="TimeoutError: pool"), False),
        (
            '{"event": "failed", "exception": "Traceback (most recent call last):\\n  File \\"a.py\\"\\nKeyError: 3"}',
            '{"event": "failed", "exception": "Traceback (most recent call last):\\n  File \\"a.py\\"\\nOSError: 3"}',
            False,
        ),
        ('{\n "message": "refused"\n}', '{\n "message": "charged"\n}', False),
    ],
)
def test_what_was_raised_tells_lines_apart(one, other, same):
    assert (template(one) == template(other)) is same


def test_the_end_of_a_long_stack_is_kept():
    deep = PYTHON.format(n=1, what='  File "x.py", line 2, in f\n' * 400 + "KeyError: 'EUR'")
    assert len(kept(deep, 1_000)) == 1_000
    assert told(kept(deep, 1_000)) == told(deep) == "KeyError: 'EUR'"
    assert kept("x" * 2_000, 1_000) == "x" * 1_000


def test_half_a_key_is_not_kept():
    key = "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n" * 40 + "-----END PRIVATE KEY-----"
    assert "MIIE" not in shortened(f"could not read\n{key}\nat start", 600)
