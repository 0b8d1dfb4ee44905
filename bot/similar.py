"""Did you mean: near names for a word that nothing has."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

CLOSE_ENOUGH = 75
"""In percent of `fuzz.ratio`; below it a suggestion would be a guess."""

_LONGEST_WORD = 80


def nearest(word: str, names: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The names most like `word`, best first; letter case does not count. Empty when none is close enough."""
    if len(word) > _LONGEST_WORD:
        return ()
    found = process.extract(
        word,
        list(dict.fromkeys(names)),
        scorer=fuzz.ratio,
        processor=str.casefold,
        score_cutoff=CLOSE_ENOUGH,
        limit=limit,
    )
    return tuple(name for name, _score, _index in found)


def did_you_mean(suggestions: tuple[str, ...]) -> str:
    """` Did you mean a or b?`, with its leading space, or nothing."""
    return f" Did you mean {' or '.join(suggestions)}?" if suggestions else ""
