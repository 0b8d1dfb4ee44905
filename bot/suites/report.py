"""Everything that one run has reported, however many files that were. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.suites.reports.model import RED, Case
from bot.suites.values import Counts, Excused, FailedTest
from bot.suites.walks import Walk, Walks

KEPT, KEPT_GREEN = 50_000, 20_000
"""Cases of one file that are kept by name: of those that passed fewer. All of them are counted."""

NAMED, LINE = 5, 200
"""Failed tests that a message names, and characters of what each says."""


@dataclass(frozen=True, slots=True)
class Report:
    """incomplete: a file ends in the middle, or cannot be read. broke: one says that the run itself broke.

    why: the line that says what is wrong with a file. cases: as many as are kept.
    """

    counts: Counts = field(default_factory=Counts)
    cases: tuple[Case, ...] = ()
    incomplete: bool = False
    broke: bool = False
    why: str = ""

    @property
    def empty(self) -> bool:
        return not self.counts.total and not self.why

    @property
    def red(self) -> Iterator[Case]:
        return (case for case in self.cases if case.status in RED)


def first_failed(report: Report, walks: Walks, excused: Excused) -> tuple[FailedTest, ...]:
    """As many as a message names: none that is quarantined, and what is known behind what is not."""
    named = [case for case in report.red if case.id not in excused.quarantined]
    first = sorted(named, key=lambda case: case.id in excused.known)[:NAMED]
    return tuple(_failed(case, walks.get(case.id), excused.known.get(case.id, "")) for case in first)


def _failed(case: Case, walk: Walk | None, known: str) -> FailedTest:
    message = case.message.strip().partition("\n")[0][:LINE]
    return FailedTest(case.name, message, walk.page if walk else "", known)


def joined(parts: Iterable[Report]) -> Report:
    """Of all files of one run."""
    found = tuple(parts)
    fields = ("total", "passed", "failed", "errors", "skipped", "flaky")
    counts = Counts(**{field: sum(getattr(part.counts, field) for part in found) for field in fields})
    return Report(
        counts,
        tuple(case for part in found for case in part.cases),
        any(part.incomplete for part in found),
        any(part.broke for part in found),
        next((part.why for part in found if part.why), ""),
    )


class Gathering:
    """Cases as they come, counted, and kept as far as there is room."""

    def __init__(self) -> None:
        self._counted: dict[str, int] = {}
        self._kept: list[Case] = []
        self._green = 0

    def add(self, cases: Iterable[Case]) -> None:
        for case in cases:
            self._counted[case.status] = self._counted.get(case.status, 0) + 1
            green = case.status == "passed"
            self._green += green
            if len(self._kept) < KEPT and not (green and self._green > KEPT_GREEN):
                self._kept.append(case)

    def report(self, *, incomplete: bool = False, broke: bool = False, why: str = "") -> Report:
        seen = self._counted.get
        flaky = seen("flaky", 0)
        counts = Counts(
            sum(self._counted.values()),
            seen("passed", 0) + flaky,
            seen("failed", 0),
            seen("error", 0),
            seen("skipped", 0),
            flaky,
        )
        return Report(counts, tuple(self._kept), incomplete, broke, why)
