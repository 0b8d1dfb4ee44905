"""How failed tests are named to whoever runs them again. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.catalog.suite_values import Retry
from bot.ports.pipelines import RunStatus
from bot.suites.report import Report
from bot.suites.reports.model import Case
from bot.suites.values import Part, SuiteRun

SOONEST = timedelta(seconds=1)
"""No run takes no time at all: that is how it is written that nobody knows."""

ARROW = " › "


def next_attempt_of_vendor(before: SuiteRun) -> int:
    """A vendor that runs the failed jobs of a run again counts its attempts from 1."""
    return max(before.again, 1) + 1


def is_this_attempt(run: SuiteRun, status: RunStatus) -> bool:
    """A vendor that runs failed jobs again may show the attempt before for a moment."""
    if not run.again or status.attempt >= run.again or not status.state.ended:
        return True
    return status.finished_at is not None and run.started_at is not None and status.finished_at > run.started_at


def tests_to_repeat(
    told: Sequence[tuple[int, Report]], style: Retry, part: Part | None
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """A name for each failed test, as its runner takes it, and the numbers of the runs in which they failed.

    told: reports with the numbers of their runs.
    """
    name = _test_list_line if style is Retry.PLAYWRIGHT else _node_id
    red = ((case, number) for number, report in told for case in report.red)
    found = [(name(case), number) for case, number in red if part is None or part.has(case.id)]
    return tuple(dict.fromkeys(test for test, _number in found)), tuple(sorted({number for _test, number in found}))


def took(before: SuiteRun) -> timedelta | None:
    """What repeats some of its tests takes no longer than it did; None where nobody knows how long that was."""
    if before.started_at is None or before.ended_at is None:
        return None
    return max(before.ended_at - before.started_at, SOONEST)


def _node_id(case: Case) -> str:
    """`tests/test_cart.py::TestCart::test_total[EUR]`. Without a file, pytest's class name is the dotted path of the
    module and then the classes, which begin with a capital letter (junitxml, families xunit1 and xunit2).
    """
    parts = [part for part in case.classname.split(".") if part]
    file = case.file
    classes = [part for part in parts if part[:1].isupper()]
    if not file:
        modules = [part for part in parts if not part[:1].isupper()]
        file = f"{'/'.join(modules)}.py" if modules else ""
    return "::".join(filter(None, (file, *classes, case.name)))


def _test_list_line(case: Case) -> str:
    """`[chromium] › cart.spec.ts › Cart › adds`: a line of `playwright test --list`, as --test-list takes it."""
    body, bracket, project = case.id.rpartition(f"{ARROW}[")
    return f"[{project.rstrip(']')}]{ARROW}{body}" if bracket else case.id
