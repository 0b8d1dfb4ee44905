"""What a confidence is worth in one environment: how often people there found answers like it right. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.values import Standing

ENOUGH, SHARE = 10, 0.9
"""So many judged answers, and so many of them right, before "high" is said. High stands for right at least 9 times in
10 on labelled cases; ten judged with at most one wrong do not prove that of an environment (Wilson: 0.60 to 0.98), but
one in which it holds only every second time gets so far once in a hundred.
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """right: of the `of` answers that were judged."""

    right: int = 0
    of: int = 0

    @property
    def enough(self) -> bool:
        return self.of >= ENOUGH and self.right >= SHARE * self.of


@dataclass(frozen=True, slots=True)
class Record:
    """Of one environment, by how sure the answers were."""

    by: Mapping[Confidence, Tally] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, confidence: Confidence) -> Tally:
        return self.by.get(confidence, Tally())

    @property
    def whole(self) -> Tally:
        return Tally(sum(each.right for each in self.by.values()), sum(each.of for each in self.by.values()))


def standing(confidence: Confidence, record: Record) -> Standing:
    """Beside an answer of that confidence."""
    tally = record.of(confidence)
    return Standing(tally.right, tally.of, confidence is Confidence.HIGH and tally.enough)
