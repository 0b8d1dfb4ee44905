"""How far a run is, as the end of its log tells. Pure.

pytest -v writes `PASSED [ 10%]` behind each test and `collected 12 items` before the first; the reporters list and line
of Playwright write `[3/127]` before each.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta

from bot.suites.values import Counts, SuiteRun

SHOWN_EVERY, SHOWN_EARLY = timedelta(seconds=15), timedelta(seconds=5)
"""How exactly a card shows how long a run takes, and in its first minute, which is all that many take: each edit costs
some of a budget that all cards share.
"""
EARLY = timedelta(minutes=1)

_PYTEST = re.compile(r"\b(PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS|RERUN)\b\s+(?:\(.*\)\s+)?\[\s*(\d{1,3})%\]")
_COLLECTED = re.compile(r"collected (\d+) items?(?: / (\d+) deselected)?")
_PLAYWRIGHT = re.compile(r"\[(\d+)/(\d+)\]")


def progress(tail: str, before: Counts) -> Counts:
    """What the end of the log adds to what was known; it never goes back."""
    if found := list(_PLAYWRIGHT.finditer(tail)):
        done, total = int(found[-1].group(1)), int(found[-1].group(2))
        return _further(Counts(total, passed=max(done - before.red, 0), failed=before.failed), before)
    lines = [(match.group(1), int(match.group(2))) for match in _PYTEST.finditer(tail)]
    if not lines:
        return before
    return _further(_pytest(tail, lines, before), before)


def seen_until(run: SuiteRun, now: datetime, live: Counts) -> datetime:
    """The time up to which its card tells how long it has run; it never goes back. live: how far it is now, which is an
    edit in any case where that has changed.
    """
    if run.started_at is None or live != run.live:
        return now
    gone = now - run.started_at
    step = SHOWN_EARLY if gone < EARLY else SHOWN_EVERY
    shown = run.started_at + gone // step * step
    return max(shown, run.seen_at or shown)


def _pytest(tail: str, lines: list[tuple[str, int]], before: Counts) -> Counts:
    """Where the beginning of the log has left the tail, the share that is done stands in for what was counted."""
    kinds = Counter(kind for kind, _share in lines)
    collected = _COLLECTED.search(tail)
    total = int(collected.group(1)) - int(collected.group(2) or 0) if collected else before.total
    failed, errors = max(kinds["FAILED"], before.failed), max(kinds["ERROR"], before.errors)
    skipped = max(kinds["SKIPPED"] + kinds["XFAIL"], before.skipped)
    if collected or not total:
        passed = kinds["PASSED"] + kinds["XPASS"]
    else:
        passed = max(round(total * lines[-1][1] / 100) - failed - errors - skipped, 0)
    return Counts(total, passed, failed, errors, skipped)


def _further(seen: Counts, before: Counts) -> Counts:
    return seen if seen.done >= before.done else before
