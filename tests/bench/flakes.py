"""Flaky tests found, by simulation from known rates: how many runs it takes, and who is suspected wrongly.

Held against the usual rule, a failure that passed when it was retried. A version is tested five times. Tests that are
steady live through outages, of which one in five is not recognised (and one in four of those strikes few tests), and
through versions that break them. Others broke with a version, for good: some fail each time, some more often than not.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.failures.flaky import History, Try, judged
from tests.bench.figures import Figure, at_most

BROKEN_RATES = (1.0, 0.8, 0.6)
WELL_RUNS, BROKEN_RUNS, BROKEN_TESTS = 100, 40, 200
"""Before a test broke, and after, until somebody mends it; and how many such tests."""

RATES = (0.007, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""The median flaky test fails in 0.7 % of its runs (FlakeFlagger, 2021)."""

TESTS, RUNS, PER_VERSION = 60, 1_500, 5
STEADY, STEADY_RUNS = 300, 500
OUTAGE, UNRECOGNISED, STRIKES_FEW, PASSES_AGAIN, BREAKS = 0.01, 0.2, 0.25, 0.5, 0.01
MANY, FEW = 40, 2
START = datetime(2026, 1, 1, tzinfo=UTC)

Detector = Callable[[list[Try]], bool]


async def measure() -> list[Figure]:
    figures: list[Figure] = []
    for rate in RATES:
        ours, usual = ([_runs_until(rate, seed, each) for seed in range(TESTS)] for each in (_is_flaky, _passed_again))
        figures.append(Figure(f"runs until flaky at {rate:.1%}, p50", ours, "", None, usual, "passed once"))
        share = 100 * sum(each < RUNS for each in ours) / TESTS
        name = f"runs until flaky at {rate:.1%}, p90"
        figures.append(Figure(name, ours, "", None, usual, "passed once", quantile=0.9))
        figures.append(Figure(f"found of those at {rate:.1%} in {RUNS:,} runs", [share], "%"))
    wrongly = [1_000 * sum(_ever(each, seed) for seed in range(STEADY)) / STEADY for each in (_is_flaky, _passed_again)]
    name = f"steady tests of 1,000 called flaky in {STEADY_RUNS} runs"
    figures.append(Figure(name, [wrongly[0]], "", at_most(1, relative=True), [wrongly[1]], "passed once"))
    return [*figures, *(figure for rate in BROKEN_RATES for figure in _of_broken(rate))]


def _of_broken(rate: float) -> list[Figure]:
    histories = [_broken_history(rate, seed) for seed in range(BROKEN_TESTS)]
    wrongly = [
        1_000 * sum(any(map(detects, each)) for each in histories) / BROKEN_TESTS
        for detects in (_is_flaky, _passed_again)
    ]
    until = [next((n for n, told in enumerate(each, start=1) if _is_broken(told)), BROKEN_RUNS) for each in histories]
    name = f"broken tests of 1,000 that fail at {rate:.0%}, called flaky in {BROKEN_RUNS} runs"
    return [
        Figure(name, [wrongly[0]], "", at_most(50), [wrongly[1]], "passed once"),
        Figure(f"runs until broken since at {rate:.0%}, p50", until, ""),
        Figure(f"runs until broken since at {rate:.0%}, p90", until, "", quantile=0.9),
    ]


def _broken_history(rate: float, seed: int) -> list[list[Try]]:
    """What was known after each run since it broke."""
    chance, history, after = random.Random(f"broken {rate} {seed}"), list[Try](), list[list[Try]]()
    for run in range(WELL_RUNS + BROKEN_RUNS):
        history += _attempts(run, lambda run=run: run >= WELL_RUNS and chance.random() < rate)
        if run >= WELL_RUNS:
            after.append(list(history))
    return after


def _is_flaky(history: list[Try]) -> bool:
    return judged(history).history is History.FLAKY


def _is_broken(history: list[Try]) -> bool:
    return judged(history).history is History.BROKEN


def _passed_again(history: list[Try]) -> bool:
    """Failed, and passed when it was tried again at once."""
    return len(history) > 1 and history[-2].failed and not history[-1].failed and history[-2].at == history[-1].at


def _runs_until(rate: float, seed: int, detects: Detector) -> int:
    chance, history = random.Random(f"{rate} {seed}"), list[Try]()
    for run in range(RUNS):
        attempts = _attempts(run, lambda: chance.random() < rate)
        history += attempts
        if attempts[0].failed and detects(history):
            return run + 1
    return RUNS


def _ever(detects: Detector, seed: int) -> bool:
    chance, history, broken = random.Random(seed), list[Try](), False
    for run in range(STEADY_RUNS):
        broken = chance.random() < BREAKS if run % PER_VERSION == 0 else broken
        away = chance.random() < OUTAGE and chance.random() < UNRECOGNISED
        again = broken or (away and chance.random() > PASSES_AGAIN)
        struck = FEW if away and chance.random() < STRIKES_FEW else MANY
        answers = iter([broken or away, again])
        attempts = _attempts(run, lambda answers=answers: next(answers))
        history += [replace(each, struck=struck) for each in attempts]
        if attempts[0].failed and detects(history):
            return True
    return False


def _attempts(run: int, fails: Callable[[], bool]) -> list[Try]:
    return list(_tried(START + run * timedelta(hours=1), f"v{run // PER_VERSION}", fails))


def _tried(at: datetime, code: str, fails: Callable[[], bool]) -> Iterator[Try]:
    """A failure is tried once more."""
    first = fails()
    yield Try(at, code, first)
    if first:
        yield Try(at, code, fails())
