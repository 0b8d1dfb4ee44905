"""A line cut into what its words are: target, length or time, mode, ...; and the reason, where reading ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal, cast

from bot.grammar.commands import PriorityWord
from bot.grammar.dates import Start, dated_at, start_at
from bot.grammar.durations import duration_at
from bot.grammar.here import Here
from bot.grammar.mistimed import Mistimed, mistimed_at
from bot.grammar.normalise import QUOTES, quoted_at
from bot.grammar.questions import ModeWord
from bot.grammar.targets import Wanted
from bot.grammar.times import UNTIL, Spoken, clock_at, time_at, until_at
from bot.grammar.words import MODES, PRIORITIES

Kind = Literal["target", "when", "mode", "priority", "start"]
"""`when` is a length or an end; `start` a beginning, for what is planned."""

Reads = frozenset[Kind | Literal["day", "suite"]]
"""The kinds that a verb takes. day: an end may be on another day. suite: `for the suite` is a length."""

_SPACE = re.compile(r"[\s,;]*")
_WORD = re.compile(r"\S+")
_FILLER = re.compile(r"(?:for|by|eta)(?=\s)\s+", re.IGNORECASE)
_FOR = re.compile(r"(?:for|by)(?=\s)\s+", re.IGNORECASE)
_NUMBER = re.compile(r"([0-9]{1,9})(?=[,;]?(?:\s|$))")
_SUITE = re.compile(r"(?:for|until|till|til)\s+(?:the|my)\s+suite(?=[,;]?(?:\s|$))", re.IGNORECASE)


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


@dataclass(frozen=True, slots=True)
class ForSuite:
    """`for the suite`: as long as the run that it is for."""


When = Length | Spoken | Clock | Number | Mistimed | ForSuite | Start
Meaning = tuple[Wanted, ...] | When | ModeWord | PriorityWord


@dataclass(frozen=True, slots=True)
class Piece:
    """What the words from `start` to `end` of the line mean."""

    start: int
    end: int
    kind: Kind
    meaning: Meaning


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

    def one(self, kind: Kind) -> Piece | None:
        return next((piece for piece in self.read if piece.kind == kind), None)

    @property
    def target(self) -> tuple[Wanted, ...]:
        piece = self.one("target")
        return cast("tuple[Wanted, ...]", piece.meaning) if piece else ()

    @property
    def when(self) -> When | None:
        piece = self.one("when")
        return cast("When", piece.meaning) if piece else None

    @property
    def start(self) -> Start | None:
        piece = self.one("start")
        return cast("Start", piece.meaning) if piece else None

    @property
    def mode(self) -> ModeWord | None:
        piece = self.one("mode")
        return cast("ModeWord", piece.meaning) if piece else None

    @property
    def priority(self) -> PriorityWord | None:
        piece = self.one("priority")
        return cast("PriorityWord", piece.meaning) if piece else None

    def without(self, piece: Piece) -> str:
        """The line as typed, less that piece."""
        return " ".join(filter(None, (self.text[: piece.start].strip(" ,;"), self.text[piece.end :].strip(" ,;"))))

    def typed(self, piece: Piece) -> str:
        return self.text[piece.start : piece.end].rstrip(" ,;")


def cut(text: str, here: Here, kinds: Reads) -> Pieces:
    """Read pieces of these kinds in any order, each kind once, until a word is none of them.

    Pieces may follow a quoted reason. Raises UsageError for a date that is none, or more than there are of a label.
    """
    so_far, at = Pieces(text), _skip(text, 0)
    while at < len(text):
        if text[at] in QUOTES and not so_far.quoted:
            reason, end = quoted_at(text, at)
            so_far, at = replace(so_far, rest=reason.strip(), quoted=True), _skip(text, end)
            continue
        piece = piece_at(text, at, here, kinds)
        if piece is None or so_far.one(piece.kind):
            return _ended(so_far, at, piece, here)
        so_far = replace(so_far, read=(*so_far.read, piece))
        at = _skip(text, piece.end)
    return so_far


def _ended(so_far: Pieces, at: int, second: Piece | None, here: Here) -> Pieces:
    """A priority that the typist may not claim is the first word of the reason, where one follows at once."""
    if so_far.quoted:
        return replace(so_far, rest=f"{so_far.rest} {so_far.text[at:]}")
    *others, last = so_far.read or (None,)
    if last and last.kind == "priority" and last.meaning not in here.priorities:
        so_far, at, second = replace(so_far, read=tuple(others)), last.start, None
    return replace(so_far, rest=_unfilled(so_far.text[at:]), second=second)


def piece_at(text: str, at: int, here: Here, kinds: Reads) -> Piece | None:
    """The piece that starts at `at`. Names come first: `int-2h` is an environment, not two hours."""
    if found := here.names.find_at(text, at):
        return Piece(at, found.end, "target", found.targets)
    if "suite" in kinds and (said := _SUITE.match(text, at)):
        return Piece(at, said.end(), "when", ForSuite())
    filler = _FILLER.match(text, at)
    start = filler.end() if filler else at
    if timed := _planned(text, start, here, kinds):
        return replace(timed, start=at)
    if "when" in kinds and (timed := when_at(text, start)):
        return (
            _as_time(timed, at) if filler and filler.group().strip().casefold() == "eta" else replace(timed, start=at)
        )
    return _word_at(text, at, kinds)


def _as_time(timed: Piece, at: int) -> Piece:
    """`eta 1:30` is a time, not a length."""
    meaning = timed.meaning.said if isinstance(timed.meaning, Clock) else timed.meaning
    return replace(timed, start=at, meaning=meaning)


def when_at(text: str, at: int) -> Piece | None:
    """A length or a time of today, or what stands for one and is none."""
    return next((piece for read in _WHENS if (piece := read(text, at))), None)


def _planned(text: str, at: int, here: Here, kinds: Reads) -> Piece | None:
    """A beginning, or `until` and a day."""
    if "day" in kinds and (prefix := UNTIL.match(text, at)):
        found = dated_at(text, prefix.end(), here)
        return Piece(at, found.end, "when", found) if found else None
    found = start_at(text, at, here) if "start" in kinds else None
    return Piece(at, found.end, "start", found) if found else None


def _length(text: str, at: int) -> Piece | None:
    found = duration_at(text, at)
    return Piece(at, found.end, "when", Length(found.length)) if found else None


def _time(text: str, at: int) -> Piece | None:
    said = until_at(text, at) or time_at(text, at)
    return Piece(at, said.end, "when", said) if said else None


def _mistimed(text: str, at: int) -> Piece | None:
    found = mistimed_at(text, at)
    return Piece(at, found.end, "when", found) if found else None


def _clock(text: str, at: int) -> Piece | None:
    said = clock_at(text, at)
    return Piece(at, said.end, "when", Clock(said)) if said else None


def _number(text: str, at: int) -> Piece | None:
    found = _NUMBER.match(text, at)
    return Piece(at, found.end(), "when", Number(int(found[1]))) if found else None


_WHENS: tuple[Callable[[str, int], Piece | None], ...] = (_length, _time, _clock, _mistimed, _number)


def _word_at(text: str, at: int, kinds: Reads) -> Piece | None:
    """A mode, or a priority, whether or not the typist may claim it."""
    word = _WORD.match(text, at)
    folded = word.group().rstrip(",;").casefold() if word else ""
    if "mode" in kinds and folded in MODES:
        return Piece(at, at + len(folded), "mode", folded)
    if "priority" in kinds and folded in PRIORITIES:
        return Piece(at, at + len(folded), "priority", folded)
    return None


def words(text: str) -> Iterator[str]:
    return (found.group() for found in _WORD.finditer(text))


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _unfilled(rest: str) -> str:
    """`for EUR fix` gives `EUR fix`."""
    filler = _FOR.match(rest)
    return rest[filler.end() :] if filler else rest
