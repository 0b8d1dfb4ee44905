"""Where the time goes: in a service, or on the wire to and from it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from bot.diagnosis.signals.calls import Calls, Edge, Operation
from bot.diagnosis.signals.findings import Finding, Layer, grade, quantile, typical
from bot.diagnosis.words.saying import portion

FEWEST = 3
"""Calls in either window, below which nothing is said of an operation."""

OWN_RATIO, OWN_MS = (1.6, 8.0), (2.0, 60.0)
BEYOND = (0.12, 0.5)
"""The share of calls that take longer than nine in ten did: a few slow ones are chance."""

NEARLY_ALL, SERVICES, LEAST_MS = 0.25, 4, 0.1
"""The share of services that may take less than the pace of the others, how many are needed, and the least own time."""

WIRE_MS = (8.0, 120.0)
WIRE_RATIO = 1.0
"""What is added on the wire is at least what was there in health."""


OR_WAITING = 0.6
"""The time of an operation that calls others directly may have been spent on the way to them."""

ON_TIME = 0.8
"""Its answers arrive in time: rather the one that it asks is slow to answer."""


@dataclass(slots=True)
class _Sum:
    expected: float = 0.0
    excess: float = 0.0
    beyond: float = 0.0
    worst: tuple[float, Operation, float, float] = (0.0, ("", ""), 0.0, 0.0)


ENOUGH, LATE, LATE_TIMES = 20, 0.05, 4
"""Calls, and the share of them that is late, also as a multiple of that in health, to speak of losses."""


def own_time(now: Calls, health: Calls) -> dict[str, Finding]:
    """Services that take longer themselves, by key of the service: the time that no call to others explains."""
    pace = _pace(now, health)
    sums: dict[str, _Sum] = defaultdict(_Sum)
    for each in _compared(now, health):
        _add(sums[each.name[0]], each, pace, OR_WAITING if each.name in now.asking else 1.0)
    return {service: found for service, one in sums.items() if (found := _slower(service, one, now))}


@dataclass(frozen=True, slots=True)
class _Both:
    """Milliseconds of its own of each call of an operation, in both windows."""

    name: Operation
    now: Sequence[float]
    health: Sequence[float]


def _compared(now: Calls, health: Calls) -> Iterator[_Both]:
    waits = {caller for caller, _ in now.wire}
    for name, of in now.operations.items():
        known = health.operations.get(name)
        if known is None or name in waits:
            continue
        for ours, theirs in ((of.own, known.own), (of.alone, known.alone)):
            if min(len(ours), len(theirs)) >= FEWEST:
                yield _Both(name, ours, theirs)


def _pace(now: Calls, health: Calls) -> float:
    """How many times as long nearly every service takes, or waits on the wire: then what they share is slow, such as
    their machine, and only who takes longer than that stands out. 1 where too few are known.
    """
    ratios: dict[str, list[float]] = defaultdict(list)
    for each in (*_compared(now, health), *_waited(now, health)):
        ratios[each.name[0]].append(typical(each.now) / max(typical(each.health), LEAST_MS))
    found = sorted(median(each) for each in ratios.values())
    return max(1.0, quantile(found, NEARLY_ALL)) if len(found) >= SERVICES else 1.0


def _waited(now: Calls, health: Calls) -> Iterator[_Both]:
    for pair, gaps in now.wire.items():
        known = health.wire.get(pair, [])
        if min(len(gaps), len(known)) >= FEWEST:
            yield _Both(pair[0], gaps, known)


def _add(one: _Sum, each: _Both, pace: float, sure: float) -> None:
    usual, typically = typical(each.health), typical(each.now)
    excess = len(each.now) * (typically - usual * pace)
    one.expected += len(each.now) * usual * pace
    one.excess += excess
    one.beyond += excess * min(1.0, grade(_beyond(each, pace), *BEYOND)) * sure
    one.worst = max(one.worst, (excess, each.name, usual, typically))


def _beyond(each: _Both, pace: float) -> float:
    """The share of calls that took longer than nine in ten of those in health."""
    limit = quantile(sorted(each.health), 0.9) * pace
    return sum(value > limit for value in each.now) / len(each.now)


def _slower(service: str, one: _Sum, now: Calls) -> Finding | None:
    each = one.excess / max(1, now.served[service])
    ratio = (one.expected + one.excess) / max(one.expected, 1e-3)
    wide = min(1.0, max(0.0, one.beyond / one.excess)) if one.excess > 0 else 0.0
    strength = (grade(ratio, *OWN_RATIO) * grade(each, *OWN_MS)) ** 0.5 * wide
    if strength <= 0:
        return None
    _, name, usual, typically = one.worst
    example = now.operations[name].example
    words = (
        f"takes {each:,.0f} ms longer per call, {ratio:,.3g} times as long as usual; most of it in"
        f" {name[1]}: {usual:,.1f} -> {typically:,.1f} ms"
    )
    return Finding(service, Layer.OWN_TIME, strength, words, (example.item,) if example else ())


@dataclass(slots=True)
class _Wire:
    """excess: by pair of operations, milliseconds that the median grew by."""

    excess: list[tuple[int, float, float, float]] = field(default_factory=list[tuple[int, float, float, float]])

    @property
    def typical(self) -> float:
        """Weighted by calls."""
        total = sum(calls for calls, *_ in self.excess)
        return sum(calls * excess for calls, excess, _, _ in self.excess) / total

    @property
    def slow(self) -> bool:
        return (
            any(excess > max(WIRE_MS[0], WIRE_RATIO * usual) for _, excess, usual, _ in self.excess)
            and self.typical > WIRE_MS[0] / 2
        )


def wire(now: Calls, health: Calls) -> dict[str, Finding]:
    """Services that answer, or reach others, over a slow network: the more of its connections, and the more of all
    slow ones, the likelier it is this end of them.
    """
    edges: dict[Edge, _Wire] = defaultdict(_Wire)
    usually, pace = _usually(health), _pace(now, health)
    for (caller, callee), gaps in now.wire.items():
        known = health.wire.get((caller, callee), [])
        usual = median(known) if len(known) >= FEWEST else usually
        if usual is not None and len(gaps) >= FEWEST:
            typically = max(median(gaps), usual + _lost(gaps, known))
            edges[caller[0], callee[0]].excess.append((len(gaps), typically - usual * pace, usual, typically))
    slow = {edge: one.typical for edge, one in edges.items() if one.slow}
    ends = {end for edge in slow for end in edge}
    return {end: found for end in ends if (found := _end(end, edges, slow, now))}


def _lost(gaps: Sequence[float], known: Sequence[float]) -> float:
    """What a share of the calls takes longer, spread over all of them: lost packets are sent again, much later."""
    if len(known) < ENOUGH or len(gaps) < ENOUGH:
        return 0.0
    limit = 2 * quantile(sorted(known), 0.95) + WIRE_MS[0]
    late = [gap for gap in gaps if gap > limit]
    usual = sum(gap > limit for gap in known) / len(known)
    share = len(late) / len(gaps)
    if len(late) < FEWEST or share < LATE or share < LATE_TIMES * usual:
        return 0.0
    return (share - usual) * (median(late) - median(known))


def _usually(health: Calls) -> float | None:
    """What stands in for connections that were hardly used in health: a long time on the wire, of all others."""
    gaps = sorted(median(each) for each in health.wire.values() if len(each) >= FEWEST)
    return quantile(gaps, 0.9) if gaps else None


def _end(end: str, edges: dict[Edge, _Wire], slow: dict[Edge, float], now: Calls) -> Finding | None:
    """What it sends is late: the answers to all who call it, or what it asks of all that it calls, or both."""
    mine = sorted((edge for edge in edges if end in edge and edge in slow), key=lambda edge: (-slow[edge], edge))
    answers, asks = ([edge for edge in edges if edge[side] == end] for side in (1, 0))
    in_time = ON_TIME if answers and not _share(answers, slow) else 1.0
    of_mine = max(_share(answers, slow), in_time * _share(asks, slow), _share(answers + asks, slow))
    of_all = sum(slow[edge] for edge in mine) / sum(slow.values())
    strength = grade(slow[mine[0]], *WIRE_MS) * of_mine * of_all**0.5
    if strength <= 0:
        return None
    _, _, usual, typically = max(edges[mine[0]].excess, key=lambda each: each[1])
    words = (
        f"{portion(len(mine), len(answers + asks), 'connection')} to and from it {'is' if len(mine) == 1 else 'are'}"
        f" slow: {' to '.join(mine[0])} spends {usual:,.1f} -> {typically:,.1f} ms between caller and called"
    )
    shown = tuple(now.slowest[edge][1].item for edge in mine[:3] if edge in now.slowest)
    return Finding(end, Layer.WIRE, strength, words, shown)


def _share(edges: Sequence[Edge], slow: Container[Edge]) -> float:
    return sum(edge in slow for edge in edges) / len(edges) if edges else 0.0
