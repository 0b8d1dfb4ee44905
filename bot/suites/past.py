"""Runs that a provider had before the suite was known here: which of them are read, and how far that is."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from statistics import median

from bot.catalog import Catalog, Suite
from bot.ports.pipelines import RunSeen, RunStatus
from bot.suites.report import Report
from bot.suites.values import Stage, SuiteRun, Verdict
from bot.suites.verdict import verdict_of

BYTES = 500_000_000
"""Of files that are read of one suite's past at most."""

LENGTHS = 12
BEFORE_ALL = 100_000_000
"""Minutes since 1970 until the year 2160: a run of the past has a number below zero, and so comes before all others."""

NOWHERE = "do not say in which environment they ran"
CANCELLED, BROKE, NO_REPORT = "were cancelled", "were killed, or broke", "left no report"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Backfill:
    """Of one suite, from one place of its provider.

    source: provider, repository, pipeline and branch; another one has another past. since: nothing older is read.
    found: as many runs were listed. waiting: those that are still to be read, the newest first. kept: those of which it
    is remembered what became of their tests. passed_over: how many say nothing, by why. bytes: of files that were read.
    lengths: seconds that the newest of them took. next_at: not before. ended_at: once nothing is left to read. why:
    what keeps it from going on.
    """

    suite: str
    source: str
    since: datetime
    found: int = 0
    waiting: tuple[RunSeen, ...] = ()
    kept: int = 0
    passed_over: Mapping[str, int] = field(default_factory=dict[str, int])
    bytes: int = 0
    lengths: tuple[int, ...] = ()
    next_at: datetime | None = None
    ended_at: datetime | None = None
    why: str = ""
    revision: int = 0

    @property
    def over(self) -> bool:
        return self.ended_at is not None

    @property
    def usual(self) -> timedelta | None:
        return timedelta(seconds=median(self.lengths)) if self.lengths else None


def source_of(suite: Suite) -> str:
    return f"{suite.provider} {suite.repository} {suite.pipeline} {suite.branch}"


def listed(known: Backfill, runs: tuple[RunSeen, ...], now: datetime) -> Backfill:
    ended_at = None if runs else now
    return replace(known, found=len(runs), waiting=runs, next_at=None, ended_at=ended_at, why="")


def kept(known: Backfill, run: SuiteRun, size: int, now: datetime) -> Backfill:
    """The newest of those that wait is remembered."""
    lengths = known.lengths
    if run.started_at and run.ended_at and len(lengths) < LENGTHS:
        lengths = (*lengths, round((run.ended_at - run.started_at).total_seconds()))
    return _next(replace(known, kept=known.kept + 1, bytes=known.bytes + size, lengths=lengths), now)


def passed_over(known: Backfill, why: str, size: int, now: datetime) -> Backfill:
    """The newest of those that wait says nothing."""
    counted = {**known.passed_over, why: known.passed_over.get(why, 0) + 1}
    return _next(replace(known, passed_over=counted, bytes=known.bytes + size), now)


def put_off(known: Backfill, until: datetime, why: str) -> Backfill:
    return replace(known, next_at=until, why=why)


def _next(known: Backfill, now: datetime) -> Backfill:
    """What is too much is left where it is: the newest runs tell most."""
    left = known.waiting[1:]
    if left and known.bytes >= BYTES:
        return replace(known, waiting=(), ended_at=now, why=f"more than {BYTES // 1_000_000} MB were not read")
    return replace(known, waiting=left, next_at=None, why="", ended_at=None if left else now)


def environment_of(past: RunSeen, suite: Suite, catalog: Catalog) -> str:
    """Where it ran: in the only one that there is for the suite, or the only one that it speaks of; empty else."""
    names = suite.environments or tuple(each.name for each in catalog.environments.values())
    said = {word.casefold() for word in (*past.title.split(), *(past.variables or {}).values())}
    spoken = [name for name in names if name.casefold() in said]
    found = names if len(names) == 1 else spoken
    return found[0] if len(found) == 1 else ""


def past_run(past: RunSeen, suite: Suite, environment: str, report: Report) -> SuiteRun:
    """As if it had been followed. Against what nobody knows, so no two of these count as the same code."""
    status, id = past.status, past_id(past.status)
    verdict, why = verdict_of(report, status.state)
    began = status.started_at or status.finished_at or _NEVER
    return SuiteRun(
        id,
        round(began.timestamp() / 60) - BEFORE_ALL,
        suite.name,
        environment,
        "system",
        began,
        stage=Stage.OVER,
        verdict=verdict,
        why=why,
        commit=status.commit,
        parameters={"unknown": id},
        run=status.run,
        counts=report.counts,
        started_at=status.started_at,
        ended_as=status.state,
        ended_at=status.finished_at or began,
    )


def says_nothing(run: SuiteRun) -> str:
    """Why nothing can be learned from it; empty where something can."""
    if run.verdict is Verdict.CANCELLED:
        return CANCELLED
    if run.verdict in (Verdict.PASSED, Verdict.FAILED):
        return ""
    return BROKE if run.counts and run.counts.total else NO_REPORT


def past_id(status: RunStatus) -> str:
    """`P` and 8 characters of base32."""
    pipeline = status.run.pipeline
    parts = ("past", pipeline.provider, pipeline.repository, status.run.id, str(status.attempt))
    digest = hashlib.sha256("\n".join(parts).encode()).digest()
    return "P" + base64.b32encode(digest)[:8].decode()
