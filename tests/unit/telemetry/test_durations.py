from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports.telemetry import RateQuery, Window
from bot.telemetry.durations import ACCURACY, bucket_of, duration_of, points, quantile
from bot.telemetry.moments import to_us
from bot.telemetry.values import Source

T0 = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
US = timedelta(microseconds=1)


@given(st.integers(2, 10**11))
def test_what_stands_for_a_duration_is_within_two_per_cent(took):
    assert duration_of(bucket_of(took)) / US == pytest.approx(took, rel=ACCURACY + 1e-6, abs=1)


@given(st.lists(st.integers(1, 10**8), min_size=1, max_size=200), st.sampled_from([0.5, 0.95, 0.99]))
def test_a_quantile_is_that_of_the_durations_themselves(durations, share):
    tally = {}
    for each in durations:
        tally[bucket_of(each)] = tally.get(bucket_of(each), (0, 0))[0] + 1, 0
    rank = -int(-len(durations) * share // 1)
    exact = sorted(durations)[max(rank, 1) - 1]
    assert quantile(tally, len(durations), share) / US == pytest.approx(exact, rel=ACCURACY + 1e-6, abs=1)


def row(minute, requests, *, errors=0, source=Source.SPANS, took=1000):
    return source, to_us(T0 + minute * MINUTE), bucket_of(took), requests, errors


QUERY = RateQuery(Window(T0, T0 + 3 * MINUTE), "orders")


def test_what_was_served_in_a_step_is_added_up():
    found = points(QUERY, [row(0, 3), row(0, 2, errors=1, took=9000), row(2, 7)])
    assert [(point.requests, point.errors) for point in found] == [(5, 1), (0, 0), (7, 0)]


def test_requests_are_not_counted_twice_where_spans_and_metrics_tell_of_them():
    found = points(QUERY, [row(0, 100), row(0, 104, source=Source.METRICS)])
    assert found[0].requests == 100


def test_metrics_are_believed_where_traces_are_a_sample():
    found = points(QUERY, [row(0, 10), row(0, 104, errors=4, source=Source.METRICS)])
    assert (found[0].requests, found[0].errors) == (104, 4)
