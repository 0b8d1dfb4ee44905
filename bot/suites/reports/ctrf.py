"""CTRF, the Common Test Report Format. Pure.

Source: ctrf.io, specification 1.0; fields that it does not know are let be. What is required there is required here,
but for what its own writers leave out: reports from before it name neither the format nor its version, and the one for
Playwright numbers no attempts. `retryAttempts` ends with the last attempt, or leaves it out: they differ in that too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from bot.suites.reports import text
from bot.suites.reports.model import Attachment, Attempt, Case, Limits, Status

SEPARATOR: Final = " › "
Format = Literal["CTRF"]
Version = Annotated[str, Meta(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]
Word = Literal["passed", "failed", "skipped", "pending", "other"]
STATUS: Final[dict[str, Status]] = {"passed": "passed", "failed": "failed", "skipped": "skipped", "pending": "skipped"}
NOT_RUN: Final = frozenset({"todo", "pending", "skipped", "disabled", "ignored"})
TRACE_NAMES: Final = ("trace_id", "traceId", "traceparent")


class File(Struct, gc=False):
    name: str
    contentType: str  # noqa: N815 - CTRF's word
    path: str


class Try(Struct):
    status: Word
    attempt: Annotated[int, Meta(ge=1)] | None = None
    duration: float | None = None
    message: str | None = None
    trace: str | None = None
    start: float | None = None
    stdout: list[str] = field(default_factory=list[str])
    stderr: list[str] = field(default_factory=list[str])
    attachments: list[File] = field(default_factory=list[File])
    extra: dict[str, Any] = field(default_factory=dict[str, Any])


class Test(Struct):
    name: str
    status: Word
    duration: float
    testId: str | None = None  # noqa: N815 - CTRF's word
    suite: list[str] | str = field(default_factory=list[str])  # versions before 1.0 had one text
    message: str | None = None
    trace: str | None = None
    start: float | None = None
    line: int | None = None
    rawStatus: str | None = None  # noqa: N815 - CTRF's word
    filePath: str | None = None  # noqa: N815 - CTRF's word
    retries: int = 0
    retryAttempts: list[Try] = field(default_factory=list[Try])  # noqa: N815 - CTRF's word
    flaky: bool = False
    browser: str | None = None
    stdout: list[str] = field(default_factory=list[str])
    stderr: list[str] = field(default_factory=list[str])
    attachments: list[File] = field(default_factory=list[File])
    extra: dict[str, Any] = field(default_factory=dict[str, Any])


class Tool(Struct):
    name: str


class Summary(Struct):
    """Checked for being there; tests are counted."""

    tests: int
    passed: int
    failed: int
    skipped: int
    pending: int
    other: int
    start: float
    stop: float


class Results(Struct):
    tool: Tool
    summary: Summary
    tests: list[Test]


def cases_of(tests: list[Test], limits: Limits) -> Iterator[Case]:
    return (case_of(test, limits) for test in tests)


def case_of(test: Test, limits: Limits) -> Case:
    suites = [test.suite] if isinstance(test.suite, str) else test.suite
    suite = text.plain(SEPARATOR.join(filter(None, suites)), limits.name)
    name = text.plain(test.name, limits.name)
    attempts = _attempts(test, limits)
    status = _status(test, attempts)
    red = [each for each in attempts if each.status in ("failed", "error")]
    parts = [test.testId] if test.testId else [suite, name]
    return Case(
        id=text.id_of([*filter(None, parts), *([f"[{test.browser}]"] if test.browser else [])], SEPARATOR, limits),
        name=name,
        suite=suite,
        status=status,
        duration_s=_seconds(test.duration),
        message=red[-1].message if red and status != "passed" else text.plain(test.message or "", limits.message),
        attempts=attempts if red else (),
        file=text.plain(test.filePath or "", limits.name),
        line=test.line,
        trace_ids=_trace_ids(test),
        attachments=_attachments(test, limits),
    )


def _status(test: Test, attempts: list[Attempt] | tuple[Attempt, ...]) -> Status:
    status = _word(test.status, test.rawStatus)
    red_before = any(each.status in ("failed", "error") for each in attempts)
    return "flaky" if status == "passed" and (test.flaky or red_before) else status


def _word(word: str, raw: str | None = None) -> Status:
    """`other` is whatever the tool could not say in CTRF's words; it did not pass."""
    return STATUS.get(word, "skipped" if (raw or "").casefold() in NOT_RUN else "error")


def _attempts(test: Test, limits: Limits) -> tuple[Attempt, ...]:
    tries = [_attempt(each, limits) for each in sorted(test.retryAttempts, key=_number)[-limits.attempts :]]
    if not tries or len(tries) <= test.retries:
        tries.append(_last(test, limits))
    return tuple(tries)


def _number(one: Try) -> int:
    """Those without one stay as they are written."""
    return one.attempt or 0


def _attempt(one: Try, limits: Limits) -> Attempt:
    status, printed = _word(one.status), (one.stdout, one.stderr)
    made = _made(status, one.duration, (one.message, one.trace), printed, one.start, limits)
    return replace(made, trace_id=_trace_id(one.extra))


def _last(test: Test, limits: Limits) -> Attempt:
    status, printed = _word(test.status, test.rawStatus), (test.stdout, test.stderr)
    made = _made(status, test.duration, (test.message, test.trace), printed, test.start, limits)
    return replace(made, trace_id=_trace_id(test.extra))


def _made(  # noqa: PLR0917 - what a test and a retry share, in CTRF's order
    status: Status,
    duration: float | None,
    told: tuple[str | None, str | None],
    printed: tuple[list[str], list[str]],
    start: float | None,
    limits: Limits,
) -> Attempt:
    trace = told[1] or ""
    message = text.plain(told[0] or text.first_line(trace), limits.message)
    return Attempt(
        status=status,
        duration_s=_seconds(duration),
        error_class=text.error_class("", text.first_line(trace)) or text.error_class("", text.first_line(message)),
        message=message,
        stack=text.plain(trace, limits.stack),
        out=text.plain("\n".join(printed[0] + printed[1])[-limits.out :], limits.out),
        started=text.moment_of_ms(start),
    )


def _trace_ids(test: Test) -> tuple[str, ...]:
    every = (*(one.extra for one in sorted(test.retryAttempts, key=_number)), test.extra)
    return tuple(dict.fromkeys(found for extra in every if (found := _trace_id(extra))))


def _trace_id(extra: dict[str, Any]) -> str:
    said = (text.trace_id(told) for name in TRACE_NAMES if isinstance(told := extra.get(name), str))
    return next(filter(None, said), "")


def _attachments(test: Test, limits: Limits) -> tuple[Attachment, ...]:
    files = [*(each for one in test.retryAttempts for each in one.attachments), *test.attachments]
    return tuple(Attachment(each.name, each.path, each.contentType) for each in files[: limits.attachments])


def _seconds(milliseconds: float | None) -> float | None:
    return milliseconds / 1000 if milliseconds is not None and milliseconds >= 0 else None
