"""How far a run is that repeats what failed, as the case shows it that waits for it. Pure."""

from __future__ import annotations

from datetime import timedelta

from bot.cases.values import Case, Retrying
from bot.suites.values import SuiteRun, retry_id

MINUTE = timedelta(minutes=1)


def how_far(run: SuiteRun) -> Retrying:
    """run: one that repeats another."""
    return Retrying(
        run.by,
        run.number,
        run.attempt,
        len(run.only),
        whole=not (run.only or run.again),
        stage=run.stage.value,
        done=run.live.done,
        failed=run.live.red,
        left=_left(run),
        began=run.started_at is not None,
        since=run.since,
    )


def repeats(case: Case, run: SuiteRun) -> bool:
    """Whether it runs again all that failed in the run in which something of the case was met last, or all of that run,
    however it was asked for. Who has a part run again does so from a case, which says so itself. One thing at a time.
    """
    met = any(not cause.settled and (cause.run or case.last.id) == run.parent for cause in case.causes)
    return met and case.retrying is None and run.id == retry_id(run.parent)


def _left(run: SuiteRun) -> timedelta | None:
    """In whole minutes, as it is shown: what nobody sees is no change of the case."""
    exactly = _exactly(run)
    return None if exactly is None else round(exactly / MINUTE) * MINUTE


def _exactly(run: SuiteRun) -> timedelta | None:
    """As its tests have taken until now; before the first of them, as long as it usually takes."""
    if run.started_at is None or run.seen_at is None:
        return None
    took, done, total = run.seen_at - run.started_at, run.live.done, len(run.only) or run.live.total
    if done and total and took:
        return max(took / done * (total - done), timedelta(0))
    return max(run.expected - took, timedelta(0)) if run.expected else None
