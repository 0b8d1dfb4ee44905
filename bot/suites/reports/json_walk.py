"""Walks through JSON that need not fit into memory, and reads what fits as typed values. Pure.

msgspec decodes whole values, many times faster than any parser that speaks of single tokens. So a value is read as a
whole where it fits into `most` bytes, and entered where it does not: the caller asks for a `Suite`, is told `TooBig`,
and asks for the keys of that suite instead.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Final, NoReturn, TypeVar

import msgspec

from bot.suites.reports.model import BadReport, Cut, cut_off

T = TypeVar("T")

_BLANK: Final = re.compile(rb"[ \t\r\n]*")
_TRAILING: Final = re.compile(r"trailing characters \(byte (\d+)\)")
_BYTE: Final = re.compile(r"^JSON is malformed: (.*) \(byte (\d+)\)$")
_ESCAPED: Final = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})(?=[\s\S]{6})"
)
"""A backslash, a character in two halves, or one half alone, once it is known what follows it."""
_RAW: Final = msgspec.json.Decoder(msgspec.Raw)
_OPENING: Final = (b"{", b"[", b'"')


class TooBig(Exception):
    """The value has more bytes than may be in memory at once."""


class JsonWalk:
    """Stands before a value. `path` says which, as in `$.results.tests[3]`."""

    def __init__(self, pieces: Iterator[bytes], name: str, most: int) -> None:
        self._pieces, self._name, self._most = pieces, name, most
        self._data = b""
        self._at = self._line = self._column = 0
        self._ended = False
        self._path: list[str] = ["$"]
        self.read = 0
        """How many tests the caller has got; told when the document ends early."""

    @property
    def path(self) -> str:
        return "".join(self._path)

    def fields(self) -> Iterator[str]:
        """Of the object here. The caller takes each value before it asks for the next key."""
        self._take(b"{", "an object")
        while self._next() != b"}":
            key = self.value(str)
            self._take(b":", "a colon")
            with self._below(f".{key}"):
                yield key
            self._separated(b"}")
        self._at += 1

    def items(self) -> Iterator[int]:
        """Of the array here. The caller takes each item before it asks for the next."""
        self._take(b"[", "an array")
        number = 0
        while self._next() != b"]":
            with self._below(f"[{number}]"):
                yield number
            self._separated(b"]")
            number += 1
        self._at += 1

    def value(self, type: type[T]) -> T:
        """The whole value here. Raises TooBig and stays; BadReport with its path when it is of another shape."""
        end = self._end()
        data = memoryview(self._data)[self._at : end]
        try:
            found = msgspec.json.decode(data, type=type)
        except msgspec.ValidationError as error:
            self.refuse(str(error).replace("`$", f"`{self.path}") + self._at_path(str(error)))
        except msgspec.DecodeError as error:
            self.refuse(f"this is no JSON: {error}.")
        except RecursionError:
            self.refuse("values stand in one another too deep.")
        self._at = end
        return found

    def skip(self) -> None:
        """Whatever the value here is, and however long."""
        try:
            self._at = self._end()
        except TooBig:
            self._enter()

    def _enter(self) -> None:
        opening = self._next()
        if len(self._path) > 100 or opening == b'"':  # noqa: PLR2004 - as deep as XML may be
            self.refuse(f"one text has more than {self._most:,} bytes, or values stand in one another too deep.")
        for _ in self.fields() if opening == b"{" else self.items():
            self.skip()

    def done(self) -> None:
        """Nothing may follow."""
        if self._next(may_end=True):
            self.refuse("something follows the end of the report.")

    def refuse(self, why: str, *, at: int | None = None) -> NoReturn:
        raise BadReport(self._name, *self._place(self._at if at is None else at), why)

    def _place(self, at: int) -> tuple[int, int]:
        before = self._data[:at]
        lines = before.count(b"\n")
        column = at - before.rfind(b"\n") - 1 if lines else self._column + at
        return self._line + lines + 1, column + 1

    @contextmanager
    def _below(self, step: str) -> Generator[None]:
        self._path.append(step)
        yield
        self._path.pop()

    def _separated(self, end: bytes) -> None:
        if (found := self._next()) == b",":
            self._at += 1
            if self._next() == end:
                self.refuse("a value is missing behind the comma.")
        elif found != end:
            self.refuse(f"a comma or {end.decode()} is missing.")

    def _take(self, sign: bytes, called: str) -> None:
        if self._next() != sign:
            self.refuse(f"{called} is missing at `{self.path}`.")
        self._at += 1

    def _next(self, *, may_end: bool = False) -> bytes:
        """The first byte that is no blank, not taken. Raises Cut at the end, unless it `may_end`: then empty."""
        while True:
            if blank := _BLANK.match(self._data, self._at):
                self._at = blank.end()
            if self._at < len(self._data):
                return self._data[self._at : self._at + 1]
            if not self._more():
                break
        if not may_end:
            self._cut()
        return b""

    def _end(self) -> int:
        """Where the value here ends. Raises TooBig, Cut, BadReport."""
        scalar = self._next() not in _OPENING
        while True:
            try:
                _RAW.decode(memoryview(self._data)[self._at :])
            except RecursionError:
                self.refuse("values stand in one another too deep.")
            except msgspec.DecodeError as error:
                if found := _TRAILING.search(str(error)):
                    return self._at + int(found[1]) - 1
                if found := _BYTE.match(str(error)):
                    self.refuse(f"this is no JSON: {found[1]}.", at=self._at + int(found[2]))
            else:
                if not scalar or self._ended:
                    return len(self._data)
            if len(self._data) - self._at > self._most:
                raise TooBig
            if not self._more(double=True):
                self._cut()

    def _more(self, *, double: bool = False) -> bool:
        """Forgets what was taken and gets the next piece, or as much again as there is."""
        self._line, self._column = (each - 1 for each in self._place(self._at))
        got = [self._data[self._at :]]
        wanted = len(got[0]) if double else 1
        while wanted > 0 and (piece := next(self._pieces, b"")):
            got.append(piece)
            wanted -= len(piece)
        self._data, self._at = _mended(b"".join(got)), 0
        self._ended = len(got) == 1
        return not self._ended

    def _at_path(self, said: str) -> str:
        """A path, since msgspec leaves it out where the value itself is wrong."""
        return "" if "`$" in said else f" - at `{self.path}`"

    def _cut(self) -> NoReturn:
        raise Cut(self._name, *self._place(len(self._data)), cut_off(self.read))


def _mended(data: bytes) -> bytes:
    """JavaScript writes halves of characters, which no strict parser reads."""
    return _ESCAPED.sub(_without_half, data) if b"\\ud" in data or b"\\uD" in data else data


def _without_half(found: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if found[1] else found[0]


def decoded(data: bytes, type: type[T]) -> T | None:
    """A whole document, the fast way; None when anything is wrong with it, for a walk to find out what.

    Meanwhile no garbage is looked for: there is none, and the search among new values takes as long as making them.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return msgspec.json.decode(data, type=type)
    except (msgspec.DecodeError, RecursionError):
        return None
    finally:
        if collects:
            gc.enable()
