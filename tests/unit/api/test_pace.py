from datetime import timedelta

import pytest

from handlers.http.api.access import AT_ONCE, MOST_REMEMBERED, PER_SECOND, Pace, TooMany
from tests.support.ledgers import FakeClock


def test_a_loop_without_a_pause_is_told_when_to_come_again():
    clock = FakeClock()
    pace = Pace(clock)
    for _ in range(AT_ONCE):
        pace.take("a")
    with pytest.raises(TooMany) as refused:
        pace.take("a")
    clock.advance(timedelta(seconds=refused.value.seconds + 0.001))
    pace.take("a")


def test_one_token_does_not_use_up_the_room_of_another():
    pace = Pace(FakeClock())
    for _ in range(AT_ONCE):
        pace.take("a")
    pace.take("b")


def test_a_steady_pace_is_never_refused():
    clock = FakeClock()
    pace = Pace(clock)
    for _ in range(3 * AT_ONCE):
        pace.take("a")
        clock.advance(timedelta(seconds=1 / PER_SECOND))


def test_tokens_of_long_ago_are_forgotten():
    pace = Pace(FakeClock())
    for number in range(MOST_REMEMBERED + 5):
        pace.take(str(number))
    assert len(pace._left) == MOST_REMEMBERED
