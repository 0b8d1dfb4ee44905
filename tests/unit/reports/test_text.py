from datetime import UTC, datetime

import pytest

from bot.suites.reports.text import error_class, moment, plain, seconds, trace_id


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("0.5", 0.5),
        ("1,204.5", 1204.5),
        ("1.204,5", 1204.5),
        ("1,204,567", 1204567),
        ("1 204,5", 1204.5),
        ("1\xa0204,5", 1204.5),
        ("1\u202f204.5 s", 1204.5),
        ("2,503", 2503),
        ("0,045", 0.045),
        ("12,5", 12.5),
        ("1e-05", 1e-05),
        ("3.2s", 3.2),
        *((nonsense, None) for nonsense in ("-3", "NaN", "inf", "", "soon", None, "1:02")),
    ],
)
def test_durations_are_read_as_locales_write_them(said, meant):
    assert seconds(said) == meant


def test_colours_and_control_characters_are_taken_out_and_the_rest_is_cut():
    assert plain("\x1b[31mred\x1b[39m\x00 \x7f[1mbold\r\n", 100) == "red bold"
    assert plain("x" * 11, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    ("said", "message", "meant"),
    [
        ("java.io.IOException", "", "java.io.IOException"),
        ("", "KeyError: 'EUR'", "KeyError"),
        ("", "assert 1 == 2", ""),
        ("", "requests.exceptions.ConnectTimeout: x", "requests.exceptions.ConnectTimeout"),
        ("", "AssertionError [ERR_ASSERTION]: 1 == 2", "AssertionError"),
        ("", 'failed on setup with "ConnectionError: db down"', "ConnectionError"),
        ("failure", "TearDown : System.InvalidOperationException : no", "System.InvalidOperationException"),
        ("exception", "Uncaught (in promise) TypeError: no basket", "TypeError"),
        ("", "ExceptionGroup: two (2 sub-exceptions)", "ExceptionGroup"),
        *(
            (kind, "no", "")
            for kind in ("failed", "FAILURE", "Test Failure", "fail", "Error", "TestFailed", "NoneType")
        ),
        ("test failure with exit code 101", "no", ""),
        ("RSpec::Expectations::ExpectationNotMetError", "no", "RSpec::Expectations::ExpectationNotMetError"),
        ("expect.toBe", "no", "expect.toBe"),
    ],
)
def test_the_class_of_an_error_is_told_or_recognised(said, message, meant):
    assert error_class(said, message) == meant


def test_a_trace_id_is_taken_from_a_traceparent():
    id = "4bf92f3577b34da6a3ce929d0e0e4736"
    assert trace_id(f"00-{id}-00f067aa0ba902b7-01") == trace_id(id.upper()) == id
    assert trace_id("0" * 32) is trace_id("none") is None


def test_a_moment_without_a_zone_is_none():
    assert moment("2026-11-20T10:00:00") is moment("yesterday") is None
    assert moment("2026-11-20T11:00:00+01:00") == datetime(2026, 11, 20, 10, tzinfo=UTC)
