"""What is new between versions of a service, as a code host would tell it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from shop.changelog import CHANGELOG
from shop.operator import sources
from shop.releases import Commit, Release, Trait


def versions(service: str) -> list[dict[str, Any]]:
    """Newest first."""
    return [_version(release) for release in reversed(CHANGELOG[service].values())]


def commit(service: str, ref: str) -> dict[str, Any] | None:
    """What a version, `main` or at least seven digits of a hash stand for."""
    known = {made.hash(service): made for release in CHANGELOG[service].values() for made in release.commits}
    hash = next((each for each in known if each == _hash_of(service, ref)), None)
    released = {release.commit: release.version for release in CHANGELOG[service].values()}
    return {**_commit(service, known[hash]), "version": released.get(hash, "")} if hash else None


def compare(service: str, base: str, head: str) -> dict[str, Any] | None:
    """What is in `head` and not in `base`, newest first; None when either does not exist."""
    ordered = list(chain.from_iterable(release.commits for release in CHANGELOG[service].values()))
    hashes = [made.hash(service) for made in ordered]
    start, end = _hash_of(service, base), _hash_of(service, head)
    if start is None or end is None:
        return None
    new = ordered[hashes.index(start) + 1 : hashes.index(end) + 1]
    told = [_commit(service, made) for made in reversed(new)]
    return {"base": base, "head": head, "commits": told, "total": len(told)}


def diff(service: str, ref: str) -> dict[str, Any] | None:
    """What a commit changed, as a unified diff; None when there is none that `ref` stands for."""
    hash, before = _hash_of(service, ref), None
    for made, traits in _in_order(service):
        if made.hash(service) == hash:
            return {"files": [sources.path(service)], "text": sources.diff(service, before, traits)}
        before = traits
    return None


def _in_order(service: str) -> Iterator[tuple[Commit, frozenset[Trait]]]:
    """Each commit, oldest first, and what the service does with it."""
    for release in CHANGELOG[service].values():
        yield from ((made, release.traits_with(made)) for made in release.commits)


SHORTEST_HASH = 7


def _hash_of(service: str, ref: str) -> str | None:
    releases = CHANGELOG[service]
    if ref == "main":
        return list(releases.values())[-1].commit
    if ref.removeprefix("v") in releases:
        return releases[ref.removeprefix("v")].commit
    if len(ref) < SHORTEST_HASH:
        return None
    return next((hash for hash in _hashes(service, releases.values()) if hash.startswith(ref)), None)


def _hashes(service: str, releases: Iterable[Release]) -> Iterator[str]:
    for release in releases:
        yield from (made.hash(service) for made in release.commits)


def _version(release: Release) -> dict[str, Any]:
    commits = [_commit(release.service, made) for made in reversed(release.commits)]
    return {
        "version": release.version,
        "commit": release.commit,
        "author": release.commits[-1].author.login,
        "released_at": release.released_at.isoformat(),
        "commits": commits,
    }


def _commit(service: str, made: Commit) -> dict[str, Any]:
    return {
        "hash": made.hash(service),
        "subject": made.subject,
        "author": made.author.name,
        "login": made.author.login,
        "email": made.author.email,
        "at": made.at.isoformat(),
    }
