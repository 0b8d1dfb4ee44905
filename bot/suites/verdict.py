"""How a run has ended, from what it reported and what its vendor says. Pure."""

from __future__ import annotations

from collections.abc import Collection

from bot.ports.pipelines import RunState
from bot.suites.report import Report
from bot.suites.reports import text
from bot.suites.values import Verdict

NO_REPORT = "it reported no tests"
CUT = "its report ends in the middle: the run was probably killed"
BROKE = "the run itself broke"


def verdict_of(report: Report, ended: RunState, quarantined: Collection[str] = frozenset()) -> tuple[Verdict, str]:
    """With what went wrong, if anything. What may be missing did not pass. quarantined: ids of tests that failed."""
    if ended is RunState.CANCELLED:
        return Verdict.CANCELLED, "it was stopped where it runs"
    if report.incomplete or (report.broke and not report.counts.red):
        return Verdict.INFRASTRUCTURE, report.why or (CUT if report.incomplete else BROKE)
    if not report.counts.total:
        return Verdict.INFRASTRUCTURE, NO_REPORT
    excused = sum(case.id in quarantined for case in report.red)
    if report.counts.red > excused:
        return Verdict.FAILED, ""
    if ended is RunState.SUCCEEDED or excused:
        return _without_failures(report)
    return Verdict.INFRASTRUCTURE, "every test that it reported passed, and yet its pipeline failed"


def _without_failures(report: Report) -> tuple[Verdict, str]:
    """What nobody tried has not passed."""
    if report.counts.skipped < report.counts.total:
        return Verdict.PASSED, ""
    first = next((case.message for case in report.cases if case.message), "it does not say why")
    tests = "its one test was" if report.counts.total == 1 else f"all {report.counts.total} tests were"
    return Verdict.SKIPPED, f"{tests} skipped: {text.first_line(first)}"
