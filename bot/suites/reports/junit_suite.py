"""A <testsuite>, and what it says of the tests in it and of what went wrong outside of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from bot.suites.reports import junit_case, playwright, text
from bot.suites.reports.junit_case import Found, Problem
from bot.suites.reports.message import logged
from bot.suites.reports.model import RED, Case, Limits
from bot.suites.reports.repeats import Repeats

OUTSIDE_OF_TESTS: Final = "(outside of tests)"
PLAYWRIGHT: Final = frozenset({"id", "name", "tests", "failures", "skipped", "errors", "time"})
"""What the root says: nobody else names just that. Each suite says the project as its host."""

_WRITTEN_AT: Final = re.compile(r"-20\d{12}$")
"""unittest-xml-reporting puts the time behind the name of a suite, and a test's id is the same in every run."""


_BROWSER: Final = re.compile(r".+ \d+(?:\.\d+)+ \(.+\)")
_VERSION: Final = re.compile(r" \d+(?:\.\d+)+")
"""Karma calls a suite after its browser, `Chrome Headless 120.0.0.0 (Linux x86_64)`, as each class begins."""


class Suite:
    """errors: as many as it says there are. red: something in it went wrong. printed: in it, outside of its tests.

    project: of Playwright, perhaps empty; None for a suite that somebody else wrote. browser: with which Karma begins
    the classes in it.
    """

    __slots__ = ("browser", "errors", "file", "name", "printed", "project", "red")

    def __init__(self, name: str, file: str, project: str | None, errors: int, limits: Limits) -> None:
        self.name, self.file, self.project, self.errors = name, file, project, errors
        self.red = False
        self.browser = ""
        self.printed = text.Tail(limits.out)


class Suites:
    """Those that are open, and the cases that ended in them. Give it to `ready`, and it gives what is `taken`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.innermost = Suite("", "", None, 0, limits)
        self._open = [self.innermost]
        self._repeats = Repeats(limits)
        self.ready: list[Case] = []
        """Always the same list, of the innermost suite."""
        self._given: list[Case] = []
        self.count = 0
        self.by_project = False
        """Playwright wrote it."""

    def open(self, _name: str, attributes: dict[str, str]) -> None:
        self._settle()
        self.innermost = within(self.innermost, attributes, self._limits, by_project=self.by_project)
        self._open.append(self.innermost)

    def close(self) -> None:
        self._settle()
        if self.innermost.errors and not self.innermost.red:
            self.ready.append(unshown(self.innermost, self._limits))
            self.redden()
        self.end_repeats()
        self._open.pop()
        self.innermost = self._open[-1]

    def taken(self) -> list[Case]:
        """Those of which no repeat is expected any more."""
        self._settle()
        given, self._given = self._given, []
        return given

    def end_repeats(self) -> None:
        """Suites of one name run the same tests elsewhere, as projects of Vitest and Playwright do: no repeats."""
        self._settle()
        self._given += self._repeats.rest()

    def redden(self) -> None:
        for suite in self._open:
            suite.red = True

    def _settle(self) -> None:
        ready = [*self.ready]
        self.ready.clear()
        self.count += len(ready)
        suite = self.innermost
        if suite.errors and not suite.red and any(case.status in RED for case in ready):
            self.redden()
        if suite.project is not None:
            ready = in_project(ready, suite.project, self._limits)
        elif suite.browser:
            ready = [_whatever_version(case, suite.browser) for case in ready]
        self._given += self._repeats.through(ready)


def within(above: Suite, attributes: dict[str, str], limits: Limits, *, by_project: bool) -> Suite:
    """by_project: Playwright wrote it."""
    own = _WRITTEN_AT.sub("", text.plain(attributes.get("name", ""), limits.name))
    project = text.plain(attributes.get("hostname", ""), limits.name) if by_project else None
    errors = junit_case.number(attributes.get("errors")) or 0
    browser = own if _BROWSER.fullmatch(own) else ""
    name = _VERSION.sub("", own) if browser else own
    found = Suite(name or above.name, attributes.get("file") or above.file, project, errors, limits)
    found.browser = re.sub(r"[ .]", "_", browser) + "." if browser else above.browser
    return found


def in_project(cases: Iterable[Case], project: str, limits: Limits) -> list[Case]:
    """With ids as those of Playwright's JSON, from which it is told which tests to run again."""
    return [replace(case, id=_titled(case, project, limits)) for case in cases]


def _titled(case: Case, project: str, limits: Limits) -> str:
    shown = f"[{project}]"
    parts = (case.suite, case.name.removeprefix(f"{shown} "), shown if project else "")
    return text.id_of([part for part in parts if part], playwright.SEPARATOR, limits)


def _whatever_version(case: Case, browser: str) -> Case:
    return replace(case, id=case.id.replace(browser, "", 1), classname=case.classname.removeprefix(browser))


def outside(suite: Suite, problem: Problem, limits: Limits) -> Case:
    found = Found({"name": OUTSIDE_OF_TESTS}, suite.name, suite.file, limits)
    found.add(problem)
    return junit_case.troubled(found, limits)


def unshown(suite: Suite, limits: Limits) -> Case:
    """The errors that a suite counts and shows nowhere: Newman only prints why a request got no answer."""
    printed = suite.printed.text()
    said = logged(text.plain(printed, limits.out), "") or f"{suite.errors} outside of its tests, says the suite"
    problem = Problem("error", {"message": said}, limits)
    problem.out.add(printed)
    return outside(suite, problem, limits)
