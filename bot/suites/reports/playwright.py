"""Playwright's JSON report. Pure.

Source: playwright.dev, *Reporters*, and its types `JSONReport*`. What Playwright itself thinks of a test is its
`status`: a test that was expected to fail and did is `expected`.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from bot.suites.reports import text
from bot.suites.reports.model import Attachment, Attempt, Case, Limits, Status

SEPARATOR: Final = " › "
TRACE_NAMES: Final = frozenset({"trace_id", "traceparent"})
INTERRUPTED: Final = "The test was interrupted."
PASSED: Final = "Expected to fail, but passed."
LONGEST_BODY: Final = 200
"""Characters of base64 in which a trace id or a traceparent stands."""
FAILED: Final[dict[str, Status]] = {"failed": "failed", "timedOut": "failed", "interrupted": "error"}


# Tuples, and nothing for the garbage collector: a report is a tree, and ten tests of it are a hundred objects.


class Fault(Struct, gc=False):
    message: str = ""
    stack: str = ""
    value: str = ""


class Attached(Struct, gc=False):
    """body: base64, of what is no file."""

    name: str = ""
    path: str = ""
    body: str = ""
    contentType: str = ""  # noqa: N815 - Playwright's word


class Printed(Struct, gc=False):
    text: str = ""


class Note(Struct, gc=False):
    type: str = ""
    description: str | None = None


class Result(Struct, gc=False):
    status: str | None = None
    duration: float = 0
    errors: tuple[Fault, ...] = ()
    error: Fault | None = None
    attachments: tuple[Attached, ...] = ()
    stdout: tuple[Printed, ...] = ()
    stderr: tuple[Printed, ...] = ()
    startTime: str = ""  # noqa: N815 - Playwright's word
    annotations: tuple[Note, ...] = ()


class Test(Struct, gc=False):
    status: str
    results: tuple[Result, ...]
    projectName: str = ""  # noqa: N815 - Playwright's word
    annotations: tuple[Note, ...] = ()


class Spec(Struct, gc=False):
    title: str
    tests: tuple[Test, ...]
    file: str = ""
    line: int = 0


class Suite(Struct, gc=False):
    title: str
    specs: tuple[Spec, ...] = ()
    suites: tuple[Suite, ...] = ()


def cases_of(suite: Suite, above: str, limits: Limits) -> Iterator[Case]:
    """above: titles of the suites around it, joined."""
    title = f"{above}{SEPARATOR}{suite.title}" if above else suite.title
    for spec in suite.specs:
        yield from cases_of_spec(spec, title, limits)
    for below in suite.suites:
        yield from cases_of(below, title, limits)


def cases_of_spec(spec: Spec, suite: str, limits: Limits) -> Iterator[Case]:
    base = f"{suite}{SEPARATOR}{spec.title}" if suite else spec.title
    for test in spec.tests:
        id = f"{base}{SEPARATOR}[{test.projectName}]" if test.projectName else base
        results = test.results
        if test.status == "expected" and len(results) == 1 and not test.annotations and id.isprintable():
            yield Case(
                id=id if len(id) <= limits.name else text.id_of([id], SEPARATOR, limits),
                name=spec.title,
                suite=suite,
                status="passed",
                duration_s=_seconds(results[0]),
                file=spec.file,
                line=spec.line,
                attachments=_attachments(results, limits) if results[0].attachments else (),
            )
        else:
            yield _case(spec, test, suite, id, limits)


def _case(spec: Spec, test: Test, suite: str, id: str, limits: Limits) -> Case:
    status = _status(test)
    red = [result for result in test.results if result.status in FAILED] if status != "passed" else []
    attempts = tuple(_attempt(result, limits) for result in test.results[-limits.attempts :]) if red else ()
    if status == "failed" and not red:
        attempts = tuple(_passed(result) for result in test.results[-limits.attempts :])
    durations = [each for each in map(_seconds, test.results) if each is not None]
    return Case(
        id=text.id_of([text.plain(id, len(id))], SEPARATOR, limits),
        name=text.plain(spec.title, limits.name),
        suite=text.plain(suite, limits.name),
        status=status,
        duration_s=sum(durations) if durations else None,
        message=_told(test, status, red, limits),
        attempts=attempts,
        file=spec.file,
        line=spec.line,
        trace_ids=_trace_ids(test),
        attachments=_attachments(test.results, limits),
    )


def _told(test: Test, status: Status, red: list[Result], limits: Limits) -> str:
    if red:
        return _message(red[-1], limits)
    return {"skipped": _reason(test, limits), "failed": PASSED}.get(status, "")


def _passed(result: Result) -> Attempt:
    """Of a test that was expected to fail."""
    return Attempt("failed", _seconds(result), message=PASSED, started=text.moment(result.startTime))


def _status(test: Test) -> Status:
    if test.status == "unexpected":
        ran = [result.status for result in test.results if result.status]
        return FAILED.get(ran[-1], "failed") if ran else "failed"
    known: dict[str, Status] = {"expected": "passed", "flaky": "flaky", "skipped": "skipped"}
    return known.get(test.status, "error")


def was_interrupted(test: Test) -> bool:
    return any(result.status == "interrupted" for result in test.results)


def _attempt(result: Result, limits: Limits) -> Attempt:
    status: Status = FAILED.get(result.status or "", "skipped" if result.status == "skipped" else "passed")
    message = _message(result, limits)
    faults = result.errors or ((result.error,) if result.error else ())
    printed = "".join(each.text for each in (*result.stdout, *result.stderr))
    return Attempt(
        status=status,
        duration_s=_seconds(result),
        error_class=_error_class(result, message),
        message=message,
        stack=text.plain("\n\n".join(each.stack or each.message or each.value for each in faults), limits.stack),
        out=text.plain(printed[-limits.out :], limits.out),
        started=text.moment(result.startTime),
        trace_id=next(iter(_traced(result)), ""),
    )


def _message(result: Result, limits: Limits) -> str:
    fault = result.error or (result.errors[0] if result.errors else Fault())
    said = text.plain(fault.message or fault.value, limits.message)
    return said or {"timedOut": "The test timed out.", "interrupted": INTERRUPTED}.get(result.status or "", "")


def _error_class(result: Result, message: str) -> str:
    return "TimeoutError" if result.status == "timedOut" else text.error_class("", text.first_line(message))


def _reason(test: Test, limits: Limits) -> str:
    if was_interrupted(test):
        return INTERRUPTED
    said = [note.description for note in test.annotations if note.type in ("skip", "fixme") and note.description]
    return text.plain(said[0], limits.message) if said else ""


def _trace_ids(test: Test) -> tuple[str, ...]:
    """Of its attempts in their order; what is said of the test as a whole is often that of the last one."""
    return tuple(dict.fromkeys((*(each for result in test.results for each in _traced(result)), *_noted(test))))


def _traced(result: Result) -> list[str]:
    """Of one attempt: by an annotation, or by an attachment that is no file."""
    attached = [_body(each.body) for each in result.attachments if each.name in TRACE_NAMES and each.body]
    return [*_noted(result), *(found for each in attached if (found := text.trace_id(each)))]


def _noted(noted: Test | Result) -> list[str]:
    said = (note.description or "" for note in noted.annotations if note.type in TRACE_NAMES)
    return [found for each in said if (found := text.trace_id(each))]


def _body(encoded: str) -> str:
    try:
        return b64decode(encoded[:LONGEST_BODY]).decode("ascii")
    except ValueError:
        return ""


def _attachments(results: Sequence[Result], limits: Limits) -> tuple[Attachment, ...]:
    """Those that are files: traces, videos, screenshots."""
    files = [each for result in results for each in result.attachments if each.path]
    return tuple(Attachment(each.name, each.path, each.contentType) for each in files[: limits.attachments])


def _seconds(result: Result) -> float | None:
    return result.duration / 1000 if result.duration >= 0 else None
