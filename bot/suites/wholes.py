"""Of a run that repeats a part of its suite, the whole run beside it: four tests tell nothing of the others. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.suites.values import SuiteRun, Verdict

LOOKED_BACK = 20
"""Runs among which the whole one is looked for."""


def is_part(run: SuiteRun) -> bool:
    """Whether it repeats what failed, and nothing else."""
    return bool(run.only or run.again)


def whole_of(run: SuiteRun, others: Iterable[SuiteRun]) -> SuiteRun | None:
    """The newest one before it that ran all of that suite there, and could be judged; None where none is known."""
    same = (each for each in others if (each.suite, each.environment) == (run.suite, run.environment))
    known = [each for each in same if each.number < run.number and not is_part(each)]
    judged = [each for each in known if each.verdict in (Verdict.PASSED, Verdict.FAILED)]
    return max(judged, key=lambda each: each.number, default=None)
