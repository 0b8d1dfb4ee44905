"""What is written down of an environment, as moments of a case's timeline."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from bot.cases.timeline import Moment
from bot.cases.values import Case
from bot.deployments import queries
from bot.deployments.values import Deployment, Health, Watch
from bot.ports.telemetry import Window
from bot.suites import queries as runs
from bot.suites.values import SuiteRun


class HappenedAround:
    """Implements Happenings of bot.cases.needs."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    def __call__(self, session: Session, case: Case, window: Window) -> list[Moment]:
        where = (session, self._workspace, case.place.environment, window.start)
        suspects = {each.deployment.id for cause in case.causes for each in cause.evidence.suspects if each.sure}
        found = [
            *(moment for each in queries.lately(*where) for moment in _deployed(each, suspects)),
            *(_health(each) for each in queries.health(*where)),
            *(moment for each in runs.lately(*where) for moment in _run(each, case)),
        ]
        return [each for each in found if window.start <= each.at <= window.end]


def _deployed(each: Deployment, suspects: set[str]) -> Iterator[Moment]:
    before = f"{each.before} → " if each.before else ""
    at = each.finished_at or each.started_at
    if at is None:
        return
    state = "" if each.finished_at else ", under way"
    yield Moment(
        at, "deployment", f"{before}{each.label}{state}", each.target.service, each.by, suspect=each.id in suspects
    )
    if each.settled_at and each.watch is Watch.RED:
        yield Moment(
            each.settled_at, "health", f"the watch of {each.label} found it not well", each.target.service, wrong=True
        )


def _health(each: queries.HealthChange) -> Moment:
    down = each.health == Health.DOWN.value
    what = f"does not answer{f': {each.detail}' if each.detail else ''}" if down else "answers again"
    return Moment(each.at, "health", what, each.service, wrong=down)


def _run(run: SuiteRun, case: Case) -> Iterator[Moment]:
    name, url = f"{run.suite} #{run.number}", f"../runs/{run.id}"
    if run.started_at:
        yield Moment(run.started_at, "run", f"{name} began", by=run.by, url=url)
    at = run.ended_at or run.finished_at
    if at and run.over:
        counts = run.counts
        told = f": {counts.red} of {counts.total} failed" if counts and counts.red else ""
        wrong = run.red and run.suite == case.place.suite
        yield Moment(at, "run", f"{name} {run.verdict.value}{told}", url=url, wrong=wrong)
