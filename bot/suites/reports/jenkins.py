"""What Jenkins keeps of the tests of a build, `junitResult.xml`. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.suites.reports import junit_case, text
from bot.suites.reports.junit_case import Found, Problem
from bot.suites.reports.model import Case, Limits

ROOT: Final = "result"
KEPT: Final = frozenset(
    {"className", "testName", "duration", "skipped", "skippedMessage", "errorStackTrace", "errorDetails", "stdout"}
)


class Record:
    """Handlers of an XML parser. Everything is an element here, also the names of tests."""

    def __init__(
        self, ready: Callable[[Case], None], collect: Callable[[text.Head | None], None], limits: Limits
    ) -> None:
        self._ready, self._collect, self._limits = ready, collect, limits
        self._suite = ""
        self._told: dict[str, str] | None = None
        """Of the test that is open."""
        self._text: text.Head | None = None

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "case":
            self._told = {}
        elif name == "suite":
            self._suite = ""
        elif (name in KEPT and self._told is not None) or (name == "name" and self._told is None):
            self._keep(text.Head(2 * self._limits.stack))

    def end(self, name: str) -> None:
        if name == "case" and self._told is not None:
            self._ready(self._case(self._told))
            self._told = None
        elif self._text is not None:
            self._closed(name, self._text.text())
            self._keep(None)

    def _keep(self, into: text.Head | None) -> None:
        self._text = into
        self._collect(into)

    def _closed(self, name: str, said: str) -> None:
        if self._told is None:
            self._suite = text.plain(said, self._limits.name)
        else:
            self._told[name] = said

    def _case(self, told: dict[str, str]) -> Case:
        names = {"name": "testName", "classname": "className", "time": "duration"}
        found = Found({ours: told.get(theirs, "") for ours, theirs in names.items()}, self._suite, "", self._limits)
        if told.get("errorStackTrace") or told.get("errorDetails"):
            found.out.add(told.get("stdout", ""))
            found.add(self._problem("failure", told.get("errorDetails", ""), told.get("errorStackTrace", "")))
        elif told.get("skipped") == "true":
            found.add(self._problem("skipped", told.get("skippedMessage", ""), ""))
        return junit_case.troubled(found, self._limits)

    def _problem(self, kind: str, message: str, stack: str) -> Problem:
        problem = Problem(kind, {"message": message}, self._limits)
        problem.stack.add(stack)
        return problem
