"""How well groups agree with what people say belongs together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import comb, log


@dataclass(frozen=True, slots=True)
class Score:
    """precision, recall, f1: of the pairs that were put together. homogeneity, completeness: 1 when every group has one
    cause, and every cause one group (Rosenberg and Hirschberg, V-measure, 2007). n: how many were grouped.
    """

    n: int
    groups: int
    causes: int
    precision: float
    recall: float
    f1: float
    homogeneity: float
    completeness: float


def score(found: Sequence[Hashable], meant: Sequence[Hashable]) -> Score:
    """found: the group of each; meant: its true cause. Where there is no pair to be wrong about, all is right."""
    both = Counter(zip(found, meant, strict=True))
    groups, causes = Counter(found), Counter(meant)
    right = _pairs(both)
    precision, recall = _share(right, _pairs(groups)), _share(right, _pairs(causes))
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Score(
        len(found),
        len(groups),
        len(causes),
        precision,
        recall,
        f1,
        _explained({(cause, group): n for (group, cause), n in both.items()}, groups, causes),
        _explained(both, causes, groups),
    )


def _pairs(counts: Counter[Hashable] | Counter[tuple[Hashable, Hashable]]) -> int:
    return sum(comb(count, 2) for count in counts.values())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _explained(both: dict[tuple[Hashable, Hashable], int], given: Counter[Hashable], of: Counter[Hashable]) -> float:
    """1 - H(of | given) / H(of); the keys of `both` are (of, given)."""
    total = sum(of.values())
    entropy = -sum(n / total * log(n / total) for n in of.values())
    left = -sum(n / total * log(n / given[key[1]]) for key, n in both.items())
    return 1 - left / entropy if entropy else 1.0
