"""What stands where a length or a time belongs and is none: an error that says why, never the start of a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.grammar.times import UNTIL

_END = r"(?=[,;]?(?:\s|$))"
_CLOCK_LIKE = re.compile(r"[0-9]{1,4}(?::[0-9]{1,4}(?:\s?[ap]\.?m\.?)?|\s?[ap]\.?m\.?)" + _END, re.IGNORECASE)
_DIGITS = re.compile(r"[0-9][0-9:.]{0,8}(?:\s?[ap]\.?m\.?|[dhms])?" + _END, re.IGNORECASE)
_SECONDS = re.compile(
    r"-?(?:[0-9]{1,9}[dhm]){0,3}[0-9]{1,9}(?:[.,][0-9]{1,3})?(?:\s?(?:seconds?|secs?)|s)" + _END, re.IGNORECASE
)
_WORDS = re.compile(r"\S{1,60}(?:[ \t]\S{1,60}){0,2}")
_DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}(?:[-/.][0-9]{0,4})?")
_OTHER_DAY = re.compile(
    r"tomorrow|next|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|[0-9]{1,4}[-/.][0-9]{1,2}(?:[-/.][0-9]{0,4})?",
    re.IGNORECASE,
)
_PAST = frozenset(("yesterday", "last"))


@dataclass(frozen=True, slots=True)
class Mistimed:
    """Ends at `end` of the text; `why` is a sentence."""

    end: int
    why: str


def mistimed_at(text: str, at: int) -> Mistimed | None:
    """`until` before what is no time of today, `25:00`, `90s`; None for everything else."""
    if prefix := UNTIL.match(text, at):
        return _after_until(text, prefix.end())
    if found := _SECONDS.match(text, at):
        return Mistimed(found.end(), f"{found.group()} is in seconds: at least a minute, for example 30m.")
    found = _CLOCK_LIKE.match(text, at)
    return Mistimed(found.end(), f"{found.group()} is no time of day.") if found else None


def _after_until(text: str, at: int) -> Mistimed:
    if found := _DIGITS.match(text, at):
        return Mistimed(found.end(), f"{found.group()} is no time of day.")
    said = _WORDS.match(text, at)
    if said is None:
        return Mistimed(at, "until needs a time of today, such as 16:30, 5pm or eod.")
    word = said.group().split()[0].rstrip(",;")
    if word.casefold() in _PAST:
        why = (
            f"“{said.group().rstrip(',;')}” has passed already: until takes a time of today, such as 16:30, 5pm or eod."
        )
    elif _OTHER_DAY.fullmatch(word):
        why = f"until reads times of today, not “{word}”: say how long instead, for example 4h."
    else:
        why = f"“{said.group().rstrip(',;')}” is no time of today: until takes one such as 16:30, 5pm or eod."
    return Mistimed(said.end(), why)
