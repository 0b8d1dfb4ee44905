"""What each version of a service served, beside the one before it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.ports.telemetry import RatePoint, Window
from bot.telemetry.queries import Heard
from handlers.http.telemetry.served import SLOT, Differs, served, stays

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTE, SECOND, MS = timedelta(minutes=1), timedelta(seconds=1), timedelta(milliseconds=1)
HOUR = Window(NOW - 60 * MINUTE, NOW + 3 * SECOND)


def heard(version, ago, environment="integration"):
    return Heard("payments", environment, version, NOW - ago * MINUTE, NOW)


def point(calls, failed, p50=20, p95=40):
    return RatePoint(NOW, calls, failed, p50 * MS, p95 * MS)


def test_each_version_serves_until_the_next_one_comes_back_or_not():
    found = stays([heard("1.4.1", 10), heard("1.5.0", 20.1), heard("1.4.1", 90), heard("", 5)], HOUR)
    assert [(visit.version, (stay.start - NOW) / MINUTE, (stay.end - NOW) / MINUTE) for visit, stay in found] == [
        ("1.4.1", -60, -20 - 1 / 6),
        ("1.5.0", -20, -10),
        ("1.4.1", -10, 0.05),
    ]


def test_two_environments_are_not_compared_with_each_other():
    both = [heard("1", 90), heard("2", 10, "staging")]
    assert stays(both, HOUR) == []
    assert [visit.version for visit, _ in stays(both, HOUR, "staging")] == ["2"]


@given(st.lists(st.floats(0, 120), max_size=6), st.integers(1, 59))
def test_no_second_is_counted_for_two_versions(agos, length):
    window = Window(NOW - length * MINUTE, NOW)
    found = [stay for _, stay in stays([heard(str(n), ago) for n, ago in enumerate(agos)], window)]
    for stay, later in pairwise(found):
        assert stay.end <= later.start
    assert all(window.start <= stay.start and stay.end - stay.start >= SLOT for stay in found)
    assert all(stay.end <= window.end for stay in found)


def test_fewer_that_succeed_and_slower_ones_are_marked():
    before, after, back = heard("1.4.1", 40), heard("1.5.0", 20), heard("1.4.1", 10)
    window = Window(NOW - 20 * MINUTE, NOW)
    rows = served(
        [(before, window, point(200, 0)), (after, window, point(100, 25, 22, 90)), (back, window, point(9, 0))]
    )
    assert [row.version for row in rows] == ["1.4.1", "1.5.0", "1.4.1"]
    assert [row.share for row in rows] == [1, 0.75, 1]
    assert rows[1].share_differs == Differs("-25.0 points", worse=True)
    assert rows[1].p50_differs == Differs("2.0 ms slower")
    assert rows[1].p95_differs == Differs("50 ms slower", worse=True)
    assert rows[0].share_differs == Differs("+25.0 points")
    assert rows[0].p95_differs == Differs("50 ms faster")
    assert (rows[2].share_differs, rows[1].a_minute) == (Differs(), 5)
    better = served([(after, window, point(100, 25)), (back, window, point(100, 0))])[0]
    assert better.share_differs.worse is False


def test_without_calls_nothing_is_compared():
    window = Window(NOW - 20 * MINUTE, NOW)
    rows = served([(heard("1", 40), window, point(0, 0)), (heard("2", 20), window, point(100, 25))])
    assert [row.share_differs for row in rows] == [Differs(), Differs()]
    assert rows[1].share is None
