"""Redis' time without asking for it."""

from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
from hypothesis import given

from bot.runtime.clock import RedisClock, from_ms, to_ms

BEGIN = 1_767_603_600.0


class Steady:
    def __init__(self):
        self.seconds = 100.0

    def __call__(self):
        return self.seconds


def a_clock(wall=BEGIN):
    steady = Steady()
    return RedisClock(steady, lambda: wall), steady


def test_before_redis_says_anything_it_is_the_process_time():
    clock, _ = a_clock()
    assert clock.now() == datetime.fromtimestamp(BEGIN, UTC)


def test_it_follows_redis_when_the_process_clock_is_wrong():
    clock, steady = a_clock(wall=BEGIN - 3600)
    clock.learn(int(BEGIN * 1000), sent=100.0, received=100.0)
    steady.seconds += 5
    assert clock.now() - datetime.fromtimestamp(BEGIN, UTC) == timedelta(seconds=5)


def test_it_waits_rather_than_goes_back():
    clock, steady = a_clock(wall=BEGIN + 60)
    ahead = clock.now()
    clock.learn(int(BEGIN * 1000), sent=100.0, received=100.0)
    assert clock.now() == ahead
    steady.seconds += 61
    assert clock.now() - datetime.fromtimestamp(BEGIN, UTC) == timedelta(seconds=61, milliseconds=1)


def test_a_slow_answer_that_fits_changes_nothing():
    clock, steady = a_clock()
    steady.seconds += 4
    clock.learn(int((BEGIN + 1) * 1000), sent=100.0, received=104.0)
    assert clock.now() - datetime.fromtimestamp(BEGIN, UTC) == timedelta(seconds=4)


@given(st.lists(st.tuples(st.floats(0, 10), st.integers(-5000, 5000)), max_size=30))
def test_it_never_goes_backwards_whatever_it_is_told(told):
    clock, steady = a_clock()
    before = clock.now()
    for passed, off in told:
        sent = steady.seconds
        steady.seconds += passed
        clock.learn(int(BEGIN * 1000) + off, sent=sent, received=steady.seconds)
        assert clock.now() >= before
        before = clock.now()


@given(st.integers(0, 10**13))
def test_milliseconds_are_kept_exactly(ms):
    assert to_ms(from_ms(ms)) == ms
