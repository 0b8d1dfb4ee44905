"""A length or a time at the end of a reason: `payments sandbox broken 2h`. It may be meant as one, or as words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.grammar import normalise
from bot.grammar.dates import dated_at
from bot.grammar.here import Here
from bot.grammar.mistimed import Mistimed
from bot.grammar.pieces import Clock, Length, Number, When, when_at
from bot.grammar.times import UNTIL

_WORD = re.compile(r"\S+")
_SAYS_SO = re.compile(r"(?:eta|back\s+(?:in|by|at|around))\s+", re.IGNORECASE)
_MAY_SAY_SO = re.compile(r"(?:for|in|by)\s+", re.IGNORECASE)
_PAST = frozenset(("at", "from", "since", "after", "before", "every", "last", "past", "than", "of", "to"))
_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Tail:
    """`before`: the reason without it, as people will read it. sure: the words say that it is the end."""

    before: str
    when: When
    sure: bool


def tail_of(reason: str, here: Here, *, days: bool = False) -> Tail | None:
    """The length or time with which the reason ends, if words stand before it. days: other days are read too."""
    reason = reason.rstrip(" .,;!")
    found = list(_WORD.finditer(reason))
    starts = [word.start() for word in found[1:]][-_MOST_WORDS:]
    return next((tail for start in starts if (tail := _tail_from(reason, start, here, days=days))), None)


def _tail_from(reason: str, start: int, here: Here, *, days: bool) -> Tail | None:
    before = reason[:start].rstrip(" ,;")
    said = _SAYS_SO.match(reason, start)
    maybe = None if said else _MAY_SAY_SO.match(reason, start)
    prefix = said or maybe
    when, end = _when(reason, prefix.end() if prefix else start, here, days=days)
    if isinstance(when, Length) and when.value <= timedelta():
        return None
    if when is None or end != len(reason) or not before:
        return None
    last = before.split()[-1].casefold()
    if last in _PAST and not said:
        return None
    until = UNTIL.match(reason, start) is not None
    return Tail(normalise.reason(before), when, sure=bool(said) or until or (isinstance(when, Length) and not maybe))


def _when(text: str, at: int, here: Here, *, days: bool) -> tuple[When | None, int]:
    prefix = UNTIL.match(text, at)
    if days and prefix and (found := dated_at(text, prefix.end(), here)):
        return found, found.end
    piece = when_at(text, at)
    if piece is None or isinstance(piece.meaning, str | tuple | Mistimed | Number):
        return None, at
    return piece.meaning.said if isinstance(piece.meaning, Clock) else piece.meaning, piece.end
