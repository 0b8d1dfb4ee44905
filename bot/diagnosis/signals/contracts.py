"""Errors that somebody else's new version brings: it answers otherwise than those expect who call it. Pure.

Such a service fails nothing itself, and who calls it breaks on its answer. Nobody is suspected for a version alone: the
callers, in the versions that they had, have to fail in the calls in which they ask it, and not in the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.diagnosis.evidence import Span
from bot.diagnosis.signals.findings import Finding, Layer, grade
from bot.diagnosis.signals.flow import ERROR_SHARE, few, in_health, more

SURE = 0.9
"""It may be chance that the caller's own trouble began with that version."""

Key = tuple[str, str]
"""Of a trace, and of a span in it."""


@dataclass(slots=True)
class _Served:
    """Calls of one service: all, and those that failed. example: one that did."""

    calls: int = 0
    failed: int = 0
    example: Span | None = None

    def add(self, call: Span) -> None:
        self.calls += 1
        if call.failed:
            self.failed += 1
            self.example = self.example or call

    @property
    def share(self) -> float:
        return self.failed / self.calls if self.calls else 0.0


@dataclass(slots=True)
class _Asking:
    """What one service serves: calls in which it asks another, and the others."""

    asking: _Served = field(default_factory=_Served)
    others: _Served = field(default_factory=_Served)


def breaks(
    now: Sequence[Span], health: Sequence[Span], changed: Collection[str], enough: Callable[[int], float] = few
) -> dict[str, Finding]:
    """By service, the strongest. changed: services in another version than in health. enough: how much so many failed
    calls tell.
    """
    found: dict[str, Finding] = {}
    before = _tallied(health, changed)
    for (caller, called), calls in sorted(_tallied(now, changed).items()):
        one = _broken(caller, called, calls, before.get((caller, called), _Asking()), enough)
        if one and (called not in found or one.strength > found[called].strength):
            found[called] = one
    return found


def _tallied(spans: Sequence[Span], changed: Collection[str]) -> dict[tuple[str, str], _Asking]:
    """By caller, one that has not changed, and by whom it calls, one that has."""
    known = {(span.trace_id, span.span_id): span for span in spans}
    asked: defaultdict[Key, dict[str, bool]] = defaultdict(dict)
    for span in known.values() if changed else ():
        caller = known.get((span.trace_id, span.parent_id))
        if caller and caller.service != span.service and caller.service not in changed:
            call = _served(caller, known)
            well = asked[call.trace_id, call.span_id]
            well[span.service] = well.get(span.service, True) and not span.failed
    pairs = {(known[key].service, called) for key, of in asked.items() for called in of if called in changed}
    return {pair: _of_pair(*pair, known, asked) for pair in pairs}


def _served(span: Span, known: Mapping[Key, Span]) -> Span:
    """The call from outside, of which that is a step within the service. A circle ends where it began."""
    passed = {span.span_id}
    above = known.get((span.trace_id, span.parent_id))
    while above and above.service == span.service and above.span_id not in passed:
        passed.add(above.span_id)
        span, above = above, known.get((above.trace_id, above.parent_id))
    return span


def _of_pair(caller: str, called: str, known: Mapping[Key, Span], asked: Mapping[Key, Mapping[str, bool]]) -> _Asking:
    """Calls in which the called one failed itself, or which fail with another that is asked, are told by that, and left
    out.
    """
    found = _Asking()
    for key, span in known.items():
        above = known.get((span.trace_id, span.parent_id))
        if span.service == caller and (above is None or above.service != caller):
            well = dict(asked.get(key, {}))
            here = well.pop(called, None)
            if here is not False and not (span.failed and False in well.values()):
                (found.others if here is None else found.asking).add(span)
    return found


def _broken(caller: str, called: str, now: _Asking, health: _Asking, enough: Callable[[int], float]) -> Finding | None:
    """What the other calls fail more often as well is not for this reason."""
    oftener = more(now.asking.share, health.asking.share)
    besides = max(0.0, now.others.share - health.others.share)
    strength = SURE * grade(oftener - besides, *ERROR_SHARE) * enough(now.asking.failed)
    example = now.asking.example
    if strength <= 0 or example is None:
        return None
    words = (
        f"{caller}, which was not changed, fails in {now.asking.failed:,} of its {now.asking.calls:,} calls to"
        f" {called}{in_health(health.asking.failed, health.asking.calls)}"
    )
    return Finding(called, Layer.CONTRACT, strength, words, (example.item,))
