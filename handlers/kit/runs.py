"""Runs of suites as lists show them: what repeats a part of a suite, with the whole run beside it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.deps import Deps
from bot.notices.running import RunFacts
from bot.suites.facts import facts
from bot.suites.values import SuiteRun
from bot.suites.wholes import LOOKED_BACK, is_part, whole_of


async def listed(runs: Iterable[SuiteRun], deps: Deps) -> tuple[RunFacts, ...]:
    return tuple([await beside_the_whole(run, deps) for run in runs])


async def beside_the_whole(run: SuiteRun, deps: Deps) -> RunFacts:
    if not (run.over and is_part(run)):
        return facts(run)
    known = await deps.suites.history(run.suite, run.environment, limit=LOOKED_BACK)
    return facts(run, whole=whole_of(run, known))
