"""Which lines say that something went wrong, whose names they say, and what no service is at fault for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.diagnosis.evidence import Line

SHORT = 3
"""Characters of a name that may as well be a word."""

BAD_LEVELS = frozenset({"ERROR", "ERR", "FATAL", "CRITICAL", "SEVERE", "PANIC", "ALERT", "EMERG", "E", "F"})
_BAD_WORDS = re.compile(
    r"exception|\berr(?:or)?\b|\bfail(?:s|ed|ure|ing)?\b|\bpanic|\bfatal|refused|timed? ?out|deadline|unavailable"
    r"|out ?of ?memory|traceback|denied|abort|crash",
    re.IGNORECASE,
)
_IN_THEM = (
    *("exception", "err", "fail", "panic", "fatal", "refused", "time", "deadline", "unavailable", "memory"),
    *("traceback", "denied", "abort", "crash"),
)
"""One of these stands in each of the bad words: to look for them is much quicker in a long line that has none."""

_GIVEN = tuple(
    (why, re.compile(words, re.IGNORECASE))
    for why, words in (
        ("a disk is full", r"no space left|disk (?:is )?full|enospc|disk quota exceeded"),
        (
            "a certificate is not valid any more",
            (
                r"certificate\b.{0,40}\b(?:expired|not yet valid)|certificateexpired"
                r"|(?:\bx509|\bcertificate|certpath\w*exception)\b.{0,80}\bnot ?after\s*[:=]"
            ),
        ),
        (
            "a key or an account has ended",
            r"(?:api ?key|access key|credentials?|subscription|licen[cs]e)\b.{0,20}\bexpired",
        ),
        ("names are not resolved", r"server misbehaving|servfail|eai_again|temporary failure in name resolution"),
        (
            "a machine goes away",
            (
                r"node (?:is )?not ready|nodenotready|preempt|spot interruption|host (?:is )?down"
                r"|\bpods?\b.{0,60}\bevict(?:ed|ion)\b|\bevict(?:ed|ing) pods?\b|\bevicted: the node\b"
            ),
        ),
        (
            "a backup or upkeep runs",
            r"\bbackup started|base backup|maintenance (?:window|started)|\bvacuum\b.*\bstarted",
        ),
    )
)


def is_trouble(line: Line) -> bool:
    """It says that something went wrong, by its level or its words."""
    if line.level in BAD_LEVELS:
        return True
    text = line.message.lower()
    return any(part in text for part in _IN_THEM) and bool(_BAD_WORDS.search(line.message))


def naming(names: Sequence[str]) -> re.Pattern[str]:
    """Finds the names of services in a text: of one that is there, the longest, since `orders-db` is not `orders`."""
    ordered = sorted((name for name in names if len(name) > SHORT), key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, ordered))})(?![\w-])" if ordered else r"(?!)")


def given_by(text: str) -> Iterator[str]:
    """What it tells of that no service and no deployment brings, in words."""
    return (why for why, pattern in _GIVEN if pattern.search(text))
