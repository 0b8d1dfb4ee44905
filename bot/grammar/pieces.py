"""A line cut into what its words are: target, length or time, mode; and the reason, where reading ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import cast

from bot.grammar.commands import ModeWord
from bot.grammar.durations import duration_at
from bot.grammar.mistimed import Mistimed, mistimed_at
from bot.grammar.normalise import QUOTES
from bot.grammar.targets import Names, Target
from bot.grammar.times import Spoken, clock_at, time_at, until_at
from bot.grammar.words import MODES

_SPACE = re.compile(r"[\s,;]*")
_WORD = re.compile(r"\S+")
_FILLER = re.compile(r"(?:for|by)(?=\s)\s+", re.IGNORECASE)
_NUMBER = re.compile(r"([0-9]{1,9})(?=[,;]?(?:\s|$))")
_CLOSING = re.compile(f"[{QUOTES}]")


@dataclass(frozen=True, slots=True)
class Length:
    value: timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """`1:30` without `until`: a time, or a length."""

    said: Spoken


@dataclass(frozen=True, slots=True)
class Number:
    """`90` without a unit."""

    value: int


When = Length | Spoken | Clock | Number | Mistimed
Meaning = tuple[Target, ...] | When | ModeWord


@dataclass(frozen=True, slots=True)
class Piece:
    """What the words from `start` to `end` of the line mean."""

    start: int
    end: int
    meaning: Meaning

    @property
    def kind(self) -> str:
        if isinstance(self.meaning, str):
            return "mode"
        return "target" if isinstance(self.meaning, tuple) else "when"


@dataclass(frozen=True, slots=True)
class Pieces:
    """A line that was cut. `rest` is the reason as typed; `quoted` when quotes say so.

    second: the piece the reason begins with, when it is of a kind that was already there: the line may mean it instead.
    """

    text: str
    read: tuple[Piece, ...] = ()
    rest: str = ""
    quoted: bool = False
    second: Piece | None = field(default=None)

    def one(self, kind: str) -> Piece | None:
        return next((piece for piece in self.read if piece.kind == kind), None)

    @property
    def target(self) -> tuple[Target, ...]:
        piece = self.one("target")
        return cast("tuple[Target, ...]", piece.meaning) if piece else ()

    @property
    def when(self) -> When | None:
        piece = self.one("when")
        return cast("When", piece.meaning) if piece else None

    @property
    def mode(self) -> ModeWord | None:
        piece = self.one("mode")
        return cast("ModeWord", piece.meaning) if piece else None

    def without(self, piece: Piece) -> str:
        """The line as typed, less that piece."""
        return " ".join(filter(None, (self.text[: piece.start].strip(" ,;"), self.text[piece.end :].strip(" ,;"))))

    def typed(self, piece: Piece) -> str:
        return self.text[piece.start : piece.end].rstrip(",;")


def cut(text: str, names: Names) -> Pieces:
    """Read pieces in any order, each kind once, until a word is none of them. Pieces may follow a quoted reason."""
    so_far, at = Pieces(text), _skip(text, 0)
    while at < len(text):
        if text[at] in QUOTES and not so_far.quoted:
            so_far, at = _quoted(so_far, at)
            continue
        piece = piece_at(text, at, names)
        if piece is None or so_far.one(piece.kind):
            return _ended(so_far, at, piece)
        so_far = replace(so_far, read=(*so_far.read, piece))
        at = _skip(text, piece.end)
    return so_far


def _quoted(so_far: Pieces, at: int) -> tuple[Pieces, int]:
    closing = _CLOSING.search(so_far.text, at + 1)
    end = closing.start() if closing else len(so_far.text)
    return replace(so_far, rest=so_far.text[at + 1 : end], quoted=True), _skip(so_far.text, end + 1)


def _ended(so_far: Pieces, at: int, second: Piece | None) -> Pieces:
    if so_far.quoted:
        return replace(so_far, rest=f"{so_far.rest} {so_far.text[at:]}")
    return replace(so_far, rest=_unfilled(so_far.text[at:]), second=second)


def piece_at(text: str, at: int, names: Names) -> Piece | None:
    """The piece that starts at `at`. Names come first: `int-2h` is an environment, not two hours."""
    if found := names.find_at(text, at):
        return Piece(at, found.end, found.targets)
    filler = _FILLER.match(text, at)
    start = filler.end() if filler else at
    return next((replace(piece, start=at) for read in _WHENS if (piece := read(text, start))), None) or _mode_at(
        text, at
    )


def _length(text: str, at: int) -> Piece | None:
    found = duration_at(text, at)
    return Piece(at, found.end, Length(found.length)) if found else None


def _time(text: str, at: int) -> Piece | None:
    said = until_at(text, at) or time_at(text, at)
    return Piece(at, said.end, said) if said else None


def _mistimed(text: str, at: int) -> Piece | None:
    found = mistimed_at(text, at)
    return Piece(at, found.end, found) if found else None


def _clock(text: str, at: int) -> Piece | None:
    said = clock_at(text, at)
    return Piece(at, said.end, Clock(said)) if said else None


def _number(text: str, at: int) -> Piece | None:
    found = _NUMBER.match(text, at)
    return Piece(at, found.end(), Number(int(found[1]))) if found else None


_WHENS: tuple[Callable[[str, int], Piece | None], ...] = (_length, _time, _clock, _mistimed, _number)


def _mode_at(text: str, at: int) -> Piece | None:
    word = _WORD.match(text, at)
    folded = word.group().rstrip(",;").casefold() if word else ""
    return Piece(at, at + len(folded), folded) if folded in MODES else None


def words(text: str) -> Iterator[str]:
    return (found.group() for found in _WORD.finditer(text))


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _unfilled(rest: str) -> str:
    """`for EUR fix` gives `EUR fix`."""
    filler = _FILLER.match(rest)
    return rest[filler.end() :] if filler else rest
