"""What a commit does, as far as its files and lines tell. Pure.

Signs, not proofs: they say which of several commits could do what was seen, and are words for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
_FULL_NAME = re.compile(r"[A-Za-z_]\w*")
_FIELD = re.compile(r"[\"'`]([A-Za-z_][\w-]{0,60})[\"'`]|\b([A-Za-z_]\w{0,60})\s*(?:=(?!=)|:(?!:))")
"""What is read and written by name: in quotes, or before what it is given."""

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_GUARD = re.compile(
    r"\bif\b.*(?:nil|null|none|undefined|empty|len\(|length|size|exists|isset|contains|has|err|==|!=|<|>)|\btry\b|\bcatch\b"
    r"|\bexcept\b|\brescue\b|\brecover\b|\bdefer\b|\?\.|\?\?|getordefault|orelse|\.get\(|\bassert\b|validate",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"limit|batch|chunk|page|timeout|deadline|cache|pool|backoff|index|lock|mutex|semaphore|ratelimit|throttl|debounce"
    r"|preload|prefetch|join|eager|includes|select_related|max|buffer|close",
    re.IGNORECASE,
)
_LOOP = re.compile(r"\b(?:for|foreach|while|each|map)\b|\.(?:forEach|map|each)\(", re.IGNORECASE)
_REMOTE = re.compile(
    r"\b\w*(?:query|select|fetch|get|find|load|request|call|send|put|insert|post|exec|http|rpc)\w*\s*\(", re.IGNORECASE
)
_QUERY = re.compile(r"\b(?:SELECT|WHERE|ORDER BY|GROUP BY|JOIN|UPDATE|INSERT|DELETE|LIMIT)\b")
_TELLS = re.compile(
    r"\blog(?:s|ger|ging)?\b\W|console\.|\bprint\w*\(|metric|counter|histogram|^(?:import|from|using|require|package)\b"
    r"|^[\W_]*$",
    re.IGNORECASE,
)
"""Lines that only tell, or that name what is used."""

_SCHEMA = re.compile(
    r"\bdrop\s+(?:index|column|constraint|table|view)|\brename\s+(?:column|table|to)|\bset\s+not\s+null"
    r"|\badd\s+(?:column\b.*\bnot\s+null|constraint|unique)"
    r"|\b(?:remove|drop|rename)_(?:index|column|table|constraint)|change_column|(?:Remove|Rename|Alter)Field|removeIndex",
    re.IGNORECASE,
)
_PATTERN = re.compile(
    r"\bre\.(?:compile|match|search|fullmatch|sub)\(|\bRegex\b|\bRegExp\(|\bPattern\.compile|regexp\.(?:Must)?Compile"
    r"|=\s*/.{4,}/[gimsuy]*[;,]?$|preg_\w+\(|\w=~|%r\{"
)
_GIVES_BACK = re.compile(
    r"\.(?:close|release|dispose|cancel|shutdown|unsubscribe|remove\w*listener|clear(?:interval|timeout))\w*\(|\bdefer\b"
    r"|\bfinally\b|^(?:async )?with\b|\busing\b|\btry \(|max_?(?:size|entries)|expire|evict|factory|singleton",
    re.IGNORECASE,
)
_TAKES = re.compile(
    r"\bgo func\b|make\(chan [^,]*\)|new \w*(?:client|thread|connection|pool)\b|\b\w*client\(\)|create_task\("
    r"|setInterval\(|addEventListener\(|\.subscribe\(|new (?:Concurrent)?HashMap",
    re.IGNORECASE,
)
_SETTINGS = re.compile(r"\.(?:ya?ml|json|toml|ini|conf|cfg|properties|env|tf|tfvars|hcl)$", re.IGNORECASE)
_PACKAGES = re.compile(
    r"(?:^|/)(?:requirements[^/]*|go\.(?:mod|sum)|package(?:-lock)?\.json|pom\.xml|build\.gradle(?:\.kts)?|gemfile"
    r"|[^/]*\.(?:lock|csproj)|cargo\.toml|pyproject\.toml|[^/]*lock\.ya?ml)$",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(?<![\w.])v?([1-9]\d*|0\.\d+)\.\d")
_NAME = re.compile(r"[A-Za-z@][\w./@-]*")
_JOINED = re.compile(r"[\s\"'`,;]+")

_NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Signs:
    """guard: a check that was there is gone. bound: so is a limit, a batch, a cache, a timeout. loop: what it calls, it
    now calls again and again. query: it asks the database something else. limit: a limit has another value. value: so
    has anything. gone: words that no longer stand in the lines that changed. come: those that stand there now.
    behaves: more changes than what it says, how it is written, and where. major: packages of which another major
    version is taken. schema: of what a database holds something goes, or must be there now. pattern: a regular
    expression is another. setting: nothing but values of settings changes. kept: what is taken is not given back, or
    taken anew each time.
    """

    harmless: bool
    guard: bool = False
    bound: bool = False
    loop: bool = False
    query: bool = False
    limit: bool = False
    value: bool = False
    gone: frozenset[str] = frozenset()
    come: frozenset[str] = frozenset()
    behaves: bool = False
    major: frozenset[str] = frozenset()
    schema: bool = False
    pattern: bool = False
    setting: bool = False
    kept: bool = False
    unknown: bool = False


def signs(commit: Commit) -> Signs:
    if commit.files and all(_HARMLESS.search(file) for file in commit.files):
        return Signs(harmless=True)
    if not commit.diff:
        return Signs(harmless=False, unknown=True)
    added, removed = _lines(commit.diff[:LONGEST_DIFF])
    gone, new = _gone(removed, added), {*added} - {*removed}
    return Signs(
        harmless=False,
        guard=any(_GUARD.search(line) for line in gone),
        bound=bool(_words(removed, _BOUND) - _words(added, _BOUND)),
        loop=_calls_in_loop(added) and not _calls_in_loop(removed),
        query=any(_QUERY.search(line) for line in gone) or any(_QUERY.search(line) for line in _gone(added, removed)),
        limit=_another_limit(added, removed),
        value=_another_number(added, removed),
        gone=_names_gone(removed, added),
        come=_names_gone(added, removed) if removed else frozenset(),
        schema=any(_SCHEMA.search(line) for line in added),
        pattern=any(_PATTERN.search(line) for line in new),
        setting=bool(removed) and bool(commit.files) and all(_SETTINGS.search(file) for file in commit.files),
        kept=any(_GIVES_BACK.search(line) for line in gone)
        or any(_TAKES.search(line) for line in {*added} - {*removed}),
        behaves=_behaves(commit, added, removed),
        major=_major(added, removed) if _of_packages(commit) else frozenset(),
    )


def _of_packages(commit: Commit) -> bool:
    return any(_PACKAGES.search(file) for file in commit.files)


def _behaves(commit: Commit, added: list[str], removed: list[str]) -> bool:
    """A version of a package that is no major one fixes more than it breaks; what is only added is often not called."""
    if _of_packages(commit) or not removed:
        return False
    before, after = ({_JOINED.sub("", line) for line in lines if not _TELLS.search(line)} for lines in (removed, added))
    return bool(before - after) and _JOINED.sub("", "".join(removed)) != _JOINED.sub("", "".join(added))


def _major(added: list[str], removed: list[str]) -> frozenset[str]:
    """Of `protobuf==3.17.3` that becomes 4.23.3, protobuf. Before 1.0 any version may break."""
    before, after = (dict(_versions(lines)) for lines in (removed, added))
    return frozenset(name for name in before.keys() & after.keys() if before[name] != after[name])


def _versions(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if (found := _VERSION.search(line)) and (name := _NAME.search(line)):
            yield name.group().lower(), found.group(1)


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


def _names_gone(lines: list[str], kept: list[str]) -> frozenset[str]:
    """Words, whole names and names of fields: where `price=price` becomes `unit_price=price`, only the field goes."""
    return frozenset(name for of in (_all_words, _full_names, _fields) for name in of(lines) - of(kept))


def _full_names(lines: list[str]) -> set[str]:
    return {name.lower() for line in lines for name in _FULL_NAME.findall(line)}


def _fields(lines: list[str]) -> set[str]:
    return {(quoted or given).lower() for line in lines for quoted, given in _FIELD.findall(line)}


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
