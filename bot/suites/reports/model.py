"""What a test report says, whichever tool wrote it. Pure.

Text is as the tool wrote it, without colours and control characters, and cut to `Limits`; it may hold secrets and
markup, so it is redacted and escaped where it is kept or shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Final, Literal

from msgspec import Struct

from bot.errors import UsageError
from bot.plurals import counted

Status = Literal["passed", "failed", "error", "skipped", "flaky"]
"""failed: an expectation was not met. error: the test could not be carried out. flaky: failed first, ended green."""
Verdict = Literal["passed", "failed", "infrastructure"]

RED: Final = frozenset({"failed", "error"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What is kept at most of one report, and when it is refused. Lengths in characters, sizes in bytes.

    bytes: of one report, unpacked. cases: of one report. depth: of elements in elements. token: of one tag with its
    attributes, which has to be in memory as a whole. members: of one zip. ratio: unpacked to packed, judged beyond
    `ratio_from`. window: among how many cases a repeat is recognised; text: what those may hold together.
    """

    name: int = 500
    message: int = 2_000
    stack: int = 8_000
    out: int = 4_000
    attachments: int = 50
    attempts: int = 100
    bytes: int = 2 * 1024**3
    cases: int = 5_000_000
    depth: int = 100
    token: int = 4 * 1024**2
    members: int = 1_000
    ratio: int = 200
    ratio_from: int = 8 * 1024**2
    window: int = 4_096
    text: int = 2_000_000


class Attachment(Struct, frozen=True, gc=False):
    """path: as the tool wrote it, relative to where the tests ran, or a URL. content_type: may be empty."""

    name: str
    path: str
    content_type: str = ""


class Attempt(Struct, frozen=True, gc=False):
    """One time that a test was carried out. duration_s: None when nobody said it, or said nonsense.

    error_class: such as `KeyError`, empty when unknown. out: the end of what the test printed. started: aware.
    trace_id: of its requests, where it is told of this attempt alone.
    """

    status: Status
    duration_s: float | None = None
    error_class: str = ""
    message: str = ""
    stack: str = ""
    out: str = ""
    started: datetime | None = None
    trace_id: str = ""


class Case(Struct, frozen=True, kw_only=True, gc=False):
    """One test of one report. A Struct, since a dataclass takes five times as long to make.

    id: the same in every run. JUnit: suite, class name and name joined with `::`, without what is empty or repeated.
        Playwright, in both its forms: file, titles and [project], joined with ` › `, no line number. CTRF: `testId`,
        else suites and name.
        Tests that a tool reports under one name (parameters it does not write) share an id.
    suite: the innermost one in JUnit; file and titles, suites from outside in, joined with ` › `, elsewhere.
    message: of the last attempt that failed; the reason of a skipped one.
    trace_ids: of its requests, 32 lower-case hex digits each; of several attempts in their order.
    attempts: in the order they ran; empty when it ran once without failing, since the case then says all.
    """

    id: str
    name: str
    suite: str
    status: Status
    duration_s: float | None = None
    message: str = ""
    attempts: tuple[Attempt, ...] = ()
    classname: str = ""
    file: str = ""
    line: int | None = None
    trace_ids: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def tries(self) -> int:
        """How often it ran."""
        return len(self.attempts) or 1

    @property
    def broke(self) -> Attempt | None:
        """The last attempt that failed."""
        return next((each for each in reversed(self.attempts) if each.status in RED), None)


class BadReport(UsageError):
    """This report cannot be read. The message is one line: file, line, column (both from 1), and why."""

    def __init__(self, name: str, line: int, column: int, why: str) -> None:
        super().__init__(f"{name}:{line}:{column}: {why}")


class Cut(BadReport):
    """It ends in the middle, as that of a killed run does. What came before was read."""


def cut_off(tests: int) -> str:
    """What is said of it. tests: that were read before."""
    read = f"{counted(tests, 'test')} {'was' if tests == 1 else 'were'} read"
    return f"the report ends in the middle, {read}. Its run was probably killed."


class Broke(BadReport):
    """It is whole, and says that the run itself broke: its setup failed, or it was interrupted."""


_status_of = attrgetter("status")


@dataclass(slots=True)
class Tally:
    """Counts over any number of reports. Every case counts once, under its status."""

    by_status: Counter[Status] = field(default_factory=Counter[Status])
    incomplete: bool = False
    broke: bool = False

    def add(self, cases: Iterable[Case]) -> None:
        self.by_status.update(map(_status_of, cases))

    def note(self, trouble: BadReport) -> None:
        """Something is wrong with one of the reports."""
        if isinstance(trouble, Broke):
            self.broke = True
        else:
            self.incomplete = True

    @property
    def tests(self) -> int:
        return self.by_status.total()

    @property
    def verdict(self) -> Verdict:
        """Infrastructure whenever tests may be missing, or there are none: what is not there did not pass."""
        red = any(self.by_status[status] for status in ("failed", "error"))
        if self.incomplete or not self.tests or (self.broke and not red):
            return "infrastructure"
        return "failed" if red else "passed"
