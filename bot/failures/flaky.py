"""Flaky or broken: what the history of one test with one fingerprint says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate, groupby
from math import lgamma, log, sqrt

FAILS, PASSES = 0.3, 0.5
"""Shape of the prior of a test's failure rate: most tests nearly always pass, or nearly always fail. These and
CHANGE are those of LUCI's change point analysis."""

CHANGE = 1e-4
"""How likely a change of the rate is, before anything was seen."""

EPISODES = 2
"""So often it must have failed and passed without any change; once may be anything."""

WIDE = 5
"""Tests that one cause struck in one run, from which it is the run's matter and says nothing of a single test."""

BROKEN = 0.5
"""Share of failures since a change from which it is broken rather than flaky: it fails more often than it passes."""

SURE = 1.96
"""Standard deviations of a rate that may be less than it seems: 95 % on both sides."""

_PRIOR = lgamma(FAILS + PASSES) - lgamma(FAILS) - lgamma(PASSES)


class History(StrEnum):
    """STEADY: it has hardly failed. BROKEN: since a change it fails. FLAKY: it fails and passes, nothing else changing.
    UNCLEAR: it has failed, too seldom to say why.
    """

    STEADY = "steady"
    BROKEN = "broken"
    FLAKY = "flaky"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt of the test. code: stands for the versions on its path, the suite's commit, flags and data.

    failed: with the fingerprint in question; attempts that failed otherwise are left out of a history.
    struck: how many tests of that run failed of the same cause, this one included.
    """

    at: datetime
    code: str
    failed: bool
    struck: int = 1


@dataclass(frozen=True, slots=True)
class Flakiness:
    """failures, tries: since the last change of the rate, or ever. episodes: how often it failed and passed on the same
    code, without many others. since: when that change was seen first; None when there was none.
    """

    history: History
    failures: int
    tries: int
    episodes: int
    since: datetime | None = None

    @property
    def rate(self) -> float:
        """The mean that is to be expected, the prior included; from 0 to 1."""
        return (self.failures + FAILS) / (self.tries + FAILS + PASSES)


def judged(tries: Sequence[Try]) -> Flakiness:
    """tries: of one test and one fingerprint, in the order of time; all attempts, those that were retries as well."""
    changes = change_points(tries)
    start = changes[-1] if changes else 0
    stretch = tries[start:]
    episodes = _episodes([each for each in stretch if each.struck < WIDE])
    since = stretch[0].at if changes else None
    history = _history(stretch, episodes, changed=bool(changes))
    return Flakiness(history, _failures(stretch), len(stretch), episodes, since)


def change_points(tries: Sequence[Try]) -> tuple[int, ...]:
    """Where its failure rate changed, ascending; only where the code changed too.

    The likelihood of two rates, one before and one after, is held against that of one rate throughout: Beta-binomial,
    so that no rate has to be guessed.
    """
    best = max(_gains(tries), default=None)
    if best is None or best[0] + log(CHANGE) <= 0:
        return ()
    at = best[1]
    return (*change_points(tries[:at]), at, *(at + later for later in change_points(tries[at:])))


def _history(stretch: Sequence[Try], episodes: int, *, changed: bool) -> History:
    """What broke just now may pass now and then: it is not flaky while it may fail as often as not since a change,
    even where the change itself is not sure yet.
    """
    if not _failures(stretch):
        return History.STEADY
    if changed and _failures(stretch) >= BROKEN * len(stretch):
        return History.BROKEN
    recent = (stretch if changed else (), _since_likely_change(stretch))
    may_be_broken = any(_failures(part) and _rate_at_most(part) >= BROKEN for part in recent)
    return History.FLAKY if episodes >= EPISODES and not may_be_broken else History.UNCLEAR


def _failures(tries: Sequence[Try]) -> int:
    return sum(each.failed for each in tries)


def _since_likely_change(tries: Sequence[Try]) -> Sequence[Try]:
    """Since one that is likelier than none, wherever it might have been."""
    gains = list(_gains(tries))
    gain, at = max(gains, default=(0.0, 0))
    return tries[at:] if gains and gain > log(len(gains)) else ()


def _rate_at_most(tries: Sequence[Try]) -> float:
    """The upper end of Wilson's interval (E. B. Wilson, "Probable inference", 1927)."""
    n, rate, square = len(tries), _failures(tries) / len(tries), SURE * SURE
    return (rate + square / (2 * n) + SURE * sqrt(rate * (1 - rate) / n + square / (4 * n * n))) / (1 + square / n)


def _code_changes(tries: Sequence[Try]) -> Iterator[int]:
    return (at for at in range(1, len(tries)) if tries[at - 1].code != tries[at].code)


def _gains(tries: Sequence[Try]) -> Iterator[tuple[float, int]]:
    """How much likelier two rates are, for each place where the code changed."""
    failed = [0, *accumulate(each.failed for each in tries)]
    one = _likelihood(failed[-1], len(tries))
    for at in _code_changes(tries):
        before, after = failed[at], failed[-1] - failed[at]
        yield _likelihood(before, at) + _likelihood(after, len(tries) - at) - one, at


def _likelihood(failures: int, tries: int) -> float:
    """Its logarithm, over all rates."""
    return _PRIOR + lgamma(failures + FAILS) + lgamma(tries - failures + PASSES) - lgamma(tries + FAILS + PASSES)


def _episodes(tries: Sequence[Try]) -> int:
    """Stretches of failures with a pass on the same code before or after them."""
    return sum(_episodes_on_one(list(part)) for _code, part in groupby(tries, key=lambda each: each.code))


def _episodes_on_one(tries: list[Try]) -> int:
    stretches = [failed for failed, _part in groupby(tries, key=lambda each: each.failed)]
    return sum(stretches) if len(stretches) > 1 else 0
