"""Ports for servers that must be told theirs before they start. Whoever opens its own socket binds port 0 instead."""

import os
import socket
from collections.abc import Iterator
from itertools import count

FIRST, LAST = 20_000, 32_000
"""Above what Signalbox uses by itself, below what Linux takes for outgoing connections: nobody else gets these."""


def _mine() -> range:
    """The share of this worker of pytest-xdist."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    share = (LAST - FIRST) // workers
    return range(FIRST + number * share, FIRST + (number + 1) * share)


def _in_turn() -> Iterator[int]:
    """Each once, then again; two runs on one machine hardly begin at the same."""
    mine = _mine()
    for number in count(os.getpid() * 97):
        yield mine[number % len(mine)]


_numbers = _in_turn()


def free_port(*, followed_by: int = 0) -> int:
    """One that nobody listens on, and that nobody else in this run is told; as are so many after it."""
    for _ in range(len(_mine())):
        first = next(_numbers)
        block = range(first, first + followed_by + 1)
        if block.stop <= _mine().stop and all(map(_is_free, block)):
            for _ in range(followed_by):
                next(_numbers)
            return first
    raise AssertionError(f"no port is free between {FIRST} and {LAST}")


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
