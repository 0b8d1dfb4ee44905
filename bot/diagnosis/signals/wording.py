"""What logs begin to say, say more often, or no longer. Pure.

Lines are counted by template per call that the service served, since more traffic makes more lines; where no calls are
known, per second.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.diagnosis.evidence import Line, Observed
from bot.diagnosis.signals.calls import Calls
from bot.diagnosis.signals.findings import Finding, Layer, grade
from bot.diagnosis.signals.rows import READ, told, unfolded
from bot.diagnosis.signals.trouble import is_trouble, naming
from bot.diagnosis.words.saying import times

LONGEST = 160
FEWEST = 3
CERTAIN = (2.0, 5.0)
TOLD, TROUBLE = (0.15, 1.0), (0.01, 0.3)
"""By how many lines per call (per second) a template changes: of any line, and of one that tells of trouble."""

RATIO = (1.8, 9.0)
"""What is said of some data and not of others comes and goes with the data; what is always said does not."""

PASSED_ON = 0.5
"""What a line counts that names another service."""

SAID_BY_OTHERS = 0.6
"""What it counts for the one that it names."""
NEW, OF_ALL = 0.5, (0.1, 0.6)
"""What trouble counts that was never told before, by its share of what the service says: some say little."""

_VARIABLE = re.compile(r"\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'|\S*\d\S*|\b[0-9a-f]{8,}\b", re.IGNORECASE)
_TOLD_IN_JSON = re.compile(
    r"\"(?:message|msg|error|err|exception|event|log|reason)\" ?: ?\"((?:[^\"\\]|\\.){1,4000})", re.IGNORECASE
)
_SPACE = re.compile(r"\s+")


Key = tuple[str, str]
"""Service and template."""

Context = tuple[str, tuple[str, ...]]
"""A service, and what was asked of it within one trace; nothing where that is not known."""


@dataclass(slots=True)
class Said:
    """counts: lines by template and context. shown: the first of each template. times: how often each context was
    there; seconds for the one that is not known. scale: lines that one of the sample stands for.
    """

    counts: dict[Key, dict[Context, int]] = field(default_factory=dict[Key, dict[Context, int]])
    shown: dict[Key, Line] = field(default_factory=dict[Key, Line])
    times: dict[Context, float] = field(default_factory=lambda: defaultdict[Context, float](float))
    seconds: float = 0.0
    scale: float = 1.0

    def exposure(self, context: Context) -> float:
        return self.times.get(context, 0.0) if context[1] else self.seconds


def template(message: str) -> str:
    """One row without what differs: numbers, what has digits, what stands in quotes. Of JSON what it says."""
    first = told(message)
    if first.startswith("{"):
        parts = (told(unfolded(each))[:200] for each in _TOLD_IN_JSON.findall(message[:READ]))
        first = "; ".join(parts) or first.replace('"', " ")
    return _SPACE.sub(" ", _VARIABLE.sub("<>", first))[:LONGEST].strip()


def said(of: Observed, calls: Calls) -> Said:
    found = Said(seconds=of.window.seconds, scale=max(1.0, of.lines_seen / len(of.lines)) if of.lines else 1.0)
    contexts: dict[tuple[str, str], Context] = {}
    for (trace, service), asked in calls.asked.items():
        context = (service, tuple(sorted(asked)))
        contexts[trace, service] = context
        found.times[context] += 1
    known: dict[str, str] = {}
    for line in of.lines:
        if line.message not in known:
            known[line.message] = template(line.message)
        key = (line.service, known[line.message])
        context = contexts.get((line.trace_id, line.service), (line.service, ()))
        counted = found.counts.setdefault(key, {})
        counted[context] = counted.get(context, 0) + 1
        if key not in found.shown:
            found.shown[key] = line
    return found


def shifts(now: Said, health: Said, names: Sequence[str], *, traced: bool = False) -> dict[str, Finding]:
    """The strongest of each service. A line that names another service tells of that one, and counts less.

    traced: requests are seen as well, which show better than what others say whether a service is at fault.
    """
    comparable, named = _comparable(now, health), naming(names)
    found, told = dict[str, Finding](), dict[str, dict[str, Finding]]()
    for key in now.counts.keys() | health.counts.keys():
        one = _shift(key, now, health, comparable[key[0]])
        if one is None:
            continue
        line = now.shown.get(key) or health.shown[key]
        others = [name for name in named.findall(line.message[: 4 * LONGEST]) if name != key[0]]
        if others:
            if key in now.counts and is_trouble(line):
                _keep(told.setdefault(key[0], {}), others[-1], one)
            one = replace(one, strength=one.strength * PASSED_ON)
        _keep(found, key[0], one)
    for accused, one in () if traced else _accused(told):
        _keep(found, accused, one)
    return found


def _keep(found: dict[str, Finding], key: str, one: Finding) -> None:
    if key not in found or _rank(one) > _rank(found[key]):
        found[key] = one


def accusations(of: Said, names: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Services and those that they have trouble with, by what they log: the edges of a graph of calls."""
    named = naming(names)
    bad = ((key[0], line) for key, line in of.shown.items() if is_trouble(line))
    found = ((service, name) for service, line in bad for name in named.findall(line.message[: 4 * LONGEST])[-1:])
    return frozenset((service, name) for service, name in found if service != name)


def _accused(told: Mapping[str, Mapping[str, Finding]]) -> Iterator[tuple[str, Finding]]:
    """Services that others have trouble with, and that have no such trouble with others themselves: one that is down
    says nothing.
    """
    for service in sorted(told):
        for accused, one in sorted(told[service].items()):
            if accused not in told:
                words = f"{service} {one.words}"
                yield accused, replace(one, service=accused, words=words, strength=one.strength * SAID_BY_OTHERS)


@dataclass(frozen=True, slots=True)
class _Comparable:
    """Contexts of one service that were there in both windows. here, there: how often, or for how many seconds.

    lines: all that it says now.
    """

    contexts: frozenset[Context]
    here: float
    there: float
    unit: str
    lines: int = 0


def _comparable(now: Said, health: Said) -> dict[str, _Comparable]:
    """Lines whose context is unknown are compared by time, if there are no others of the service."""
    seen: dict[str, set[Context]] = defaultdict(set)
    for said_then in (now, health):
        for counted in said_then.counts.values():
            for context in counted:
                seen[context[0]].add(context)
    return {service: _of_service(service, contexts, now, health) for service, contexts in seen.items()}


def _of_service(service: str, seen: set[Context], now: Said, health: Said) -> _Comparable:
    known = frozenset(each for each in seen if each[1] and now.times.get(each) and health.times.get(each))
    if not known:
        lines = sum(sum(counted.values()) for key, counted in now.counts.items() if key[0] == service)
        return _Comparable(frozenset({(service, ())}), now.seconds, health.seconds, "second", lines)
    here, there = (sum(of.times[each] for each in sorted(known)) for of in (now, health))
    return _Comparable(known, here, there, "call")


def _rank(one: Finding) -> tuple[float, str]:
    return one.strength, one.words


def _shift(key: Key, now: Said, health: Said, of: _Comparable) -> Finding | None:
    """What was said, and what would have been by what was asked: both per call, or per second."""
    ours = {each: count for each, count in now.counts.get(key, {}).items() if each in of.contexts}
    theirs = {each: count for each, count in health.counts.get(key, {}).items() if each in of.contexts}
    count, before = sum(ours.values()), sum(theirs.values())
    if of.here <= 0 or of.there <= 0 or max(count, before) < FEWEST:
        return None
    expected = sum(n / health.exposure(each) * now.exposure(each) for each, n in sorted(theirs.items())) * health.scale
    rate, usual = count * now.scale / of.here, expected / of.here
    line = now.shown.get(key) or health.shown[key]
    sure = max(_apart(rate, usual, now.scale / of.here, health.scale / of.there), _yes_or_no(count, before, of))
    strength = min(1.0, grade(sure, *CERTAIN)) ** 0.5 * _size(rate, usual, bad=is_trouble(line))
    if not before and of.lines and is_trouble(line):
        strength = max(strength, NEW * grade(count / of.lines, *OF_ALL))
    if strength <= 0:
        return None
    words = _more_or_less(key[1], usual, rate, of.unit)
    return Finding(key[0], Layer.LOGS, strength, words, (line.item,))


def _more_or_less(text: str, usual: float, rate: float, unit: str) -> str:
    if rate <= 0:
        return f"no longer logs '{text}' ({times(usual)} per {unit} in health)"
    return f"logs '{text}' {times(rate)} per {unit}, {times(usual) if usual > 0 else 'never'} in health"


def _apart(rate: float, usual: float, one: float, other: float) -> float:
    """Standard errors between two rates of lines. one, other: the rate that a single line makes."""
    return abs(rate - usual) / math.sqrt(max(rate, one) * one + max(usual, other) * other)


def _yes_or_no(count: int, before: int, of: _Comparable) -> float:
    """The same where all calls say it and none did, or the other way round, which few calls settle: the root of the
    likelihood ratio of the two shares. What some calls say depends on their data, and is no coin that is thrown.
    """
    if of.unit != "call" or sorted((count / of.here, before / of.there)) != [0.0, 1.0]:
        return 0.0
    whole = of.here + of.there
    return math.sqrt(2 * (of.here * math.log(whole / of.here) + of.there * math.log(whole / of.there)))


def _size(rate: float, usual: float, *, bad: bool) -> float:
    """Trouble that ceased is no fault."""
    ratio = min(1.0, grade((max(rate, usual) + 0.01) / (min(rate, usual) + 0.01), *RATIO))
    if bad:
        return ratio * grade(rate - usual, *TROUBLE)
    return ratio * grade(abs(rate - usual) / max(1.0, rate, usual), *TOLD)
