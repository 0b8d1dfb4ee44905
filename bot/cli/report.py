"""signalbox report parse: what test reports say, for people and for programs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Protocol

import msgspec
import typer

from bot.suites.reports import BadReport, Broke, Case, Cut, Tally, reports

UNREADABLE = 2
SHOWN = 30
"""Tests that are shown to people with their messages; a program gets them all."""
IN_MEMORY = 1024**2
"""Bytes of cases that are not yet written to a temporary file. They are printed behind their counts."""
SINGULAR = {"tests": "test", "errors": "error"}

Files = Annotated[list[Path], typer.Argument(help="JUnit XML, Playwright JSON or CTRF; plain, gzip, or a zip of such.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: one object for all files together.")]


class Row(msgspec.Struct):
    """One case as programs get it."""

    id: str
    name: str
    suite: str
    status: str
    duration_s: float | None
    message: str
    attempts: int


class Sink(Protocol):
    """Where cases go until all files were read."""

    def add(self, cases: Sequence[Case]) -> None: ...
    def mark(self) -> int: ...
    def back(self, mark: int) -> None:
        """Forgets what was added since."""
        ...


def parse(files: Files, *, as_json: AsJson = False) -> None:
    """Say what test reports say, all files together.

    The verdict is passed, failed, or infrastructure: a report is cut off, cannot be read, says that the run broke, or
    there are no tests at all. flaky: failed first, then passed; such a test is green.

    Exit code 0: every file was read, whatever the verdict; also one that is cut off, as far as it goes. Exit code 2: a
    file cannot be read; the place is told, and the others are read all the same.
    """
    if as_json:
        with SpooledTemporaryFile(IN_MEMORY) as spool:
            tally, unreadable = gather(files, rows := Rows(spool))
            rows.print(tally)
    else:
        tally, unreadable = gather(files, lines := Lines())
        if tally.tests or not unreadable:
            lines.print(tally)
    if unreadable:
        raise typer.Exit(UNREADABLE)


def gather(files: Sequence[Path], sink: Sink) -> tuple[Tally, bool]:
    """Counts, and whether a file cannot be read. Troubles are told on stderr as they are met."""
    tally, unreadable = Tally(), False
    for path in files:
        for trouble in _troubles(path, tally, sink):
            print(f"signalbox: {trouble.user_message}", file=sys.stderr)
            tally.note(trouble)
            unreadable |= not isinstance(trouble, Cut | Broke)
    return tally, unreadable


def _troubles(path: Path, tally: Tally, sink: Sink) -> Iterator[BadReport]:
    try:
        with path.open("rb") as file:
            read = [_read(batches, tally, sink) for _, batches in reports(file, str(path))]
            yield from filter(None, read)
    except BadReport as trouble:
        yield trouble
    except OSError as error:
        yield BadReport(str(path), 1, 1, f"the file cannot be read: {error.strerror}.")


def _read(batches: Iterator[list[Case]], tally: Tally, sink: Sink) -> BadReport | None:
    before, mark = tally.by_status.copy(), sink.mark()
    try:
        for cases in batches:
            tally.add(cases)
            sink.add(cases)
    except (Cut, Broke) as trouble:
        return trouble
    except BadReport as trouble:
        tally.by_status = before
        sink.back(mark)
        return trouble
    return None


class Rows:
    """JSON. The counts come first, so cases wait in a file; memory does not grow with their number."""

    def __init__(self, spool: IO[bytes]) -> None:
        self._spool = spool

    def add(self, cases: Sequence[Case]) -> None:
        if not cases:
            return
        rows = [
            Row(case.id, case.name, case.suite, case.status, case.duration_s, case.message, case.tries)
            for case in cases
        ]
        if self._spool.tell():
            self._spool.write(b",")
        self._spool.write(msgspec.json.encode(rows)[1:-1])

    def mark(self) -> int:
        return self._spool.tell()

    def back(self, mark: int) -> None:
        self._spool.seek(mark)
        self._spool.truncate()

    def print(self, tally: Tally) -> None:
        head = msgspec.json.encode({**counts(tally), "verdict": tally.verdict})
        sys.stdout.flush()
        sys.stdout.buffer.write(head[:-1] + b',"cases":[')
        self._spool.seek(0)
        shutil.copyfileobj(self._spool, sys.stdout.buffer)
        sys.stdout.buffer.write(b"]}\n")
        sys.stdout.buffer.flush()


class Lines:
    """Sentences. Of the tests that failed, errored or were flaky, the first `SHOWN`."""

    def __init__(self) -> None:
        self._shown: list[str] = []

    def add(self, cases: Sequence[Case]) -> None:
        for case in cases:
            if len(self._shown) >= SHOWN:
                return
            if case.status not in ("passed", "skipped"):
                self._shown.append(line(case))

    def mark(self) -> int:
        return len(self._shown)

    def back(self, mark: int) -> None:
        del self._shown[mark:]

    def print(self, tally: Tally) -> None:
        print(f"{tally.verdict}: {summary(tally)}")
        print(*self._shown, sep="\n", end="\n" if self._shown else "")
        hidden = sum(tally.by_status[status] for status in ("failed", "error", "flaky")) - len(self._shown)
        if hidden > 0:
            print(f"  and {hidden:,} more; --json has them all")


def counts(tally: Tally) -> dict[str, int]:
    found = tally.by_status
    return {
        "tests": tally.tests,
        "passed": found["passed"],
        "failed": found["failed"],
        "errors": found["error"],
        "skipped": found["skipped"],
        "flaky": found["flaky"],
    }


def summary(tally: Tally) -> str:
    """Such as `3 tests, 2 passed, 1 error`."""
    told = [(count, name if count != 1 else SINGULAR.get(name, name)) for name, count in counts(tally).items()]
    return ", ".join(f"{count:,} {name}" for count, name in told if count or name == "tests")


def line(case: Case) -> str:
    tries = f" ({case.tries} attempts)" if case.tries > 1 else ""
    message = case.message.partition("\n")[0]
    return f"  {case.status:7} {case.id}{tries}" + (f"\n          {message}" if message else "")


def register(app: typer.Typer) -> None:
    family = typer.Typer(help="Test reports: what they say.", no_args_is_help=True)
    family.command()(parse)
    family.callback()(_family)
    app.add_typer(family, name="report")


def _family() -> None:
    """Makes typer keep the name of a family that has one command."""
