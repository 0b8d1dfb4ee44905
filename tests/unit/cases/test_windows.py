"""Which minutes are looked at, and with which healthy ones they are compared."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.cases import windows
from bot.suites.values import SuiteRun, Verdict

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
EVER = NOW - timedelta(days=9)


def a_run(number, versions=None, verdict=Verdict.PASSED, **differs):
    at = differs.pop("at", NOW - timedelta(hours=9 - number))
    known = {"started_at": at, "ended_at": at + MINUTE, "verdict": verdict, "deploy_set": versions or {}} | differs
    return SuiteRun(f"R{number}", number, "api", "integration", "U0ANA", at, **known)


def numbers(red, runs, since=EVER):
    return [each.number for each in windows.healthy(red, runs, since)]


def test_the_green_run_with_the_closest_versions_comes_first_and_then_the_newest():
    red = a_run(8, {"payments": "2", "orders": "5"}, Verdict.FAILED)
    close, newer = a_run(3, {"payments": "1", "orders": "5"}), a_run(5, {"payments": "1", "orders": "4"})
    assert numbers(red, [close, a_run(4, {"payments": "1", "orders": "4"}), newer]) == [3, 5]


def test_of_those_that_are_as_close_the_newest_counts():
    red = a_run(8, {"payments": "2"}, Verdict.FAILED)
    assert numbers(red, [a_run(number, {"payments": "1"}) for number in (2, 3, 4)]) == [4, 3]


def test_where_nobody_knows_versions_the_newest_counts_and_after_all_that_are_known():
    red = a_run(8, {"payments": "2"}, Verdict.FAILED)
    assert numbers(red, [a_run(2, {"payments": "1"}), a_run(5)]) == [2, 5]
    assert numbers(a_run(8, verdict=Verdict.FAILED), [a_run(2, {"payments": "1"}), a_run(5)]) == [5, 2]


def test_what_says_nothing_of_health_is_left_out():
    red = a_run(8, {"payments": "2"}, Verdict.FAILED)
    others = [
        a_run(1, verdict=Verdict.FAILED),
        a_run(2, only=("one test",)),
        a_run(3, verdict=Verdict.SKIPPED),
        a_run(9),
        a_run(4, at=EVER - SECOND),
        SuiteRun("R5", 5, "e2e", "integration", "U0ANA", NOW, verdict=Verdict.PASSED),
        SuiteRun("R6", 6, "api", "staging-2", "U0ANA", NOW, verdict=Verdict.PASSED),
    ]
    assert numbers(red, others) == []


def test_a_reference_says_what_ran_otherwise():
    red = a_run(8, {"payments": "2", "orders": "5", "stock": "1"}, Verdict.FAILED)
    green = a_run(3, {"payments": "1", "orders": "5"})
    told = windows.reference(red, green, windows.of_run(green, NOW))
    assert (told.what, told.differing) == (
        "api #3, green, the same versions but payments and stock",
        ("payments", "stock"),
    )
    old = a_run(2, {"payments": "2", **dict.fromkeys(("a", "b", "c", "d", "e"), "1")})
    told = windows.reference(red, old, windows.of_run(old, NOW))
    assert told.what == "api #2, green, the same versions but a, b, c and 4 more"
    same = windows.reference(red, red, windows.of_run(red, NOW))
    assert same.what == "api #8, green, the same versions"
    assert windows.reference(red, a_run(3), windows.of_run(green, NOW)).what == "api #3, green"


def test_a_version_that_came_while_a_run_went_on_is_named():
    red, green = a_run(8, {"payments": "1"}, Verdict.FAILED), a_run(3, {"payments": "1"})
    start, earlier = red.started_at or NOW, green.started_at or NOW
    came = [windows.Came(at, says) for at, says in (
        (earlier + SECOND, "orders 5"), (start - SECOND, "stock 2"), (start, "stock 3"),
        (start + SECOND, "payments 2"), (start + MINUTE, "payments 2"), (start + MINUTE + SECOND, "payments 3"),
    )]  # fmt: skip
    told = windows.reference(red, green, windows.of_run(green, NOW), came)
    assert told.what == (
        "api #3, green, the same versions, and payments 2 came while #8 ran, and orders 5 came while #3 ran"
    )
    unknown = windows.reference(a_run(8), green, windows.of_run(green, NOW), came[3:4])
    assert unknown.what == "api #3, green, and payments 2 came while #8 ran"
    assert (
        windows.reference(red, green, windows.of_run(green, NOW), came[1:3]).what == "api #3, green, the same versions"
    )


def test_the_time_before_a_run_counts_as_long_as_its_versions_ran_and_the_same_of_all():
    red, green = a_run(8), a_run(3)
    start = red.started_at or NOW
    assert windows.lead((red, green), []) == windows.LEAD
    assert windows.lead((red, green), [start - 30 * SECOND, start - MINUTE, start + SECOND]) == 30 * SECOND
    assert windows.lead((red, green), [(green.started_at or NOW) - 10 * SECOND]) == 10 * SECOND


def test_a_run_is_looked_at_until_what_it_set_off_is_written_but_not_beyond_now():
    red = a_run(8, ended_at=NOW - MINUTE)
    assert windows.of_run(red, NOW, MINUTE).end == NOW - MINUTE + windows.LATE
    assert windows.of_run(red, NOW - MINUTE, MINUTE).end == NOW - MINUTE
    assert windows.of_run(red, NOW, MINUTE).start == (red.started_at or NOW) - MINUTE


@given(st.integers(0, 10_000), st.integers(0, 120))
def test_no_window_is_empty_and_the_time_before_is_neither_too_short_nor_too_long(seconds, lead):
    red = a_run(8, ended_at=NOW - timedelta(hours=1) + seconds * SECOND)
    span = windows.of_run(red, NOW, lead * SECOND)
    assert span.window.seconds >= 1
    earlier = windows.before(span.start, span.end - span.start)
    assert earlier.end == span.start
    assert windows.FEWEST <= earlier.end - earlier.start <= windows.LONGEST
