"""How much is asked and how much of that fails: the same share weighs more the more it is a share of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.evidence import Evidence, Observed, Series, Window
from bot.diagnosis.ranking import rank
from bot.diagnosis.signals.volume import asked, failing

STEP = 300.0


def _series(service, metric, values):
    return Series(service, metric, tuple(STEP * place for place in range(len(values))), tuple(map(float, values)))


def _service(name, requests, availability, latency=10):
    count = len(availability)
    return (
        _series(name, "requests_Sum", [requests] * count),
        _series(name, "availability_Average", availability),
        _series(name, "latency_Average", [latency] * count),
    )


def _evidence(now, health):
    return Evidence(Observed(Window(0, 900), series=tuple(now)), (Observed(Window(0, 9000), series=tuple(health)),))


def test_two_failures_in_a_hundred_of_a_thousand_requests_stand_out():
    health = (*_service("search", 1000, [100] * 30), *_service("other", 1000, [100] * 30))
    now = (*_service("search", 1000, [97.9, 98.8, 98.5]), *_service("other", 1000, [100] * 3))
    assert rank(_evidence(now, health)).answer == "search"


def test_two_failures_in_a_hundred_of_twenty_requests_do_not():
    health = (*_service("search", 20, [100] * 30), *_service("other", 20, [100] * 30))
    now = (*_service("search", 20, [97.9, 98.8, 98.5]), *_service("other", 20, [100] * 3))
    assert rank(_evidence(now, health)).answer == ""


def test_whoever_fails_most_comes_before_whoever_fails_as_large_a_share_of_less():
    health = (*_service("origin", 4000, [100] * 30), *_service("front", 1000, [100] * 30))
    now = (*_service("origin", 4000, [95] * 3), *_service("front", 1000, [95] * 3))
    assert [one.service for one in rank(_evidence(now, health)).services] == ["origin", "front"]


def test_what_is_asked_three_times_in_five_minutes_is_no_reason():
    calm = ("one", "another")
    health = (*_service("job", 3, [100] * 30, 350), *_service("shop", 900, [100] * 30, 90))
    health += tuple(one for name in calm for one in _service(name, 900, [100] * 30, 90))
    now = (*_service("job", 3, [100] * 3, 1900), *_service("shop", 900, [100] * 3, 180))
    now += tuple(one for name in calm for one in _service(name, 900, [100] * 3, 90))
    assert rank(_evidence(now, health)).answer == "shop"


@pytest.mark.parametrize(
    ("metric", "values", "found"),
    [
        ("requests_Sum", [600, 600, 600], 600),
        ("requests_per_second", [2, 2, 2], 600),
        ("http_requests_total", [each * 600 for each in range(12)], 600),
        ("cpu_usage", [9, 9, 9], None),
        ("pod_count", [3, 3, 3], None),
    ],
)
def test_requests_are_counted_in_one_step_of_time_however_the_metric_counts_them(metric, values, found):
    assert asked([_series("shop", metric, values)]).get("shop") == found


@pytest.mark.parametrize(
    ("metric", "health", "now", "found"),
    [
        ("availability", [1, 1, 1], [0.9, 0.9, 0.9], 100),
        ("availability_Average", [100, 100, 100], [90, 90, 90], 100),
        ("error_rate", [0, 0, 0], [0.1, 0.1, 0.1], 100),
        ("errors", [2, 2, 2], [102, 102, 102], 100),
        ("errors_total", [each * 2 for each in range(12)], [each * 102 for each in range(12)], 100),
        ("errors", [102, 102, 102], [2, 2, 2], None),
        ("errors", [0, 0, 0], [], None),
    ],
)
def test_what_fails_is_counted_in_requests_however_the_metric_tells_it(metric, health, now, found):
    requests = _series("shop", "requests", [1000] * 3)
    more = failing([requests, _series("shop", metric, now)], [requests, _series("shop", metric, health)])
    assert more.get("shop") == (None if found is None else pytest.approx(found))


@given(st.lists(st.floats(0, 1e9), max_size=12), st.sampled_from(["requests", "errors_total", "error_rate", "success"]))
def test_any_numbers_give_numbers(values, metric):
    one = _series("shop", metric, values)
    assert all(value >= 0 for value in (*asked([one]).values(), *failing([one], [one]).values()))
