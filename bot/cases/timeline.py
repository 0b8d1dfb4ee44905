"""What happened around a case, in the order of time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cases.values import Case
from bot.ports.telemetry import Window

BEFORE, AFTER = timedelta(minutes=10), timedelta(minutes=2)
FURTHEST = timedelta(hours=6)
"""So far before the first red run a deployment still belongs to the minutes in which it broke."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. kind: deployment, health, lease, log, request, run, person,
    diagnosis.

    what: in words, from outside. wrong: it shows that something is wrong. suspect: it may have brought it. count: so
    many of the kind, the first of them then. by: a person's Slack id, or a pipeline's.
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
    came = [each.deployment.start for cause in case.causes for each in cause.evidence.suspects if each.sure]
    near = [each for each in came if start - FURTHEST <= each < start]
    return Window(min([start, *near]).replace(microsecond=0), (run.at + AFTER).replace(microsecond=0))


def whole(case: Case, now: datetime) -> Window:
    """From a while before it broke until it was over."""
    return Window(breaking(case).start - BEFORE, (case.closed.at if case.closed else now) + timedelta(seconds=1))


def ordered(case: Case, moments: Iterable[Moment], silent: Sequence[str] = ()) -> Timeline:
    """What was wrong before the minutes in which it broke is how things were."""
    since = breaking(case).start
    found = tuple(sorted(moments, key=lambda each: (each.at, each.wrong, each.kind)))
    return Timeline(found, _first(case, [each for each in found if each.wrong and each.at >= since]), tuple(silent))


def _first(case: Case, wrong: Sequence[Moment]) -> Moment | None:
    """What says the same as the case, else what went wrong in its services, else whatever did: other things may be
    broken at the same time.
    """
    said = tuple(each.says for each in case.causes if each.says)
    services = {each.service for each in case.causes}
    same = (each for each in wrong if any(words in each.what for words in said))
    theirs = (each for each in wrong if each.service in services)
    return next(same, None) or next(theirs, None) or next(iter(wrong), None)
