"""`help <topic>`: which one is meant. Every family of commands reads it alike. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.errors import UsageError
from bot.grammar.normalise import shown
from bot.grammar.pieces import words
from bot.similar import did_you_mean, nearest


def topic_asked(rest: str, find: Callable[[str], str | None], *, topics: Sequence[str], usage: str) -> str | None:
    """The topic that `rest` begins with; None when nothing is named. find: the topic that a word is a name of.

    Raises UsageError, with near ones as suggestions, for a word that names none.
    """
    if not rest:
        return None
    first = next(words(rest))
    if topic := find(first.rstrip(",;:.")):
        return topic
    near = nearest(first, topics)
    there_are = f" Topics: {', '.join(topics)}."
    raise UsageError(
        f"There is no help about “{shown(first)}”.{did_you_mean(near) or there_are}",
        usage=usage,
        suggestions=tuple(f"help {topic}" for topic in near),
    )
