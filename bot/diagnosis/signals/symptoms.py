"""What whoever calls a service sees of it: how many of its calls fail, and how long they take. Pure.

That is unusual of a service wherever it begins: its own findings tell what begins in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.diagnosis.evidence import Item, Span
from bot.diagnosis.signals.findings import FAILS, Layer, grade, typical
from bot.diagnosis.signals.flow import ERROR_SHARE, few, more
from bot.diagnosis.signals.timing import FEWEST, OWN_MS, OWN_RATIO
from bot.diagnosis.words.saying import called, number

SHOWN = 3

SLOW = frozenset({Layer.OWN_TIME, Layer.WIRE, Layer.RESOURCES, Layer.SATURATION})
"""What a service shows in which it begins that calls take long."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """strength: as of a finding. words: about the service by its name. begins: layers that tell whose it is. own: it is
    a finding of the service, and so a reason by itself where it begins there.
    """

    words: str
    strength: float
    evidence: tuple[Item, ...]
    begins: frozenset[Layer]
    own: bool = False


def served(spans: Sequence[Span], service: str) -> list[Span]:
    """Calls of it that came from outside it."""
    of = {(span.trace_id, span.span_id): span.service for span in spans}
    mine = (span for span in spans if span.service == service)
    return [span for span in mine if of.get((span.trace_id, span.parent_id)) != service]


def symptoms(service: str, now: Sequence[Span], health: Sequence[Span]) -> list[Symptom]:
    """The strongest first. now, health: its calls."""
    found = (_failing(service, now, health), _slower(service, now, health))
    return sorted((one for one in found if one and one.strength > 0), key=lambda one: -one.strength)


def _failing(service: str, now: Sequence[Span], health: Sequence[Span]) -> Symptom | None:
    failed, usual = [span for span in now if span.failed], sum(span.failed for span in health)
    if not failed:
        return None
    share = more(len(failed) / len(now), usual / max(1, len(health)))
    before = f", in health {usual or 'none'} of {len(health):,}" if health else ""
    words = f"{len(failed):,} of {len(now):,} calls to {called(service)} fail{before}"
    shown = tuple(span.item for span in failed[:SHOWN])
    return Symptom(words, grade(share, *ERROR_SHARE) * few(len(failed)), shown, FAILS)


def _slower(service: str, now: Sequence[Span], health: Sequence[Span]) -> Symptom | None:
    """Of operations that were called in health as well, so that other calls are not taken for slower ones."""
    ours, theirs = _lasting(now), _lasting(health)
    known = [name for name in ours if min(len(ours[name]), len(theirs.get(name, ()))) >= FEWEST]
    calls = sum(len(ours[name]) for name in known)
    if not calls:
        return None
    took, usual = (sum(len(ours[name]) * typical(of[name]) for name in known) / calls for of in (ours, theirs))
    ratio = grade(took / max(usual, 1e-3), *OWN_RATIO)
    words = f"calls to {called(service)} take {number(took)} ms, in health {number(usual)} ms"
    slowest = sorted((span for span in now if span.operation in known), key=lambda span: -span.duration)
    shown = tuple(span.item for span in slowest[:SHOWN])
    return Symptom(words, (ratio * grade(took - usual, *OWN_MS)) ** 0.5, shown, SLOW)


def _lasting(spans: Sequence[Span]) -> Mapping[str, list[float]]:
    """Milliseconds by operation."""
    found: dict[str, list[float]] = defaultdict(list)
    for span in spans:
        found[span.operation].append(span.duration)
    return found
