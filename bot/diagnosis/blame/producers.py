"""Changes of others that a service shows: of what it reads, and of what it is asked. Pure.

Whoever reads what a producer renamed is loud while the producer is well; and of a store that nobody deploys, it is the
deployment of a caller that asks it for more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.diagnosis.blame.changes import AT_ONCE, SKEW, Change, blame
from bot.diagnosis.blame.complaints import named
from bot.diagnosis.blame.diffs import signs
from bot.diagnosis.evidence import Commit, Deployment, Evidence
from bot.diagnosis.signals.calls import Edge
from bot.diagnosis.signals.findings import Finding, Layer, Ranked

SHORTEST = 4
"""Letters of a field: shorter ones stand everywhere."""

AHEAD = 1.01


def another(evidence: Evidence, ranked: tuple[Ranked, ...], edges: Collection[Edge], began: float) -> Change | None:
    """Of another service than the first, which has none of its own."""
    return taken_away(evidence, ranked[0], began) or asks_more(evidence, ranked[0], ranked, edges, began)


def taken_away(evidence: Evidence, suspect: Ranked, began: float) -> Change | None:
    """The last deployment of another service that took away, or brought, what the suspect's errors name."""
    missed = frozenset(word for word in named(evidence, suspect.service) if len(word) >= SHORTEST)
    found = ((one, commit, _changed(commit) & missed) for one, commit in _others(evidence, suspect.service, began))
    fitting = [each for each in found if each[2]]
    if not fitting:
        return None
    one, commit, gone = max(fitting, key=lambda each: (each[0].time, each[0].service, each[1].sha))
    words = f"it changes {', '.join(sorted(gone)[:3])}, which the errors of {suspect.service} name"
    return Change(commit.sha, one.service, 1.0, words, (commit.item, one.item))


def asks_more(
    evidence: Evidence, suspect: Ranked, ranked: Collection[Ranked], edges: Collection[Edge], began: float
) -> Change | None:
    """The deployment of a caller just before, where the suspect is never deployed, such as a database, and has all its
    hands full rather than fails.
    """
    full = bool(suspect.findings) and suspect.findings[0].layer in {Layer.RESOURCES, Layer.SATURATION}
    if not full or any(one.service == suspect.service for one in evidence.deployments):
        return None
    callers = {caller for caller, called in edges if called == suspect.service}
    found = (blame(evidence, one, began).change for one in ranked if one.service in callers and one.findings)
    fresh = [one for one in found if one and any(began - AT_ONCE <= item.time for item in one.evidence[1:])]
    return max(fresh, key=lambda one: (one.score, one.commit), default=None)


def _changed(commit: Commit) -> frozenset[str]:
    does = signs(commit)
    return does.gone | does.come


def first(change: Change, ranked: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    """With the producer ahead of those that show it. Nothing need fail in it, so that they tell since when."""
    mine = next((one for one in ranked if one.service == change.service), Ranked(change.service, 0.0))
    why = Finding(change.service, Layer.CHANGE, ranked[0].score, change.words.removeprefix("it "), change.evidence)
    ahead = Ranked(change.service, ranked[0].score * AHEAD, (why, *mine.findings), ranked[0])
    return (ahead, *(one for one in ranked if one.service != change.service))


def _others(evidence: Evidence, service: str, began: float) -> Iterator[tuple[Deployment, Commit]]:
    for one in evidence.deployments:
        if one.service != service and one.time <= began + SKEW:
            yield from ((one, commit) for commit in evidence.commits if one.commit and commit.sha == one.commit)
