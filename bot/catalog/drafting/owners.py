"""CODEOWNERS: whose a folder is, by the last rule that covers it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from posixpath import basename, dirname

from bot.catalog.drafting.sources import SourceFile, lies_in

_PLACES = frozenset((".github", ".gitlab", ".bitbucket", "docs"))
_SECTION = re.compile(r"\^?\[")


@dataclass(frozen=True, slots=True)
class Owners:
    """`teams` as written without their organisation, `people` as written."""

    file: str
    teams: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


def root_of(path: str) -> str:
    """The folder whose files a CODEOWNERS file at `path` speaks about."""
    folder = dirname(path)
    return dirname(folder) if basename(folder) in _PLACES else folder


def owners_of(source: SourceFile, folder: str) -> Owners | None:
    """Whose `folder` is, or None when no rule covers the whole of it."""
    root = root_of(source.path)
    if not lies_in(folder, root):
        return None
    inside = folder[len(root) :].strip("/")
    found = None
    for pattern, owners in _rules(source.text):
        if _covers(pattern, inside):
            found = owners
    if found is None:
        return None
    teams = tuple(owner.rpartition("/")[2] for owner in found if owner.startswith("@") and "/" in owner)
    people = tuple(owner for owner in found if "/" not in owner and "@" in owner)
    return Owners(source.path, teams, people)


def _rules(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if words and not _SECTION.match(words[0]):
            yield words[0], tuple(words[1:])


def _covers(pattern: str, folder: str) -> bool:
    """Whether a rule for `pattern` is about all of `folder`, relative to the rules' root."""
    if pattern in {"*", "**", "/", "/*", "/**"}:
        return True
    plain = re.sub(r"/\*{0,2}$", "", pattern).removeprefix("**/")
    if not folder or not plain.strip("/"):
        return False
    anchored = "/" in plain
    around = folder.split("/")
    candidates = ["/".join(around[: end + 1]) for end in range(len(around))] if anchored else around
    return any(fnmatchcase(candidate, plain.strip("/")) for candidate in candidates)
