"""Messages with the cause that a person gave them: one JSON object a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

import msgspec

from bot.errors import UsageError
from bot.failures.values import Failure, Origin

SHAPE = 'A line is {"test", "error_class", "message", "stack", "cause"}, all of them texts'

LONGEST_LINE = 32_000_000
"""Bytes."""

_AT_BYTE = re.compile(r" \(byte (\d+)\)$")
_AT_KEY = re.compile(r" - at `\$((?:\.\w+)+)`$")
_MISSING = re.compile(r"missing required field `(\w+)`")


class _Place(msgspec.Struct):
    service: str
    exception: str = ""


class _Line(msgspec.Struct):
    """Shape of one line. What else stands in it is for people."""

    message: str | None
    cause: str | int
    test: str | None = ""
    error_class: str | None = ""
    stack: str | None = ""
    origin: _Place | None = None


@dataclass(frozen=True, slots=True)
class Labelled:
    failure: Failure
    cause: str


class BadLine(UsageError):
    """`where` is file:line:column, from 1; the column counts characters."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where


def read(lines: BinaryIO, file: str) -> Iterator[Labelled]:
    """Empty lines are skipped. Raises BadLine at the first that cannot be read."""
    decoder = msgspec.json.Decoder(_Line)
    for number, raw in enumerate(iter(partial(lines.readline, LONGEST_LINE + 1), b""), start=1):
        if not raw.strip():
            continue
        if len(raw) > LONGEST_LINE:
            raise BadLine(f"{file}:{number}:1", f"This line has more than {LONGEST_LINE:,} bytes, which is the limit.")
        yield _labelled(_decoded(decoder, raw.removeprefix(b"\xef\xbb\xbf"), f"{file}:{number}"))


def _decoded(decoder: msgspec.json.Decoder[_Line], raw: bytes, where: str) -> _Line:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        column = len(raw[: error.start].decode()) + 1
        raise BadLine(f"{where}:{column}", "This is not UTF-8. Save the file with the encoding UTF-8.") from error
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as error:
        raise _misshaped(str(error), text, where) from error
    except (msgspec.DecodeError, RecursionError) as error:
        at = _AT_BYTE.search(str(error))
        column = len(raw[: int(at[1])].decode(errors="ignore")) + 1 if at else len(text.rstrip()) + 1
        raise BadLine(f"{where}:{column}", f"This is not JSON: {_AT_BYTE.sub('', str(error))}.") from error


def _misshaped(error: str, text: str, where: str) -> BadLine:
    """The key that is meant, and what it should hold."""
    key = _AT_KEY.search(error)
    column = _column_of(key[1].rpartition(".")[2], text) if key else 1
    missing = _MISSING.search(error)
    what = _AT_KEY.sub("", error)
    if missing:
        what = f'It has no "{missing[1]}". {SHAPE}'
    elif key:
        what = f'"{key[1].lstrip(".")}": {what}'
    return BadLine(f"{where}:{column}", f"{what}.")


def _column_of(key: str, text: str) -> int:
    found = re.search(rf'"{re.escape(key)}"\s*:\s*', text)
    return found.end() + 1 if found else 1


def _labelled(line: _Line) -> Labelled:
    origin = Origin(line.origin.service, line.origin.exception) if line.origin else None
    failure = Failure(line.test or "", line.message or "", line.error_class or "", line.stack or "", origin)
    return Labelled(failure, str(line.cause))
