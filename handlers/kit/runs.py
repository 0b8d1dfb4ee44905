"""Runs of suites as lists show them: what repeats a part of a suite, with the whole run beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

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


def which_red(fresh: Sequence[SuiteRun], mine: Collection[str]) -> tuple[str, list[SuiteRun]]:
    """What to ask of red runs of which none is the caller's, and in which order. mine: ids of red ones that were, and
    were retried by others since.
    """
    again = [run for run in fresh if run.origin in mine or run.parent in mine]
    ordered = [*again, *(run for run in fresh if run not in again)]
    if again:
        by = f"#{again[0].number} by <@{again[0].by}>"
        return f"Your run was retried as {by}, which is red too. Retry which one?", ordered
    none = "None of your runs is red. Retry which one?" if fresh else "No run is red: there is nothing to retry."
    return none, ordered
