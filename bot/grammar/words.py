"""The words that mean something by themselves."""

from __future__ import annotations

from bot.grammar.durations import duration_at
from bot.grammar.times import clock_at, time_at

VERBS = ("board", "reserve", "extend", "release", "queue", "leave", "log", "help")

ALIASES = {
    "status": "board",
    "who": "board",
    "list": "board",
    "lock": "reserve",
    "claim": "reserve",
    "unlock": "release",
    "done": "release",
}

ASKS_BACK = "free"
"""`free integration` is asked back: set it free, or is it free?"""

MODES = ("shared", "exclusive")
UNTIL = ("until", "till", "til")

KEPT = frozenset(
    (
        "ask",
        "book",
        "calendar",
        "cancel",
        "check",
        "contract",
        "degraded",
        "deploy",
        "diff",
        "down",
        "flaky",
        "freeze",
        "give",
        "good",
        "health",
        "history",
        "hold",
        "ok",
        "rollback",
        "settings",
        "stats",
        "steal",
        "suite",
        "take",
        "testdata",
        "thaw",
        "undo",
        "unwatch",
        "watch",
        "where",
    )
)
"""Commands of the whole grammar that names must not collide with, whether this version reads them or not."""

KEYWORDS = frozenset((*MODES, *UNTIL, "for", "by", "all", "any", "to", "on", "eod", "now", "today", "tomorrow"))


def verb_of(word: str) -> str | None:
    """The verb that `word` is, or is another name for. Letter case does not count."""
    folded = word.casefold()
    return ALIASES.get(folded) or (folded if folded in VERBS else None)


def reads_as_when(word: str) -> bool:
    """Whether `word` alone reads as a duration or a time, or might."""
    found = (duration_at(word, 0), time_at(word, 0), clock_at(word, 0))
    return word.isdigit() or any(each is not None and each.end == len(word) for each in found)


def why_taken(name: str) -> str | None:
    """Why `name` cannot be typed alone as a name, as the rest of a sentence (`is a command`); None when it can."""
    folded = name.casefold()
    if verb_of(folded) or folded in KEPT or folded == ASKS_BACK:
        return "is a command"
    if folded in KEYWORDS:
        return "is a keyword"
    return "reads as a duration or a time" if reads_as_when(folded) else None
