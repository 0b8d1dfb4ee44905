"""What is known of a place when a run of it has ended. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.cases.values import Summary
from bot.catalog.values import Mask
from bot.failures.flaky import Try
from bot.failures.rules import Rules, Says, Subject
from bot.failures.situation import Deployed, Probe
from bot.failures.values import Cause

PASSED, THEN_PASSED = "", "~"


@dataclass(frozen=True, slots=True)
class Known:
    """summaries: of earlier runs, the oldest first, as many as are looked at; earlier: how many there were in all.
    later: of runs that began later and have ended before.

    causes: all that are remembered; seen_in: how many runs met each. deployed: in this environment lately, the oldest
    first. services: the environment's. rules: what people said that holds in this place.
    """

    summaries: tuple[Summary, ...] = ()
    earlier: int = 0
    later: tuple[Summary, ...] = ()
    causes: tuple[Cause, ...] = ()
    seen_in: Mapping[str, int] = field(default_factory=dict[str, int])
    deployed: tuple[Deployed, ...] = ()
    probes: tuple[Probe, ...] = ()
    masks: tuple[Mask, ...] = ()
    services: frozenset[str] = frozenset()
    rules: Rules = field(default_factory=Rules)

    def passed_before(self, test: str) -> Summary | None:
        """The newest run in which it passed at once."""
        return next((each for each in reversed(self.summaries) if each.tests.get(test) == PASSED), None)

    def runs_of(self, tests: Collection[str], cause: str) -> int:
        """In how many earlier runs any of these tests ran, or the cause was met. Of those that are not looked at any
        more nobody knows, so all of them count.
        """
        met = cause in self.seen_in
        others = (each for each in self.summaries if each.tests.keys().isdisjoint(tests))
        return self.earlier - sum(not (met and cause in _causes([each])) for each in others)

    def green_since(self, tests: Sequence[str]) -> bool:
        """Whether a later run has shown that all of them pass."""
        return any(all(each.tests.get(test) == PASSED for test in tests) for each in self.later)

    def tries(self, test: str, cause: str, path: frozenset[str] | None = None) -> tuple[Try, ...]:
        """Of the test, with this very cause; runs in which it failed otherwise are left out. path: what counts as other
        code is another version of one of these; None for any service.
        """
        return tuple(each for summary in self.summaries for each in _tries(summary, test, cause, path))

    def path(self, test: str, cause: str) -> frozenset[str] | None:
        """Where the test went when this cause struck it last and its trace was found."""
        met = (each for each in reversed(self.summaries) if each.tests.get(test, "").removeprefix(THEN_PASSED) == cause)
        return next((each.paths[test] for each in met if test in each.paths), None)


def apart(summaries: Iterable[Summary], rules: Rules) -> tuple[Summary, ...]:
    """As if what people split by its tests had been causes of their own all along. A split by what tests said begins
    with the next run: of earlier ones it is remembered which cause a test met, not in which words.
    """
    if not rules.any(Says.SPLIT):
        return tuple(summaries)
    return tuple(replace(each, tests={**each.tests, **dict(_apart(each, rules))}) for each in summaries)


def seen_in(rows: Mapping[str, int], summaries: Sequence[Summary], told: Sequence[Summary]) -> Mapping[str, int]:
    """How many runs met each cause. rows: as they were counted then; told: the same summaries as `apart` tells them."""
    counted = Counter(rows)
    counted.update(_causes(told))
    counted.subtract(_causes(summaries))
    return {cause: runs for cause, runs in counted.items() if runs > 0}


def code_of(versions: Mapping[str, str], commit: str, parameters: Mapping[str, str]) -> str:
    """Two runs with the same one tested the same thing, as far as that is known."""
    whole = f"{sorted(versions.items())}\n{commit}\n{sorted(parameters.items())}"
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def passed_at(known: Known, test: str) -> datetime | None:
    found = known.passed_before(test)
    return found.at if found else None


def _apart(summary: Summary, rules: Rules) -> Iterator[tuple[str, str]]:
    """Those that are part of another cause by now. Most have passed, and there may be ten thousand."""
    for test, became in [each for each in summary.tests.items() if each[1] != PASSED]:
        cause = became.removeprefix(THEN_PASSED)
        if rule := rules.saying(Says.SPLIT, Subject(cause, test=test)):
            yield test, became.removesuffix(cause) + rule.into


def _causes(summaries: Iterable[Summary]) -> Counter[str]:
    """In how many of them each was met."""
    met = ({became.removeprefix(THEN_PASSED) for became in each.tests.values()} for each in summaries)
    return Counter(cause for causes in met for cause in causes if cause != PASSED)


def _code(summary: Summary, path: frozenset[str] | None) -> str:
    if path is None or not summary.versions:
        return summary.code
    passed = {name: version for name, version in summary.versions.items() if name in path}
    return code_of(passed, summary.commit, summary.parameters)


def _tries(summary: Summary, test: str, cause: str, path: frozenset[str] | None) -> Iterator[Try]:
    became = summary.tests.get(test)
    if became is None or became.removeprefix(THEN_PASSED) not in {PASSED, cause}:
        return
    code = _code(summary, path)
    if became != PASSED:
        yield Try(summary.at, code, failed=True, struck=_struck(summary, cause))
    if became == PASSED or became.startswith(THEN_PASSED):
        yield Try(summary.at, code, failed=False)


def _struck(summary: Summary, cause: str) -> int:
    return Counter(each.removeprefix(THEN_PASSED) for each in summary.tests.values())[cause]
