"""Which environments a folder speaks of: overlays, values files, profiles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.catalog.drafting.names import slug
from bot.catalog.drafting.sources import Clue, Tree

MOST_PROPOSED = 6
"""A first catalog of more is a list to strike from, not one to begin with."""

_FOLDER = re.compile(r"(?:^|/)(?:overlays|environments|envs)/([^/]+)/")
_FILES = (
    re.compile(r"(?:^|/)values[-._]([\w-]+)\.ya?ml$"),
    re.compile(r"(?:^|/)([\w-]+)[-._]values\.ya?ml$"),
    re.compile(r"(?:^|/)(?:docker-)?compose[-._]([\w-]+)\.ya?ml$"),
    re.compile(r"(?:^|/)application-([\w-]+)\.ya?ml$"),
    re.compile(r"(?:^|/)\.env\.([\w-]+)$"),
)
_SHARED = re.compile(
    r"(?:acceptance|acc|demo|e2e|integration|int|load|nightly|perf|performance|preprod|pre-prod|qa|sandbox|sit|stage"
    r"|staging|stg|system-test|testing|uat)(?:-?[0-9]+)?(?:-[a-z]{2,4}(?:-[a-z0-9-]+)?)?"
)
_ALONE = re.compile(r"(?:dev|develop|development|local|localhost|ci|test|tests|unit|docker|minikube|kind)(?:-.*)?")
_LIVE = re.compile(r"(?:live|prod|production|prd)(?:-.*)?")
_NO_PLACE = frozenset(
    ("base", "common", "components", "default", "defaults", "example", "global", "shared", "template")
)


@dataclass(frozen=True, slots=True)
class Places:
    """Names of environments with the files that speak of them. `proposed`: shared ones, `aside`: live or private."""

    proposed: Mapping[str, tuple[str, ...]]
    aside: Mapping[str, tuple[str, ...]]


def find_places(tree: Tree, clues: Iterable[Clue]) -> Places:
    """Most mentioned first, then by name."""
    proposed: dict[str, list[str]] = {}
    aside: dict[str, list[str]] = {}
    for name, file, explicit in _mentions(tree, clues):
        if _LIVE.fullmatch(name) or (explicit and _ALONE.fullmatch(name)):
            aside.setdefault(name, []).append(file)
        elif _SHARED.fullmatch(name) or (explicit and name not in _NO_PLACE and not _ALONE.fullmatch(name)):
            proposed.setdefault(name, []).append(file)
    return Places(_ranked(proposed), _ranked(aside))


def _mentions(tree: Tree, clues: Iterable[Clue]) -> Iterator[tuple[str, str, bool]]:
    """(name, file, whether its folder is there for environments alone)."""
    for path in (each.path for each in tree.files):
        if found := _FOLDER.search(path):
            yield slug(found[1]), path, True
        for pattern in _FILES:
            if found := pattern.search(path):
                yield slug(found[1]), path, False
    for clue in clues:
        yield from ((slug(profile), clue.file, False) for profile in clue.profiles)


def _ranked(found: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    named = ((name, tuple(dict.fromkeys(files))) for name, files in found.items() if name)
    return dict(sorted(named, key=lambda each: (-len(each[1]), each[0]))[:MOST_PROPOSED])
