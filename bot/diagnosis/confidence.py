"""How sure the ranking is, by absolute margins that were set on labelled cases. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.diagnosis.signals.findings import FAILS, Layer, Ranked


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


HIGH, HIGH_ALONE, CLEAR, MEDIUM = (0.8, 0.45, 1.7), (1.0, 0.6, 2.0), (0.45, 0.2, 1.9), (0.3, 0.1, 1.2)
"""The least score, how far the next service is behind, and by which factor. alone: with one source of evidence.

CLEAR: less stands out, but on nobody else. That is enough where several sources were asked, and for all but symptoms,
which another's fault shows as well.
"""

DIRECT = frozenset({Layer.RESOURCES, Layer.WIRE, Layer.OWN_TIME, *FAILS})
"""What is measured at the service itself, or at its connections. The other layers may tell of another's fault."""

SUPPORT = 0.2

NOTHING = 0.15
"""A score below which nothing stands out: that is no answer."""


def confidence(ranked: Sequence[Ranked], sources: int) -> Confidence:
    """sources: how many of traces, logs and metrics were there in both windows."""
    first = ranked[0].score if ranked else 0.0
    second = ranked[1].score if len(ranked) > 1 else 0.0
    layer = ranked[0].findings[0].layer if first > 0 else None
    if sources > 1 and _clears(HIGH, first, second) and (layer in DIRECT or _supported(ranked[0])):
        return Confidence.HIGH
    if sources > 1 and _clears(CLEAR, first, second) and layer is not Layer.SYMPTOMS:
        return Confidence.HIGH
    if layer in DIRECT and _clears(HIGH_ALONE, first, second):
        return Confidence.HIGH
    doubtful = layer is Layer.SYMPTOMS and sources == 1
    return Confidence.MEDIUM if not doubtful and _clears(MEDIUM, first, second) else Confidence.LOW


def lowered(sure: Confidence) -> Confidence:
    """By one step: somebody who might have said otherwise was not heard."""
    return Confidence.MEDIUM if sure is Confidence.HIGH else Confidence.LOW


def _supported(one: Ranked) -> bool:
    """By a finding of another layer."""
    return any(each.layer is not one.findings[0].layer and each.strength >= SUPPORT for each in one.findings)


def _clears(gate: tuple[float, float, float], first: float, second: float) -> bool:
    least, apart, factor = gate
    return first >= least and first - second >= apart and first >= factor * second
