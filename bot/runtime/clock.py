"""Redis' time, so that all replicas agree on when a lease ends, without asking Redis for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MS = timedelta(milliseconds=1)


class RedisClock:
    """The process' steady clock plus an offset learnt from Redis' answers. Milliseconds; never goes backwards.

    An answer that says `t` was made between sending and receiving, so the offset lies between `t - received` and
    `t - sent`. Only an offset outside these bounds is moved, to the nearer one: a slow answer teaches nothing false.
    """

    def __init__(self, steady: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> None:
        self._steady = steady
        self._offset_ms = (wall() - steady()) * 1000
        self._latest_ms = 0

    def now(self) -> datetime:
        self._latest_ms = max(self._latest_ms, int(self._steady() * 1000 + self._offset_ms))
        return from_ms(self._latest_ms)

    def learn(self, redis_ms: int, *, sent: float, received: float) -> None:
        """Redis said `redis_ms` (unix ms) between the steady seconds `sent` and `received`."""
        lowest, highest = redis_ms - received * 1000, redis_ms + 1 - sent * 1000
        self._offset_ms = min(max(self._offset_ms, lowest), highest)


class WallClock:
    """This machine's own clock: for what the outside stamps with its own, such as Slack's requests."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def from_ms(ms: int) -> datetime:
    """Unix milliseconds as aware UTC, exactly."""
    return EPOCH + ms * MS


def to_ms(moment: datetime) -> int:
    """Aware time as unix milliseconds, rounded down."""
    return (moment - EPOCH) // MS
