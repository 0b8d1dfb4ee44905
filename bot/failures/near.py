"""Whether two fingerprints are of one cause although they are not equal."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator
from itertools import count

from rapidfuzz.distance import Levenshtein

from bot.failures.telling import speaks_for_itself, telling
from bot.failures.values import Fingerprint

NEAR = 0.10
"""Of the longer line's length: so much may be inserted, deleted or exchanged, as in triage of Kubernetes' tests."""

MOST_COMPARED = 64
"""Lines of nearest length that one line is compared with."""

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
        self._buckets: dict[Bucket, list[tuple[int, str, int, int]]] = defaultdict(list)
        self._numbers = count()

    def add(self, known: Fingerprint, owner: int) -> None:
        insort(self._buckets[bucket(known)], (len(known.line), known.line, next(self._numbers), owner))

    def near(self, one: Fingerprint) -> Iterator[tuple[float, int]]:
        """Distance, from 0 to `NEAR`, and owner of each that is near, in no order."""
        entries = self._buckets.get(bucket(one), [])
        start = max(0, bisect_left(entries, (len(one.line), one.line)) - MOST_COMPARED // 2)
        for _length, line, _number, owner in entries[start : start + MOST_COMPARED]:
            apart = Levenshtein.normalized_distance(one.line, line, score_cutoff=NEAR)
            if apart <= NEAR:
                yield apart, owner
