"""The words that mean something by themselves."""

from __future__ import annotations

import re

from bot.grammar.durations import duration_at
from bot.grammar.times import clock_at, time_at

VERBS = (
    "board",
    "reserve",
    "extend",
    "release",
    "queue",
    "leave",
    "cancel",
    "watch",
    "unwatch",
    "ask",
    "give",
    "take",
    "hold",
    "book",
    "calendar",
    "freeze",
    "thaw",
    "down",
    "degraded",
    "ok",
    "undo",
    "log",
    "stats",
    "health",
    "settings",
    "help",
)

ALIASES = {
    "status": "board",
    "who": "board",
    "list": "board",
    "lock": "reserve",
    "claim": "reserve",
    "unlock": "release",
    "done": "release",
    "steal": "take",
}

ASKS_BACK = "free"
"""`free integration` is asked back: set it free, or is it free?"""

MODES = ("shared", "exclusive")
UNTIL = ("until", "till", "til")

PRIORITIES = ("incident", "hotfix")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT_DAYS = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6}

KEPT = frozenset(
    ("check", "contract", "deploy", "diff", "flaky", "good", "history", "rollback", "suite", "testdata", "where")
)
"""Commands of other families, which names must not collide with either."""

KEYWORDS = frozenset(
    (
        *MODES,
        *UNTIL,
        *PRIORITIES,
        *WEEKDAYS,
        *SHORT_DAYS,
        "all",
        "any",
        "by",
        "eod",
        "eta",
        "for",
        "now",
        "on",
        "to",
        "today",
        "tomorrow",
        "tonight",
    )
)


_DATE = re.compile(r"[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{0,4}")


def verb_of(word: str) -> str | None:
    """The verb that `word` is, or is another name for. Letter case does not count."""
    folded = word.casefold()
    verb = ALIASES.get(folded, folded)
    return verb if verb in VERBS else None


def reads_as_when(word: str) -> bool:
    """Whether `word` alone reads as a duration or a time, or might."""
    found = (duration_at(word, 0), time_at(word, 0), clock_at(word, 0))
    whole = any(each is not None and each.end == len(word) for each in found)
    return whole or word.isdigit() or _DATE.fullmatch(word) is not None


def why_taken(name: str) -> str | None:
    """Why `name` cannot be typed alone as a name, as the rest of a sentence (`is a command`); None when it can."""
    folded = name.casefold()
    if verb_of(folded) or folded in KEPT or folded == ASKS_BACK:
        return "is a command"
    if folded in KEYWORDS:
        return "is a keyword"
    return "reads as a duration or a time" if reads_as_when(folded) else None
