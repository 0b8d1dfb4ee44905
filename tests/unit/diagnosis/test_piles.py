"""What sources told so far, before it is evidence."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.evidence import Window as Seconds
from bot.diagnosis.sources.merging import believed
from bot.diagnosis.sources.naming import names_of
from bot.diagnosis.sources.piles import PARTS, Pile, Rates, parts_of, series_of, step_of
from bot.ports.telemetry import RatePoint, RateQuery, Window
from tests.support.gathering import catalog

START = datetime(2026, 11, 26, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@given(st.integers(1, 100_000))
def test_parts_cover_the_window_side_by_side_the_newest_first(seconds):
    window = Window(START, START + seconds * SECOND)
    parts = parts_of(window)
    assert 1 <= len(parts) <= PARTS
    assert (parts[0].end, parts[-1].start) == (window.end, window.start)
    assert all(later.start == part.end for later, part in pairwise(parts))


def test_how_many_there_are_follows_from_how_far_was_read():
    pile = Pile(items=list(range(30)), parts=3)
    part = Window(START, START + 60 * SECOND)
    pile.has_read(part, 20, until=START + 40 * SECOND)
    pile.has_read(part, 10, until=None)
    assert (pile.about, pile.cut, pile.partial) == (105, True, True)


def test_a_window_that_was_read_whole_is_no_sample():
    pile = Pile(items=[1, 2], parts=1)
    pile.has_read(Window(START, START + SECOND), 2, until=None)
    assert (pile.about, pile.partial) == (2, False)


@pytest.mark.parametrize(
    ("windows", "seconds"),
    [((25, 140), 10), ((600, 120), 10), ((600, 900), 60), ((0, 900), 90), ((90_000, 90_000), 300)],
)
def test_requests_are_counted_in_steps_that_fit_the_shortest_window(windows, seconds):
    assert step_of(Seconds(0, each) for each in windows) == seconds * SECOND


def told(*requests, end, errors=0):
    query = RateQuery(Window(START, START + end * SECOND), "cart", step=10 * SECOND)
    points = (
        RatePoint(START + place * 10 * SECOND, count, errors, SECOND / 10 if count else None, SECOND if count else None)
        for place, count in enumerate(requests)
    )
    return {one.metric: list(one.values) for one in series_of(Rates("cart", tuple(points)), query)}


def test_rates_are_series_of_requests_success_and_latency():
    assert told(10, 0, 20, end=30, errors=5) == {
        "requests_per_second": [1, 0, 2],
        "success_rate": [0.5, 0.75],
        "latency_p50_ms": [100, 100],
        "latency_p95_ms": [1000, 1000],
    }


def test_a_step_that_is_cut_and_the_time_before_a_service_was_heard_are_no_silence():
    assert told(0, 0, 10, 0, 20, 1, end=55)["requests_per_second"] == [1, 0, 2]
    assert told(0, 0, 0, end=30) == {"requests_per_second": [0, 0, 0]}
    assert told(3, end=5)["requests_per_second"] == [0.3]


def test_of_a_service_that_several_have_the_first_with_both_windows_is_believed():
    first, second = [{"cart"}, {"web"}], [{"cart", "web"}, {"cart", "web", "stock"}]
    assert believed([first, second]) == {"cart": 1, "web": 1, "stock": 1}
    assert believed([second, first]) == {"cart": 0, "web": 0, "stock": 0}
    assert believed([[{"cart"}, set()], [{"cart"}, set()]]) == {"cart": 0}


def test_names_are_known_in_any_letter_case_and_others_are_passed_over():
    names = names_of(catalog({"payment": {"datadog": "Pay-Svc"}}), ("payment", "cart"), "datadog")
    assert names.asked == ("Pay-Svc", "cart")
    assert [names.of(name) for name in ("pay-svc", "PAYMENT", "Cart", "stranger")] == ["payment", "payment", "cart", ""]
    assert names_of(catalog(), (), "otel").of("stranger") == "stranger"
