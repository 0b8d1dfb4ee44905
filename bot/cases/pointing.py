"""Parts of a question, from what is known of runs, cases and deployments."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from bot.cases import calm, windows
from bot.cases.journal import Did
from bot.cases.tracing import trace_of
from bot.cases.values import Case, Struck, test_key
from bot.deployments.values import Deployment as Deployed
from bot.diagnosis.asking import About, Failing, Reference, Remembered
from bot.diagnosis.evidence import Commit, Deployment, Window
from bot.diagnosis.signals.calm import Trouble
from bot.diagnosis.sources.bringing import brought_by
from bot.redaction import redact
from bot.suites.report import Report

FAILING, LINE = 50, 300
"""Tests of one question, and characters of what each says."""

CLOSE = 120.0
"""Seconds before a fault within which a deployment may have begun it: they are no health."""

COMMITS = 50
"""Of one deployment."""


def question_id(about: About, *parts: str) -> str:
    """`Q` and 8 characters of base32."""
    digest = hashlib.sha256("\n".join((about.value, *parts)).encode(errors="surrogatepass")).digest()
    return "Q" + base64.b32encode(digest)[:8].decode()


def failing(report: Report, cause: Struck | None = None) -> tuple[Failing, ...]:
    """Of that cause, or all of them; those with a trace before others, since more can be said of them."""
    keys = frozenset(cause.tests) if cause else None
    red = [case for case in report.red if keys is None or test_key(case.id) in keys]
    ordered = sorted(red, key=lambda case: not trace_of(case))
    return tuple(
        Failing(redact(case.name), redact(case.message.strip().partition("\n")[0])[:LINE], trace_of(case))
        for case in ordered[:FAILING]
    )


def named(cause: Struck) -> tuple[Failing, ...]:
    """As the case remembers them, where the report is gone."""
    return tuple(Failing(name, cause.says) for name in cause.names[:FAILING])


def suspects(cause: Struck) -> tuple[str, ...]:
    """Services whose deployment is surely suspected, each once."""
    sure = (each.deployment.service for each in cause.evidence.suspects if each.sure)
    return tuple(dict.fromkeys(sure))


def last_word(case: Case, cause: Struck, judged: Remembered | None) -> Remembered | None:
    """Of what was said of an earlier diagnosis, and of where the cause comes from, the later."""
    moves = [each for each in case.journal if each.did is Did.MOVED and each.what == cause.service]
    at = moves[-1].at.timestamp() if moves else case.opened_at.timestamp()
    moved = Remembered(cause.service_by, at, cause.service) if cause.service_by else None
    return max(filter(None, (moved, judged)), key=lambda each: each.at, default=None)


def came(deployments: Iterable[Deployed], until: float) -> tuple[Deployment, ...]:
    """Those that may have changed what runs there, by then (unix seconds)."""
    found = (each for each in deployments if each.touched)
    return tuple(each for each in map(_deployment, found) if each.time <= until)


def time_before(
    faulty: Window, began: datetime, deployments: Iterable[Deployed], known: Sequence[Trouble] = ()
) -> Reference:
    """The last minutes before it without a trouble that is known, if there were any. What came since then, and is still
    there, makes the difference.
    """
    every = came(deployments, faulty.end)
    close = [each.time for each in every if began.timestamp() - CLOSE <= each.time <= began.timestamp()]
    start = datetime.fromtimestamp(min([began.timestamp(), *close]), UTC)
    span = windows.before(start, timedelta(seconds=faulty.seconds))
    window, ended = calm.latest(span.window.end, span.window.seconds, known) or (span.window, "")
    minutes = max(1, round(window.seconds / 60))
    what = "the minute before" if minutes == 1 else f"the {minutes} minutes before"
    words = f"{what} {ended}, the last in which nothing was known to be wrong" if ended else what
    return Reference(window, words, _others(every, window.start))


def _others(deployments: Iterable[Deployment], since: float) -> tuple[str, ...]:
    """Services that another version came to, and that were not brought back to the one of then."""
    came_to: dict[str, list[Deployment]] = {}
    for each in sorted(deployments, key=lambda each: each.time):
        if each.time >= since:
            came_to.setdefault(each.service, []).append(each)
    return tuple(sorted(name for name, of in came_to.items() if not of[0].before or of[0].before != of[-1].version))


def commits(deployments: Iterable[Deployed]) -> tuple[Commit, ...]:
    """What they brought, as their vendors told: without diffs. What several services keep in one repository came with
    each of them.
    """
    known: dict[tuple[str, str], Commit] = {}
    for of in deployments:
        for each in of.changes.commits[:COMMITS] if of.touched and of.changes else ():
            brought = _deployment(of).item.id
            known[each.hash, brought] = brought_by(each, brought)
    return tuple(known.values())


def _deployment(each: Deployed) -> Deployment:
    at = (each.started_at or each.opened_at).timestamp()
    page = each.run.url if each.run else ""
    finished = each.finished_at.timestamp() if each.finished_at else 0.0
    return Deployment(at, each.target.service, each.label, each.commit, page, each.before, finished)
