"""How sure the ranking is, by absolute margins that were set on labelled cases. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.diagnosis.findings import Layer, Ranked


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


HIGH = (0.8, 0.45, 1.7)
MEDIUM = (0.3, 0.1, 1.2)
"""The least score, how far the next service is behind, and by which factor."""

NOTHING = 0.15
"""A score below which nothing stands out: that is no answer."""


def confidence(ranked: Sequence[Ranked], sources: int) -> Confidence:
    """sources: how many of traces, logs and metrics were there in both windows; one alone is not enough to be sure."""
    first = ranked[0].score if ranked else 0.0
    second = ranked[1].score if len(ranked) > 1 else 0.0
    if _clears(HIGH, first, second) and sources > 1:
        return Confidence.HIGH
    if sources < 2 and first > 0 and ranked[0].findings[0].layer is Layer.SYMPTOMS:  # noqa: PLR2004 - a pair
        return Confidence.LOW
    return Confidence.MEDIUM if _clears(MEDIUM, first, second) else Confidence.LOW


def _clears(gate: tuple[float, float, float], first: float, second: float) -> bool:
    least, apart, factor = gate
    return first >= least and first - second >= apart and first >= factor * second
