"""What happened around a case, in the order of time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cases.values import Case, Struck
from bot.failures.situation import Deployed
from bot.ports.telemetry import Window

BEFORE, AFTER = timedelta(minutes=10), timedelta(minutes=2)
FURTHEST = timedelta(hours=6)
"""So far before the first red run a deployment still belongs to the minutes in which it broke."""

UNDER_WAY = ", under way"
"""After a version that is still being deployed."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. kind: deployment, health, lease, log, request, run, person,
    diagnosis.

    what: in words, from outside. wrong: it shows that something is wrong. suspect: it may have brought it. count: so
    many of the kind, the first of them then. by: a person's Slack id, or a pipeline's. own: of a request of its tests.
    since: from when on it was so, where that is earlier than `at`. until: when it was done, where it went on from then.
    """

    at: datetime
    kind: str
    what: str
    service: str = ""
    by: str = ""
    url: str = ""
    count: int = 1
    wrong: bool = False
    suspect: bool = False
    own: bool = False
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """moments: the oldest first. first: the first of them that was wrong; None where nothing is seen to be.

    silent: what could not be asked, in words.
    """

    moments: tuple[Moment, ...]
    first: Moment | None
    silent: tuple[str, ...] = ()


def breaking(case: Case) -> Window:
    """The minutes in which it broke: from the deployment that is suspected, else the run, until the run's end."""
    run = case.first
    start = (run.started or run.at) - timedelta(minutes=1)
    came = [each.start for cause in case.causes for each in _sure(cause)]
    near = [each for each in came if start - FURTHEST <= each < start]
    return Window(min([start, *near]).replace(microsecond=0), (run.at + AFTER).replace(microsecond=0))


def whole(case: Case, now: datetime) -> Window:
    """From a while before it broke until it was over."""
    return Window(breaking(case).start - BEFORE, (case.closed.at if case.closed else now) + timedelta(seconds=1))


def ordered(case: Case, moments: Iterable[Moment], silent: Sequence[str] = ()) -> Timeline:
    """What was wrong before the minutes in which it broke is how things were."""
    since = _began(case)
    found = tuple(sorted(moments, key=lambda each: (each.at, each.wrong, each.kind)))
    return Timeline(found, _first(case, [each for each in found if each.wrong and each.at >= since]), tuple(silent))


def _began(case: Case) -> datetime:
    """What it is cannot have begun before its tests passed last, nor before the first deployment that is suspected."""
    start = breaking(case).start
    return max(start, min((_since(each, case.first.at) or start for each in case.causes), default=start))


def _since(cause: Struck, until: datetime) -> datetime | None:
    came = min((each.start for each in _sure(cause) if each.start < until), default=None)
    times = [at for at in (came, cause.evidence.passed_at) if at and at < until]
    return max(times, default=None)


def _sure(cause: Struck) -> Iterator[Deployed]:
    return (each.deployment for each in cause.evidence.suspects if each.sure)


def _first(case: Case, wrong: Sequence[Moment]) -> Moment | None:
    """What says the same as the case, else what one of its own tests met, else what went wrong in its services: other
    things may be broken at the same time, so whatever did counts only where nothing is known of either.
    """
    said = tuple(each.says for each in case.causes if each.says)
    services = {each.service for each in case.causes} | {one.service for each in case.causes for one in _sure(each)}
    same = (each for each in wrong if any(words in each.what for words in said))
    own = (each for each in wrong if each.own)
    theirs = (each for each in wrong if each.service in services)
    known = any(services) or any(page for each in case.causes for page in each.traces)
    return next(same, None) or next(own, None) or next(theirs, None) or next(iter(() if known else wrong), None)
