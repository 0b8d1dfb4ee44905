"""What deployments around a fault brought: which of them are looked into, and what is known of their commits. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from bot.diagnosis.asking import Question
from bot.diagnosis.evidence import Commit, Deployment
from bot.ports.pipelines import Commit as Told
from bot.redaction import redact

DEPLOYMENTS, OF_EACH = 6, 2
"""That are looked into: in all, and of one service."""


def brought_by(told: Told, deployment: str) -> Commit:
    """As a vendor told it, without its diff. deployment: the id of its item."""
    at = told.at.timestamp() if told.at else 0.0
    return Commit(told.hash, at, redact(told.subject), link=told.url, deployment=deployment, author=redact(told.author))


def near(question: Question) -> list[Deployment]:
    """Those that may have brought it and are looked into: of the service that was asked about first, then of services
    that ran in another version in health; the latest first.
    """
    asked, differing = question.alert.service, question.references[0].differing if question.references else ()
    came = [each for each in question.deployments if each.time <= question.faulty.end]
    ordered = sorted(came, key=lambda each: (each.service != asked, each.service not in differing, -each.time))
    counted, kept = defaultdict[str, int](int), list[Deployment]()
    for each in ordered:
        counted[each.service] += 1
        if counted[each.service] <= OF_EACH:
            kept.append(each)
    return kept[:DEPLOYMENTS]


def brought(known: Iterable[Commit], read: Iterable[Commit]) -> tuple[Commit, ...]:
    """All that came, and what was read of it first."""
    found = {(each.sha, each.deployment): each for each in (*known, *read)}
    return tuple(sorted(found.values(), key=lambda each: not each.diff))


def by_deployment(commits: Iterable[Commit]) -> Mapping[str, Sequence[Commit]]:
    """By the id of the item with which they came."""
    found: defaultdict[str, list[Commit]] = defaultdict(list)
    for each in commits:
        found[each.deployment].append(each)
    return found
