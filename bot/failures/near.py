"""Whether two fingerprints are of one cause although they are not equal."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from bot.failures.telling import speaks_for_itself, telling, weight
from bot.failures.values import Fingerprint

NEAR = 0.10
"""Of the longer line's length: so much may be inserted, deleted or exchanged, as in triage of Kubernetes' tests."""

MOST_COMPARED = 64
"""Lines of nearest length that one line is compared with."""

WRAPPED = 0.6
"""So much of a line is at least what was wrapped, where another line is the same with words before it."""

ENOUGH_WRAPPED = 3
"""Weight from which what was wrapped says by itself what went wrong."""

Bucket = tuple[int, str, frozenset[str], str]


def bucket(known: Fingerprint) -> Bucket:
    """Only fingerprints of one bucket can be near: a long text around it doesn't wear off what tells causes apart.

    The project's code fails where it is broken. A test fails wherever it looks, so there the place counts only when the
    words do not speak for themselves.
    """
    portable = known.in_test and speaks_for_itself(known.error_class, known.line)
    return known.version, known.error_class, telling(known.line), "" if portable else known.place


class Index:
    """Finds near fingerprints among many, in time that does not grow with them."""

    def __init__(self) -> None:
        self._buckets: dict[Bucket, _Lines] = defaultdict(_Lines)

    def add(self, known: Fingerprint, owner: int) -> None:
        self._buckets[bucket(known)].add(known.line, owner)

    def near(self, one: Fingerprint) -> Iterator[tuple[float, int]]:
        """Distance, from 0 to `NEAR`, and owner of each that is near, in no order."""
        found = self._buckets.get(bucket(one))
        return found.near(one.line) if found else iter(())


class _Lines:
    """Of one bucket. Shorter and longer lines stand apart: they are compared with those of their own length."""

    def __init__(self) -> None:
        self._keys: list[tuple[int, str]] = []
        self._lines: list[str] = []
        self._owners: list[int] = []
        self._wrapped: dict[str, list[int]] = defaultdict(list)

    def add(self, line: str, owner: int) -> None:
        at = bisect_right(self._keys, (len(line), line))
        self._keys.insert(at, (len(line), line))
        self._lines.insert(at, line)
        self._owners.insert(at, owner)
        for part in _wrapped(line):
            self._wrapped[part].append(owner)

    def near(self, line: str) -> Iterator[tuple[float, int]]:
        start = max(0, bisect_left(self._keys, (len(line), line)) - MOST_COMPARED // 2)
        compared = self._lines[start : start + MOST_COMPARED]
        most = int(NEAR * max(map(len, (line, *compared))))
        found = process.extract(line, compared, scorer=Levenshtein.distance, score_cutoff=most, limit=MOST_COMPARED)
        for other, marks, at in found:
            apart = marks / max(len(line), len(other), 1)
            if apart <= NEAR:
                yield apart, self._owners[start + at]
        for part in _wrapped(line):
            for owner in self._wrapped.get(part, ()):
                yield NEAR, owner


def _wrapped(line: str) -> Iterator[str]:
    """The line, and what is left of `failed to start: port 80 is taken` without the words of whoever caught it, if that
    is most of it and says by itself what went wrong.
    """
    yield line
    end = line.find(": ")
    while end >= 0 and len(line) - end - 2 >= WRAPPED * len(line):
        if weight(line[end + 2 :]) >= ENOUGH_WRAPPED:
            yield line[end + 2 :]
        end = line.find(": ", end + 1)
