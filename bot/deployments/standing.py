"""How versions stand: what was found of them when they ran in an environment last, and to which one may go back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

from bot.deployments.refusals import NothingBefore
from bot.deployments.store import Store
from bot.deployments.values import SEEN, Deployment, Health, Stage, Target, Watch
from bot.similar import nearest

VERSIONS_KNOWN = 50
"""Deployments among whose versions near ones are looked for."""


class Standing(StrEnum):
    """UNKNOWN: it was never watched to an end there."""

    GOOD = "good"
    RED = "red"
    WATCHED = "watched"
    UNKNOWN = "unknown"

    @property
    def may_count(self) -> bool:
        """Whether it may be called good together with others: nothing is known against it, nor open."""
        return self in {Standing.GOOD, Standing.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A version to which nobody should go back. at: when that was found, as far as known. why: as a verb."""

    version: str
    at: datetime | None
    why: str = "was not well"


@dataclass(frozen=True, slots=True)
class WayBack:
    """latest: the deployment that would be undone. to: the version before it; empty when there is none to go to.
    doubtful: of `to`, where nothing better is known: what speaks against it.
    """

    latest: Deployment
    to: str = ""
    skipped: tuple[Skipped, ...] = ()
    doubtful: Skipped | None = None

    @property
    def sure(self) -> str:
        """`to`, where nothing speaks against it."""
        return "" if self.doubtful else self.to


def standing(version: str, history: Sequence[Deployment]) -> Standing:
    """history: of one service in one environment, newest first."""
    last = _last(version, history)
    if last is None:
        return Standing.UNKNOWN
    return {Watch.GOOD: Standing.GOOD, Watch.RED: Standing.RED}.get(last.watch, Standing.WATCHED)


def way_back(latest: Deployment, history: Sequence[Deployment], accused: AbstractSet[str] = frozenset()) -> WayBack:
    """The newest version before it that is not known to be bad, else the least doubtful: one that was well once before
    others, then the newest; not the one from which it went back. history: as in `standing`. accused: versions that open
    cases blame.
    """
    older = [each for each in history if each.stage is Stage.SUCCEEDED and each.opened_at < latest.opened_at]
    versions = dict.fromkeys((latest.before, *chain.from_iterable((each.label, each.before) for each in older)))
    skipped: list[Skipped] = []
    for version in versions:
        if not version or latest.brings(version):
            continue
        against = _against(version, older, (latest, *history), accused)
        if against is None:
            return WayBack(latest, version, tuple(skipped))
        skipped.append(against)
    went_back = any(each.brings(latest.label) for each in older)
    left = [each for each in skipped if not (went_back and each.version == latest.before)]
    if not left:
        return WayBack(latest, skipped=tuple(skipped))
    least = min(left, key=lambda each: not _was_well(each.version, older))
    return WayBack(latest, least.version, tuple(each for each in skipped if each is not least), least)


def _was_well(version: str, older: Sequence[Deployment]) -> bool:
    return any(each.brings(version) and each.watch is Watch.GOOD for each in older)


def _against(
    version: str, older: Sequence[Deployment], history: Sequence[Deployment], accused: AbstractSet[str]
) -> Skipped | None:
    """Whoever took a version back knew why, whether its watch had seen it by then or not."""
    last = _last(version, older)
    if last is not None and last.watch is Watch.RED:
        return Skipped(version, last.settled_at)
    if version in accused:
        return Skipped(version, None, "is blamed by an open case")
    brought = next((each for each in older if each.brings(version)), None)
    undoing = (each for each in history if brought and each.undoes == brought.id and each.stage is Stage.SUCCEEDED)
    undone = next(undoing, None)
    return Skipped(version, undone.finished_at, "was rolled back") if undone else None


def nothing_before(target: Target, skipped: Sequence[Skipped] = ()) -> NothingBefore:
    """skipped: versions that were passed over."""
    if not skipped:
        return NothingBefore(f"Nothing is known of what ran in {target} before.")
    return NothingBefore(f"There is no version to which {target} can go back: {not_well(skipped)}.")


def not_well(skipped: Sequence[Skipped]) -> str:
    """`1.5.0 was not well at 02:03 UTC, 1.4.0 was rolled back`"""
    return ", ".join(f"{s.version} {s.why}{f' at {s.at:%H:%M} UTC' if s.at else ''}" for s in skipped)


async def standings(
    store: Store, environment: str, versions: Mapping[str, str], *, settled: Deployment | None = None
) -> dict[str, Standing]:
    """By service, of these versions of them. settled: a deployment of which more is known than is written down."""
    found: dict[str, Standing] = {}
    for service, version in versions.items():
        history = await store.history(service, environment)
        found[service] = standing(version, [settled if settled and settled.id == d.id else d for d in history])
    return found


async def that_count(
    store: Store, environment: str, versions: Mapping[str, str], *, settled: Deployment | None = None
) -> dict[str, str]:
    """Those of the versions that may be called good together."""
    stand = await standings(store, environment, versions, settled=settled)
    return {service: version for service, version in versions.items() if stand[service].may_count}


async def silent_beside(store: Store, deployment: Deployment) -> dict[str, str]:
    """Other services of its environment that do not answer at their health address, with the version that ran."""
    where, service = deployment.target.environment, deployment.target.service
    running = [each for each in await store.running() if each.target.environment == where]
    down = (each for each in running if each.health is Health.DOWN and each.target.service != service)
    return {each.target.service: each.version for each in down}


async def near(store: Store, service: str, ref: str) -> tuple[str, ...]:
    """Versions of it that were deployed, or run, and are written nearly so."""
    known = [each.label for each in await store.history(service, limit=VERSIONS_KNOWN)]
    known += [each.version for each in await store.running() if each.target.service == service]
    return nearest(ref, known)


def _last(version: str, history: Sequence[Deployment]) -> Deployment | None:
    """The latest one that brought it and says something of it, or still may."""
    return next((each for each in history if each.brings(version) and _speaks(each)), None)


def _speaks(deployment: Deployment) -> bool:
    """What waits, ended without being in place, was replaced, is watched no more, or came around the gate has no
    verdict to come.
    """
    if deployment.stage is Stage.SUCCEEDED:
        return deployment.watch not in (Watch.REPLACED, Watch.ENDED) and not (
            deployment.via == SEEN and deployment.watch is Watch.NOT_YET
        )
    return deployment.stage in (Stage.OPEN, Stage.RUNNING)
