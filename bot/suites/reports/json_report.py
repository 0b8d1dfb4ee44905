"""Playwright's JSON and CTRF: which of the two it is, and its cases as it streams by. Pure.

What fits into `WHOLE` bytes is read at once. What does not, or is not as it should be, is walked through, which keeps
as much in memory, finds the place of a mistake, and gets what a killed run had written so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from msgspec import Struct

from bot.suites.reports import ctrf, playwright, text
from bot.suites.reports.json_walk import JsonWalk, TooBig, decoded
from bot.suites.reports.model import Broke, Case, Cut, Limits

WHOLE: Final = 16 * 1024**2
BATCH: Final = 1_000
HEADER: Final[dict[str, Any]] = {"reportFormat": ctrf.Format, "specVersion": ctrf.Version}
RESULTS: Final[dict[str, Any]] = {"tool": ctrf.Tool, "summary": ctrf.Summary}


class Document(Struct, gc=False):
    """Either of the two."""

    suites: tuple[playwright.Suite, ...] | None = None
    errors: tuple[playwright.Fault, ...] = ()
    results: ctrf.Results | None = None
    reportFormat: ctrf.Format | None = None  # noqa: N815 - CTRF's word
    specVersion: ctrf.Version | None = None  # noqa: N815 - CTRF's word


def read(pieces: Iterator[bytes], name: str, limits: Limits) -> Iterator[list[Case]]:
    """Raises BadReport, Cut, Broke at the end of what could be read."""
    begun: list[bytes] = []
    size = 0
    while size <= WHOLE and (piece := next(pieces, b"")):
        begun.append(piece)
        size += len(piece)
    data = b"".join(begun)
    document = decoded(data, Document) if size <= WHOLE else None
    if document is not None and (read := _whole(document, limits)) is not None:
        yield read
        _complain(document, name, read)
        return
    del begun, document
    yield from Walk(JsonWalk(chain([data], pieces), name, WHOLE), name, limits).batches()


def _whole(document: Document, limits: Limits) -> list[Case] | None:
    """None for what a walk should look at."""
    if document.suites is not None:
        return [case for suite in document.suites for case in playwright.cases_of(suite, "", limits)]
    if document.results is None:
        return None
    return list(ctrf.cases_of(document.results.tests, limits))


def _complain(document: Document, name: str, cases: list[Case]) -> None:
    interrupted = sum(case.message == playwright.INTERRUPTED for case in cases)
    if why := _broken(document.errors, interrupted):
        raise Broke(name, 1, 1, why)


def _broken(errors: tuple[playwright.Fault, ...], interrupted: int) -> str:
    if errors:
        said = text.first_line(text.plain(errors[0].message or errors[0].value or errors[0].stack, 500))
        return f"the run itself broke, its tool says: {said or 'no reason'}"
    return f"the run was interrupted, and {interrupted} of its tests with it." if interrupted else ""


class Walk:
    """A document piece by piece."""

    def __init__(self, json: JsonWalk, name: str, limits: Limits) -> None:
        self._json, self._name, self._limits = json, name, limits
        self._seen: set[str] = set()
        self._errors: tuple[playwright.Fault, ...] = ()
        self._interrupted = 0

    def batches(self) -> Iterator[list[Case]]:
        batch: list[Case] = []
        try:
            for case in self._cases():
                self._json.read += 1
                self._interrupted += case.message == playwright.INTERRUPTED
                batch.append(case)
                if len(batch) == BATCH:
                    yield batch
                    batch = []
        except Cut:
            yield batch
            raise
        yield batch
        if why := _broken(self._errors, self._interrupted):
            raise Broke(self._name, 1, 1, why)

    def _cases(self) -> Iterator[Case]:
        for key in self._json.fields():
            self._seen.add(key)
            if key == "suites":
                for _ in self._json.items():
                    yield from self._suite("")
            elif key == "results":
                yield from self._results()
            elif key == "errors":
                self._errors = self._json.value(tuple[playwright.Fault, ...])
            elif key in HEADER:
                self._json.value(HEADER[key])
            else:
                self._json.skip()
        self._check()
        self._json.done()

    def _check(self) -> None:
        if not self._seen & {"suites", "results"}:
            self._json.refuse("this JSON is neither a report of Playwright, which has `suites`, nor CTRF.")

    def _require(self, missing: Iterable[str]) -> None:
        for name in sorted(missing):
            self._json.refuse(f"Object missing required field `{name}` - at `{self._json.path}`")

    def _suite(self, above: str) -> Iterator[Case]:
        try:
            yield from playwright.cases_of(self._json.value(playwright.Suite), above, self._limits)
        except TooBig:
            yield from self._parts_of_suite(above)

    def _parts_of_suite(self, above: str) -> Iterator[Case]:
        title = above
        for key in self._json.fields():
            if key == "title":
                title = f"{above}{playwright.SEPARATOR}{self._json.value(str)}" if above else self._json.value(str)
            elif key == "specs":
                for _ in self._json.items():
                    yield from playwright.cases_of_spec(self._json.value(playwright.Spec), title, self._limits)
            elif key == "suites":
                for _ in self._json.items():
                    yield from self._suite(title)
            else:
                self._json.skip()

    def _results(self) -> Iterator[Case]:
        seen: set[str] = set()
        for key in self._json.fields():
            seen.add(key)
            if key == "tests":
                for _ in self._json.items():
                    yield ctrf.case_of(self._json.value(ctrf.Test), self._limits)
            elif key in RESULTS:
                self._json.value(RESULTS[key])
            else:
                self._json.skip()
        self._require({*RESULTS, "tests"} - seen)
