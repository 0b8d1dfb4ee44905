"""What was taken and is not yet written: a bounded queue that one loud service cannot fill. No clock, no I/O."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence

from bot.telemetry.values import Group


class Waiting:
    """First in, first out; at most `most` rows. A group without any, of a service that only says that it is there,
    counts as one: it takes room, too.

    A service may hold as many rows as are free, so that one alone fills half and the next one finds room. Source:
    Choudhury, Hahne, "Dynamic queue length thresholds for shared-memory packet switches", IEEE/ACM ToN 1998.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._groups: deque[Group] = deque()
        self._held: Counter[str] = Counter()

    @property
    def rows(self) -> int:
        return self._held.total()

    def put(self, groups: Sequence[Group]) -> bool:
        """All of them, or none and False. What comes while nothing waits is taken, however large."""
        coming: Counter[str] = Counter()
        for group in groups:
            coming[group.origin.service] += _rows(group)
        free = self._most - self.rows
        if self._groups and any(self._held[service] + rows > free for service, rows in coming.items()):
            return False
        self._groups.extend(groups)
        self._held += coming
        return True

    def take(self, rows: int) -> list[Group]:
        """The oldest, about so many rows."""
        taken: list[Group] = []
        while self._groups and rows > 0:
            group = self._groups.popleft()
            self._held[group.origin.service] -= _rows(group)
            rows -= _rows(group)
            taken.append(group)
        return taken


def _rows(group: Group) -> int:
    return max(group.items, 1)
