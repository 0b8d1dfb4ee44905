"""What is written down of an environment, as moments of a case's timeline."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session

from bot.cases.timeline import UNDER_WAY, Moment
from bot.cases.values import Case
from bot.deployments import queries
from bot.deployments.store import HEALTH_KEPT
from bot.deployments.values import Deployment, Health, Watch
from bot.diagnosis import queries as diagnoses
from bot.diagnosis.values import Diagnosis, Stage
from bot.ports.telemetry import Window
from bot.redaction import redact
from bot.reservations.chronicle import Chronicle
from bot.reservations.service import Reservations
from bot.stats.lives import Life, Span, lives_of
from bot.suites import queries as runs
from bot.suites.facts import facts
from bot.suites.values import SuiteRun
from bot.suites.wholes import is_part
from handlers.views.diagnoses.words import standing
from handlers.views.suites.parts import retried

ONE_LOOK = timedelta(seconds=5)
"""Within which changes of health were seen by one look at all services."""

AGAIN = " again"


class HappenedAround:
    """Implements Happenings of bot.cases.needs."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    def __call__(self, session: Session, case: Case, window: Window) -> list[Moment]:
        where = (session, self._workspace, case.place.environment, window.start)
        suspects = {each.deployment.id for cause in case.causes for each in cause.evidence.suspects if each.sure}
        found = [
            *(moment for each in queries.lately(*where) for moment in _deployed(each, suspects)),
            *health_moments(queries.health(*where[:3], window.start - HEALTH_KEPT)),
            *(moment for each in runs.lately(*where) for moment in _run(each, case)),
            *(moment for each in diagnoses.of_case(session, self._workspace, case.id) for moment in _diagnosed(each)),
        ]
        return [each for each in found if window.start <= each.at <= window.end]


def _deployed(each: Deployment, suspects: set[str]) -> Iterator[Moment]:
    before = f"{each.before} → " if each.before else ""
    at = each.started_at or each.finished_at  # what it breaks may be seen before it has ended
    if at is None:
        return
    state = "" if each.finished_at else UNDER_WAY
    yield Moment(
        at,
        "deployment",
        f"{before}{each.label}{state}",
        each.target.service,
        each.by,
        suspect=each.id in suspects,
        until=each.finished_at,
    )
    if each.settled_at and each.watch is Watch.RED:
        yield Moment(
            each.settled_at, "health", f"the watch of {each.label} found it not well", each.target.service, wrong=True
        )


def health_moments(changes: Iterable[queries.HealthChange]) -> Iterator[Moment]:
    """What does not answer is told service by service; of those that begin to in one look, one line. That a service
    answers of which nothing else was known is told once, when it was seen first. changes: the oldest first.
    """
    known: dict[str, str] = {}
    looks: list[list[queries.HealthChange]] = []
    for each in changes:
        before, known[each.service] = known.get(each.service), each.health
        if each.health == Health.DOWN.value:
            what = f"does not answer{f': {each.detail}' if each.detail else ''}"
            yield Moment(each.at, "health", what, each.service, wrong=True)
        elif before != each.health:
            answers = replace(each, detail="" if before is None else AGAIN)
            if looks and _in_one_look(looks[-1][0], answers):
                looks[-1].append(answers)
            else:
                looks.append([answers])
    yield from map(_answering, looks)


def _in_one_look(one: queries.HealthChange, other: queries.HealthChange) -> bool:
    return other.at - one.at <= ONE_LOOK and other.detail == one.detail


def _answering(together: Sequence[queries.HealthChange]) -> Moment:
    first, names = together[0], [each.service for each in together]
    if len(names) == 1:
        return Moment(first.at, "health", f"answers{first.detail}", first.service)
    return Moment(first.at, "health", f"{', '.join(names[:-1])} and {names[-1]} answer{first.detail}")


def _diagnosed(each: Diagnosis) -> Iterator[Moment]:
    """What it says, as it stands now, and what a person said of that."""
    url = f"../diagnoses/{each.id}"
    if each.stage is Stage.DONE:
        said = f"the evidence points to {each.service}, {_sure(each)}" if each.service else "cannot tell whose service"
        said += "; a newer diagnosis replaces it" if each.replaced_by else ""
        yield Moment(each.opened_at + timedelta(seconds=each.seconds), "diagnosis", said, each.service, url=url)
    if each.stage is Stage.FAILED:
        at = each.opened_at + timedelta(seconds=each.seconds)
        yield Moment(at, "diagnosis", f"no diagnosis: {redact(each.why)}", url=url)
    if each.judged is not None:
        was = f"that it was {each.judged.service}" if each.judged.service else "that it was something else"
        said = "that the diagnosis is right" if each.judged.right else was
        yield Moment(each.judged.at, "diagnosis", f"says {said}", by=each.judged.by, url=url)


def _sure(each: Diagnosis) -> str:
    stands, told = each.standing, each.explanation
    return standing(told.confidence.value, stands.right, stands.of, sure=stands.sure) if told else ""


def _run(run: SuiteRun, case: Case) -> Iterator[Moment]:
    name, url = f"{run.suite} #{run.number}", f"../runs/{run.id}"
    if run.started_at:
        yield Moment(run.started_at, "run", f"{name} began", by=run.by, url=url)
    at = run.ended_at or run.finished_at
    if at and run.over:
        counts = run.counts
        came_of = f"{run.verdict.value}{f': {counts.red} of {counts.total} failed' if counts and counts.red else ''}"
        wrong = run.red and run.suite == case.place.suite
        told = f"{name}, {retried(facts(run))}" if is_part(run) else f"{name} {came_of}"
        yield Moment(at, "run", told, url=url, wrong=wrong)


ENDED = {
    "LeaseReleased": "gave back",
    "LeaseExpired": "ran out of time on",
    "LeaseTaken": "lost",
    "LeaseGiven": "handed over",
}


LEASES = 100
"""Of which a timeline tells who held them."""


class HeldAround:
    """Implements Holdings of bot.cases.needs."""

    def __init__(self, chronicle: Chronicle, reservations: Reservations) -> None:
        self._chronicle, self._reservations = chronicle, reservations

    async def __call__(self, environment: str, window: Window) -> list[Moment]:
        """What somebody held when the window began is told as of then. Of more leases than are told, the last are cut:
        those around the first red run say more.
        """
        leases = (await self._reservations.current()).leases.values()
        living = [each.id for each in leases if each.scope.environment == environment]
        history, more = await self._chronicle.held(
            window.start, window.end, environment=environment, living=living, limit=LEASES
        )
        lives = await asyncio.to_thread(lives_of, history)
        spans = ((life, span) for life in lives for span in life.spans if span.held)
        found = [moment for life, span in spans for moment in _held(life, span, window)]
        return [*found, _cut(lives, window)] if more else found


def _cut(lives: Sequence[Life], window: Window) -> Moment:
    at = max([window.start, *(span.start for life in lives for span in life.spans[:1])])
    return Moment(at, "lease", f"who held anything from then on is not told: there were more than {LEASES} leases")


def _held(life: Life, span: Span, window: Window) -> Iterator[Moment]:
    lease, end = span.lease, span.end
    if span.start > window.end or (end is not None and end < window.start):
        return
    reason = f": {lease.wanted.reason}" if lease.wanted.reason else ""
    since = span.start if span.start < window.start else None
    held = f"{'has held' if since else 'holds'} {lease.scope}, {lease.mode}{reason}"
    yield Moment(max(span.start, window.start), "lease", held, by=lease.person, since=since)
    if end is not None and end <= window.end:
        last = span is life.spans[-1]
        how = ENDED.get(life.ended, "holds no more") if last else "changed what they hold of"
        yield Moment(end, "lease", f"{how} {lease.scope}", by=lease.person)
