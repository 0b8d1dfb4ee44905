"""What is kept, for how long, and how much waits."""

from datetime import timedelta

from bot.telemetry.histograms import since
from bot.telemetry.retention import Kept, cut
from bot.telemetry.store import MINUTE
from bot.telemetry.values import Group, Origin, Stream
from bot.telemetry.waiting import Waiting

NOW = 1_000 * MINUTE
DAY = timedelta(days=1)


def group(service, rows):
    return Group(Origin(service, "", ""), lines=[{} for _ in range(rows)])


class TestKept:
    def test_what_is_too_old_goes(self):
        assert cut([(NOW, 10)], NOW, Kept(timedelta(minutes=5), 1_000)) == NOW - 5 * MINUTE

    def test_where_there_is_too_much_the_oldest_goes(self):
        volumes = [(NOW - n * MINUTE, 400) for n in range(10)]
        assert cut(volumes, NOW, Kept(DAY, 1_000)) == NOW - MINUTE

    def test_even_one_minute_may_be_too_much(self):
        assert cut([(NOW, 5_000)], NOW, Kept(DAY, 1_000)) == NOW + MINUTE


class TestWaiting:
    def test_one_loud_service_fills_half(self):
        waiting = Waiting(100)
        assert [waiting.put([group("loud", 10)]) for _ in range(7)] == [True] * 5 + [False] * 2
        assert waiting.put([group("quiet", 10)])

    def test_what_is_larger_than_all_room_is_taken_while_nothing_waits(self):
        waiting = Waiting(100)
        assert waiting.put([group("batch", 500)])
        assert not waiting.put([group("other", 1)])

    def test_a_request_is_taken_whole_or_not_at_all(self):
        waiting = Waiting(100)
        assert waiting.put([group("loud", 50)])
        assert not waiting.put([group("quiet", 5), group("loud", 5)])
        assert waiting.rows == 50

    def test_a_service_that_only_says_that_it_is_there_takes_room_too(self):
        waiting = Waiting(100)
        assert [waiting.put([group("idle", 0)]) for _ in range(60)].count(True) == 50
        assert len(waiting.take(100)) == 50
        assert waiting.rows == 0

    def test_first_in_first_out_and_room_comes_back(self):
        waiting = Waiting(100)
        for service in ("a", "b", "c"):
            waiting.put([group(service, 20)])
        assert [each.origin.service for each in waiting.take(30)] == ["a", "b"]
        assert waiting.rows == 20


class TestCountedFromABeginning:
    """key, start, at, counts."""

    FIRST = Stream(b"k", 0, 10, {(1, False): 5, (2, True): 1})

    def test_the_next_point_tells_what_came_since(self):
        later = Stream(b"k", 0, 20, {(1, False): 8, (2, True): 1, (3, False): 2})
        assert since(self.FIRST, later, 0) == {(1, False): 3, (3, False): 2}

    def test_a_service_that_started_anew_counts_from_nothing(self):
        assert since(self.FIRST, Stream(b"k", 15, 20, {(1, False): 2}), 0) == {(1, False): 2}
        assert since(self.FIRST, Stream(b"k", 0, 20, {(1, False): 2}), 0) == {(1, False): 2}

    def test_a_point_that_came_already_adds_nothing(self):
        assert since(self.FIRST, self.FIRST, 0) == {}

    def test_what_began_long_before_we_listened_is_not_ours_to_count(self):
        assert since(None, self.FIRST, recent=1) == {}
        assert since(None, self.FIRST, recent=0) == self.FIRST.counts
