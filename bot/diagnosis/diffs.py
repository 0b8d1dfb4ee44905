"""What a commit does, as far as its files and lines tell. Pure.

Signs, not proofs: they say which of several commits could do what was seen, and are words for a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.diagnosis.evidence import Commit

LONGEST_DIFF = 60_000
SHORTEST = 3
"""Letters of a word that tells anything."""

_HARMLESS = re.compile(
    r"(?:^|/)(?:docs?|documentation|tests?|__tests__|testdata|spec|e2e|\.github|\.gitlab|\.ci|examples?|assets|static"
    r"|i18n|locales?)/|(?:_test|\.test|\.spec|_spec)\.\w+$|(?:^|/)test_\w+\.\w+$|\.(?:md|rst|txt|css|scss|less|svg|png|jpe?g|gif"
    r"|ico|snap|golden)$|(?:^|/)(?:CODEOWNERS|LICENSE|README|CHANGELOG|\.gitignore|\.editorconfig|\.golangci\.ya?ml)$",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"^\s*(?://|#|\*|/\*|--|<!--)")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_GUARD = re.compile(
    r"\bif\b.*(?:nil|null|none|undefined|empty|len\(|length|size|exists|isset|contains|has|err|==|!=|<|>)|\btry\b|\bcatch\b"
    r"|\bexcept\b|\brescue\b|\brecover\b|\bdefer\b|\?\.|\?\?|getordefault|orelse|\.get\(|\bassert\b|validate",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"limit|batch|chunk|page|timeout|deadline|cache|pool|backoff|index|lock|mutex|semaphore|ratelimit|throttl|debounce"
    r"|preload|prefetch|join|eager|max|buffer|close",
    re.IGNORECASE,
)
_LOOP = re.compile(r"\b(?:for|foreach|while|each|map)\b|\.(?:forEach|map|each)\(", re.IGNORECASE)
_REMOTE = re.compile(
    r"\b\w*(?:query|select|fetch|get|find|load|request|call|send|put|insert|post|exec|http|rpc)\w*\s*\(", re.IGNORECASE
)
_QUERY = re.compile(r"\b(?:SELECT|WHERE|ORDER BY|GROUP BY|JOIN|UPDATE|INSERT|DELETE|LIMIT)\b")
_NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Signs:
    """guard: a check that was there is gone. bound: so is a limit, a batch, a cache, a timeout. loop: what it calls, it
    now calls again and again. query: it asks the database something else. limit: a limit has another value. value: so
    has anything. gone: words that no longer stand in the lines that changed.
    """

    harmless: bool
    guard: bool = False
    bound: bool = False
    loop: bool = False
    query: bool = False
    limit: bool = False
    value: bool = False
    gone: frozenset[str] = frozenset()
    unknown: bool = False


def signs(commit: Commit) -> Signs:
    if commit.files and all(_HARMLESS.search(file) for file in commit.files):
        return Signs(harmless=True)
    if not commit.diff:
        return Signs(harmless=False, unknown=True)
    added, removed = _lines(commit.diff[:LONGEST_DIFF])
    gone = _gone(removed, added)
    return Signs(
        harmless=False,
        guard=any(_GUARD.search(line) for line in gone),
        bound=bool(_words(removed, _BOUND) - _words(added, _BOUND)),
        loop=_calls_in_loop(added) and not _calls_in_loop(removed),
        query=any(_QUERY.search(line) for line in gone) or any(_QUERY.search(line) for line in _gone(added, removed)),
        limit=_another_limit(added, removed),
        value=_another_number(added, removed),
        gone=frozenset(_all_words(removed) - _all_words(added)),
    )


def _lines(diff: str) -> tuple[list[str], list[str]]:
    lines = [line for line in diff.splitlines() if line[:3] not in {"+++", "---"}]
    added = [line[1:].strip() for line in lines if line[:1] == "+"]
    removed = [line[1:].strip() for line in lines if line[:1] == "-"]
    return _code(added), _code(removed)


def _code(lines: list[str]) -> list[str]:
    return [line for line in lines if line and not _COMMENT.match(line)]


def _gone(removed: list[str], added: list[str]) -> list[str]:
    """Without what only moved or was written another way: lines whose words are nearly all there still."""
    kept = [set(_IDENTIFIER.findall(line)) for line in added]
    return [line for line in removed if not _still_there(set(_IDENTIFIER.findall(line)), kept)]


def _still_there(words: set[str], kept: list[set[str]]) -> bool:
    return any(len(words & each) >= 0.75 * max(len(words), 1) for each in kept)


def _words(lines: list[str], pattern: re.Pattern[str]) -> set[str]:
    return {found.lower() for line in lines for found in pattern.findall(line)}


def _calls_in_loop(lines: list[str]) -> bool:
    """A loop, and within the few lines after its head something that asks another."""
    heads = [place for place, line in enumerate(lines) if _LOOP.search(line)]
    return any(_REMOTE.search(line) for place in heads for line in lines[place + 1 : place + 5])


def _all_words(lines: list[str]) -> set[str]:
    return {word.lower() for line in lines for word in _IDENTIFIER.findall(line)}


def _another_limit(added: list[str], removed: list[str]) -> bool:
    """A line with a limit in it comes back with another number."""
    before = {(word.lower(), *_NUMBER.findall(line)) for line in removed for word in _BOUND.findall(line)}
    after = {(word.lower(), *_NUMBER.findall(line)) for line in added for word in _BOUND.findall(line)}
    moved = {each[0] for each in before - after if len(each) > 1} & {
        each[0] for each in after - before if len(each) > 1
    }
    return bool(moved)


def _another_number(added: list[str], removed: list[str]) -> bool:
    """The same line but for its numbers."""
    before = {_NUMBER.sub("#", line): line for line in removed}
    return any((same := before.get(_NUMBER.sub("#", line))) is not None and same != line for line in added)


def terms(text: str) -> frozenset[str]:
    """Identifiers and their parts, lower case."""
    return _terms(text[:LONGEST_DIFF])


@lru_cache(maxsize=4_096)
def _terms(text: str) -> frozenset[str]:
    found: set[str] = set()
    for identifier in _IDENTIFIER.findall(text):
        found.add(identifier.lower())
        found.update(part.lower() for part in _PARTS.findall(identifier))
    return frozenset(term for term in found if len(term) >= SHORTEST)


def changed_text(commit: Commit) -> str:
    """What it says and touches; of the diff the lines that changed, and the function that each part stands in."""
    heads = (line for line in commit.diff[:LONGEST_DIFF].splitlines() if line[:1] in {"+", "-", "@"})
    return "\n".join((commit.message, *commit.files, *heads))
