"""What stands out on a service, in words and numbers. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median

from bot.diagnosis.evidence import Item


class Layer(StrEnum):
    """Where a finding comes from."""

    ERRORS = "errors"
    OWN_TIME = "own time"
    WIRE = "network"
    CALLS = "calls"
    LOGS = "logs"
    RESOURCES = "resources"
    SATURATION = "saturation"
    SYMPTOMS = "symptoms"
    CHANGE = "change"
    CONTRACT = "contract"


FAILS = frozenset({Layer.ERRORS, Layer.CONTRACT})
"""Calls fail because of it: those of its own, or of who calls it and does not cope with its answers."""


@dataclass(frozen=True, slots=True)
class Finding:
    """strength: 0 at the gate, 1 where there is no doubt, a little more beyond; the same in every case, never relative
    to the other services. evidence: spans, lines, series.
    """

    service: str
    layer: Layer
    strength: float
    words: str
    evidence: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """score: 0 when nothing stands out; 1 is one finding without doubt. findings: the strongest first. shown_by: where
    it is suspected for a change that another service suffers from, that one, as it stands out.
    """

    service: str
    score: float
    findings: tuple[Finding, ...] = ()
    shown_by: Ranked | None = None


MOST, SLOWLY = 1.5, 0.15


def grade(value: float, gate: float, plain: float) -> float:
    """0 up to `gate`, 1 at `plain`, by its logarithm between and beyond; from MOST on it grows slowly."""
    if value <= gate or not value > 0:
        return 0.0
    grown = math.log(value / gate) / math.log(plain / gate)
    return grown if grown <= MOST else MOST + SLOWLY * (min(grown, 10.0) - MOST)


def typical(values: Sequence[float]) -> float:
    """The mean without the lowest tenth and the highest fifth: what slows down many of the calls is seen, what slows
    down a few is not.
    """
    if len(values) < SMALL:
        return median(values)
    ordered = sorted(values)
    kept = ordered[max(1, len(ordered) // 10) : len(ordered) - max(1, len(ordered) // 5)]
    return sum(kept) / len(kept)


SMALL = 5


def quantile(ordered: Sequence[float], share: float) -> float:
    """Of values in order, by linear interpolation."""
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def spread(values: Sequence[float]) -> float:
    """A standard deviation that one outlier in ten does not move: the largest of those that the median deviation, the
    quartiles and the outer tenths tell.
    """
    ordered = sorted(values)
    middle = median(ordered)
    tenth = math.ceil((len(ordered) - 1) / 10)
    return max(
        1.4826 * median(abs(value - middle) for value in ordered),
        (quantile(ordered, 0.75) - quantile(ordered, 0.25)) / 1.349,
        max(0.0, ordered[-1 - tenth] - ordered[tenth]) / 2.563,
    )


UNCONFIRMED = 0.5


def agreed(found: Sequence[dict[str, Finding]]) -> dict[str, Finding]:
    """What stands out against the first reference, less so where it does not stand out against the others.

    A reference of another day differs by more than the fault; the minutes before may hold the fault already.
    """
    first, *others = found or [{}]
    return {
        key: _agreed(one, [each[key].strength if key in each else 0.0 for each in others]) for key, one in first.items()
    }


def _agreed(one: Finding, others: Sequence[float]) -> Finding:
    confirmed = min((one.strength, *others))
    return replace(one, strength=confirmed + (1 - UNCONFIRMED) * (one.strength - confirmed))
