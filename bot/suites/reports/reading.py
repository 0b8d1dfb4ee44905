"""Reads test reports of any kind from a file: what it is, is told from its content, never from its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import IO, Final

from bot.suites.reports import encoding, json_report, source
from bot.suites.reports.junit import Forbidden, JUnitReader
from bot.suites.reports.model import BadReport, Case, Cut, Limits

USUAL: Final = Limits()
WANTED: Final = "Signalbox reads JUnit XML, Playwright's JSON and CTRF, plain, in gzip or in a zip."
_BEFORE_THE_TEXT: Final = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
_MARKS: Final = (b"<testsuite", b"<testcase", b'"suites"', b'"results"')

Batches = Iterator[list[Case]]
Opened = Callable[[], Iterator[bytes]]
"""The bytes from their beginning, as often as it is called."""


def reports(file: IO[bytes], name: str, limits: Limits = USUAL) -> Iterator[tuple[str, Batches]]:
    """Each report in the file, under its name, and its cases as they are read; memory does not grow with the file.

    file: can be sought in. A report's cases end with an error if something is wrong with it: BadReport when it cannot
    be read (forget its cases), Cut when it ends in the middle, Broke when it says that the run broke (keep them). The
    file itself raises BadReport, Cut.
    """
    begun = file.read(len(source.ZIP[0]))
    if begun in source.ZIP:
        yield from _of_zip(file, name, limits)
    else:
        yield name, _cases(partial(_opened, file, name, limits), name, limits)


def _opened(file: IO[bytes], name: str, limits: Limits) -> Iterator[bytes]:
    file.seek(0)
    begun = file.read(source.CHUNK)
    pieces = chain([begun], source.pieces(file))
    unpacked = source.unpacked(pieces, name, limits) if begun.startswith(source.GZIP) else pieces
    return source.limited(unpacked, name, limits)


def _of_zip(file: IO[bytes], name: str, limits: Limits) -> Iterator[tuple[str, Batches]]:
    """Whatever else is in it is left out: pages, pictures, archives."""
    found = 0
    for member, opened in source.members(file, name, limits):
        begun = next(opened(), b"").replace(b"\0", b"")
        if any(mark in begun for mark in _MARKS):
            found += 1
            yield member, _cases(opened, member, limits)
    if not found:
        raise BadReport(name, 1, 1, f"there is no test report in it. {WANTED}")


def _cases(opened: Opened, name: str, limits: Limits) -> Batches:
    pieces = opened()
    begun = next(pieces, b"")
    while begun and not begun.strip(_BEFORE_THE_TEXT) and (more := next(pieces, b"")):
        begun = more
    kind = begun.lstrip(_BEFORE_THE_TEXT)[:1]
    if not kind:
        raise BadReport(name, 1, 1, "it is empty. Its run was probably killed.")
    if kind not in (b"<", b"{"):
        raise BadReport(name, 1, 1, f"this is no test report. {WANTED}")
    whole = chain([begun], pieces)
    if kind == b"{":
        yield from json_report.read(encoding.as_utf8(whole, name), name, limits)
    else:
        yield from _of_xml(whole, opened, name, limits)


def _of_xml(whole: Iterator[bytes], opened: Opened, name: str, limits: Limits) -> Batches:
    """Where a character is forbidden, what was read is read again without it, and not given again."""
    given = 0
    try:
        for ready in _parsed(encoding.as_utf8(whole, name), name, limits):
            given += len(ready)
            yield ready
    except Forbidden:
        for ready in _parsed(encoding.clean(encoding.as_utf8(opened(), name)), name, limits):
            yield ready[given:]
            given = max(0, given - len(ready))


def _parsed(pieces: Iterable[bytes], name: str, limits: Limits) -> Batches:
    reader = JUnitReader(name, limits)
    try:
        for piece in pieces:
            if ready := reader.feed(piece):
                yield ready
        last = reader.close()
    except Cut:
        yield reader.rest()
        raise
    yield last
