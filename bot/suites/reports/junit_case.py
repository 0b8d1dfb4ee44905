"""One <testcase> and what stands in it, and the case it means. Pure.

Surefire and Gradle: <failure> and <rerunFailure> are runs of a test that ended red, <flakyFailure> those before a green
one. Several <failure> in one test are several expectations of one run (GoogleTest, Catch2, gdUnit).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from bot.suites.reports import text
from bot.suites.reports.message import logged, message, says_nothing
from bot.suites.reports.model import RED, Attachment, Attempt, Case, Limits, Status

PROBLEMS: Final[Mapping[str, Status]] = {
    "failure": "failed",
    "error": "error",
    "rerunFailure": "failed",
    "rerunError": "error",
    "flakyFailure": "flaky",
    "flakyError": "flaky",
    "skipped": "skipped",
    "ignored": "skipped",
    "disabled": "skipped",
}
FIRST_RUN: Final = frozenset({"failure", "error"})
RAN: Final = frozenset(kind for kind, status in PROBLEMS.items() if status != "skipped")
SAID_RED: Final[Mapping[str, Status]] = {
    "failed": "failed",
    "fail": "failed",
    "failure": "failed",
    "error": "error",
    "errored": "error",
    "broken": "error",
    "aborted": "error",
    "interrupted": "error",
    "panicked": "error",
    "timedout": "error",
}
SAID_SKIPPED: Final = frozenset(
    {
        *("skipped", "notrun", "disabled", "ignored", "pending", "suppressed", "inconclusive"),
        *("canceled", "cancelled", "stopped"),
    }
)
TRACE_NAMES: Final = frozenset({"trace_id", "traceid", "trace.id", "otel.trace_id", "traceparent"})
STARTED: Final = "started_at"
PROPERTIES: Final = TRACE_NAMES | {STARTED}
"""Of a test, those that are kept; in lower case."""
WARNS: Final = re.compile(r"WARN(?:_|$)")
"""The type of what doctest calls a failure and lets pass."""
USUAL: Final = len(("name", "classname", "time"))
DIGITS: Final = 7
"""Of a line number that is believed."""
UNNAMED: Final = "(unnamed)"


class Problem:
    """A failure, an error or a skip while its text comes in."""

    __slots__ = ("attributes", "kind", "out", "stack")

    def __init__(self, kind: str, attributes: dict[str, str], limits: Limits) -> None:
        self.kind, self.attributes = kind, attributes
        self.stack, self.out = text.Head(2 * limits.stack), text.Tail(limits.out)

    @property
    def red(self) -> bool:
        return PROBLEMS[self.kind] in ("failed", "error")

    @property
    def is_unwanted(self) -> bool:
        """CTest fails on a test whose executable is missing, and writes it beside those that ask to be skipped."""
        return not self.attributes.get("message", "SKIP_").startswith("SKIP_")


class Found:
    """A <testcase> in which more stands than attributes, while it comes in."""

    __slots__ = (
        *("_limits", "attachments", "attributes", "file", "out", "problems", "property", "started", "suite"),
        "trace_ids",
    )

    def __init__(self, attributes: dict[str, str], suite: str, file: str, limits: Limits) -> None:
        self.attributes, self.suite, self.file, self._limits = attributes, suite, file, limits
        self.problems: list[Problem] = []
        self.out = text.Tail(limits.out)
        self.trace_ids: tuple[str, ...] = ()
        self.attachments: tuple[Attachment, ...] = ()
        self.started = attributes.get("timestamp")
        self.property = ""
        """The name of the one that is open, if it is kept."""

    def add(self, problem: Problem) -> None:
        if problem.kind == "skipped" and self.attributes.get("status") == "notrun" and problem.is_unwanted:
            problem.kind = "error"
        if len(self.problems) < self._limits.attempts and not WARNS.match(problem.attributes.get("type", "")):
            self.problems.append(problem)

    def say(self, name: str, value: str) -> None:
        """What a property says."""
        if name == STARTED:
            self.started = value.strip()
        elif (found := text.trace_id(value)) and found not in self.trace_ids:
            self.trace_ids += (found,)

    def attach(self, path: str) -> None:
        path = text.plain(path, self._limits.name)
        if path and len(self.attachments) < self._limits.attachments:
            self.attachments += (Attachment(path.rpartition("/")[2], path),)


def untroubled(attributes: dict[str, str], suite: str, file: str, limits: Limits) -> Case:
    """A test without children, as most are: the one place here where each step counts."""
    if len(attributes) != USUAL or file:
        return _unusual(attributes, suite, file, limits)
    try:
        name, classname, duration = attributes["name"], attributes["classname"], float(attributes["time"])
    except (KeyError, ValueError):
        return _unusual(attributes, suite, file, limits)
    within = _within(suite, classname)
    id = f"{within}::{name}"
    if not within or not name or not 0 <= duration < text.LONGEST or len(id) > limits.name or not id.isprintable():
        return _unusual(attributes, suite, file, limits)
    return Case(id=id, name=name, suite=suite, status="passed", duration_s=duration, classname=classname)


def _unusual(attributes: dict[str, str], suite: str, file: str, limits: Limits) -> Case:
    name = text.plain(attributes.get("name", ""), limits.name) or UNNAMED
    classname = attributes.get("classname", "")
    return Case(
        id=_id(_within(suite, classname), name, limits),
        name=name,
        suite=suite,
        status=_said(attributes),
        duration_s=text.seconds(attributes.get("time")),
        classname=classname,
        file=attributes.get("file", file),
        line=number(attributes.get("line") or attributes.get("lineno")),
    )


def _within(suite: str, classname: str) -> str:
    return f"{suite}::{classname}" if suite and classname and classname != suite else suite or classname


def troubled(found: Found, limits: Limits) -> Case:
    plain = untroubled(found.attributes, found.suite, found.file, limits)
    plain = replace(plain, trace_ids=found.trace_ids, attachments=found.attachments)
    return _with_problems(found, plain, limits) if found.problems else plain


def is_mute(case: Case) -> bool:
    """It failed, and nothing says of what."""
    last = case.attempts[-1] if case.attempts else None
    if last is None or last.status not in RED or last.out:
        return False
    return last.stack in ("", case.message) and says_nothing(case.message, case.name)


def with_log(case: Case, log: str, limits: Limits) -> Case:
    """A mute one, behind which its suite prints what it did, as of Bazel when a test writes no report."""
    out, last = text.plain(log, limits.out), case.attempts[-1]
    said = logged(out, case.name)[: limits.message] or case.message
    told = replace(last, out=out, message=said, error_class=last.error_class or text.error_class("", said))
    return replace(case, message=said, attempts=(*case.attempts[:-1], told))


def _id(within: str, name: str, limits: Limits) -> str:
    return text.id_of([each for each in (text.plain(within, 4 * limits.name), name) if each], "::", limits)


def _with_problems(found: Found, plain: Case, limits: Limits) -> Case:
    attempts = _attempts(found, plain.duration_s, limits)
    skipped = [problem for problem in found.problems if problem.kind not in RAN] or found.problems
    red = [each for each in attempts if each.status != "passed"]
    for printed in (found.out, *(problem.out for problem in found.problems)):
        for path in text.attached(printed.text()):
            found.attach(path)
    return replace(
        plain,
        status=("flaky" if attempts[-1].status == "passed" else attempts[-1].status) if attempts else "skipped",
        message=red[-1].message if red else _message(skipped[0], "", plain.name, limits),
        attempts=attempts,
        attachments=tuple(dict.fromkeys(found.attachments)),
    )


def _attempts(found: Found, duration: float | None, limits: Limits) -> tuple[Attempt, ...]:
    """Empty for a test that was skipped, also for one that may fail: Catch2 and Node say so before what it did."""
    out, problems = text.plain(found.out.text(), limits.out), found.problems
    name = found.attributes.get("name", "")
    if problems[0].kind not in RAN or found.attributes.get("status") == "disabled":
        return ()
    attempts = [_attempt([each], name, limits) for each in problems if each.kind.startswith("flaky")]
    first = [each for each in problems if each.kind in FIRST_RUN]
    again = [each for each in problems if each.kind.startswith("rerun")]
    if first:
        started = text.moment(found.started)
        attempts.append(_attempt(first, name, limits, duration=duration, out=out, started=started))
        if len(found.trace_ids) == 1 and len(attempts) == 1 and not again:
            attempts[0] = replace(attempts[0], trace_id=found.trace_ids[0])
    elif attempts and not again:
        attempts.append(Attempt("passed", duration))
    return (*attempts, *(_attempt([each], name, limits) for each in again))


def _attempt(
    problems: list[Problem],
    name: str,
    limits: Limits,
    *,
    duration: float | None = None,
    out: str = "",
    started: datetime | None = None,
) -> Attempt:
    """One run, and everything that went wrong in it. WebdriverIO has a failure that says nothing before the error."""
    main = problems[0]
    telling = next(filter(_told, problems), main)
    printed = out or text.plain(main.out.text(), limits.out)
    said = _message(telling, printed, name, limits)
    return Attempt(
        status="error" if main.kind.endswith("rror") else "failed",
        duration_s=duration if duration is not None else text.seconds(main.attributes.get("time")),
        error_class=text.error_class(telling.attributes.get("type", ""), said),
        message=said,
        stack=text.plain("\n\n".join(filter(None, map(_told, problems))), limits.stack),
        out=printed,
        started=started,
    )


def _told(problem: Problem) -> str:
    return problem.stack.text().strip() or problem.attributes.get("message", "")


def _message(problem: Problem, out: str, name: str, limits: Limits) -> str:
    return message(problem.attributes.get("message", ""), problem.stack.text(), out, name, limits)


def _said(attributes: dict[str, str]) -> Status:
    """Of a test without children: GoogleTest, ctest and NUnit say in an attribute that it did not run."""
    words = {attributes.get("status", "").casefold(), attributes.get("result", "").casefold()}
    for word in words & SAID_RED.keys():
        return SAID_RED[word]
    return "skipped" if words & SAID_SKIPPED else "passed"


def number(said: str | None) -> int | None:
    return int(said) if said and said.isdecimal() and len(said) <= DIGITS else None
