"""From what Jenkins says to the values of the port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from bot.ports.pipelines import RUN_ID, Pipeline, Run, RunState, RunStatus, Step
from integrations.jenkins.shapes import Action, Build, Described, Item

CONSOLE = "console"
QUEUE = "queue/"
"""Begins the id of a run: where it stood in the queue is known first, stays true, and is unique on its server."""

RESULTS = {
    "SUCCESS": RunState.SUCCEEDED,
    "UNSTABLE": RunState.FAILED,
    "FAILURE": RunState.FAILED,
    "ABORTED": RunState.CANCELLED,
    "NOT_BUILT": RunState.CANCELLED,
}
STAGES = {
    "SUCCESS": RunState.SUCCEEDED,
    "UNSTABLE": RunState.FAILED,
    "FAILED": RunState.FAILED,
    "ABORTED": RunState.CANCELLED,
    "NOT_EXECUTED": RunState.CANCELLED,
    "IN_PROGRESS": RunState.RUNNING,
    "PAUSED_PENDING_INPUT": RunState.WAITING,
}
PAUSED = "PAUSED_PENDING_INPUT"


def run_of(pipeline: Pipeline, build: Build) -> Run:
    id = f"{QUEUE}{build.queueId}" if build.queueId else str(build.number)
    return Run(pipeline, id, str(build.number), build.url)


def queued(pipeline: Pipeline, item: Item) -> RunStatus:
    state = RunState.CANCELLED if item.cancelled else RunState.QUEUED
    return RunStatus(Run(pipeline, f"{QUEUE}{item.id}", "", item.url), state, said=item.why or state.value)


def status_of(pipeline: Pipeline, build: Build, described: Described | None) -> RunStatus:
    state = _state(build, described)
    started = (build.timestamp or 0) / 1000
    finished = started + (build.duration or 0) / 1000
    return RunStatus(
        run_of(pipeline, build),
        state,
        said=(described.status if described and state is RunState.WAITING else build.result) or "building",
        commit=next((each.lastBuiltRevision.SHA1 for each in _actions(build) if each.lastBuiltRevision), ""),
        actor=next((cause.userId for each in _actions(build) for cause in each.causes or () if cause.userId), ""),
        started_at=datetime.fromtimestamp(started, UTC) if build.timestamp else None,
        finished_at=datetime.fromtimestamp(finished, UTC) if build.timestamp and not build.building else None,
        steps=_steps(state, described),
    )


def _state(build: Build, described: Described | None) -> RunState:
    if not build.building:
        return RESULTS.get(build.result or "", RunState.UNKNOWN)
    return RunState.WAITING if described and described.status == PAUSED else RunState.RUNNING


def _steps(state: RunState, described: Described | None) -> tuple[Step, ...]:
    if described is None or not described.stages:
        return (Step(CONSOLE, CONSOLE, state),)
    return tuple(Step(each.id, each.name, STAGES.get(each.status, RunState.UNKNOWN)) for each in described.stages)


def _actions(build: Build) -> Iterator[Action]:
    return (each for each in build.actions if each is not None)


def is_asked_by(actions: Iterable[Action | None], request_id: str) -> bool:
    return variables_of(actions).get(RUN_ID) == request_id


def variables_of(actions: Iterable[Action | None]) -> dict[str, str]:
    """A password has no value that is told."""
    parameters = (each.parameters or () for each in actions if each is not None)
    return {one.name: "" if one.value is None else str(one.value) for several in parameters for one in several}
