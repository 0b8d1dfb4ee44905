"""What a commit is told of the deployment that brought it, and when."""

from __future__ import annotations

import hashlib

from bot.deployments.values import Deployment, Stage, Watch
from bot.ports.pipelines import BuildStatus, RunState
from bot.redaction import redact
from bot.runtime.jobs import Job

BUILD_STATUS = "deployment.build_status"
KEY_LENGTH, LONGEST_DESCRIPTION = 40, 240


def due_statuses(before: Deployment | None, after: Deployment) -> list[Job]:
    """A job for each commit of which something else is true than before: once for each outcome."""
    found: list[Job] = []
    outcome = _outcome(after)
    if outcome and (before is None or _outcome(before) != outcome):
        found.append(Job(f"{BUILD_STATUS}:{after.id}:{outcome}", BUILD_STATUS, {"id": after.id}))
    came = after.stage is Stage.SUCCEEDED and (before is None or before.stage is not Stage.SUCCEEDED)
    if came and after.undoes:
        found.append(Job(f"{BUILD_STATUS}:{after.undoes}:undone:{after.id}", BUILD_STATUS, {"id": after.undoes}))
    return found


def mark_of(deployment: Deployment, undone_by: Deployment | None) -> BuildStatus | None:
    """None when nothing is known yet that would matter to the commit. undone_by: what it was rolled back with."""
    what, run = f"{deployment.target.service} {deployment.label}", deployment.run.url if deployment.run else ""
    if undone_by is not None:
        return _mark(deployment, RunState.FAILED, f"{what} was rolled back to {undone_by.label}", run)
    match _outcome(deployment):
        case Watch.GOOD:
            return _mark(deployment, RunState.SUCCEEDED, _works(deployment, what), deployment.rates_url or run)
        case Watch.RED:
            says = f"{what} is not well: {'; '.join(deployment.seen) or deployment.why}"
            return _mark(deployment, RunState.FAILED, says, deployment.rates_url or run)
        case Stage.FAILED | Stage.LOST:
            return _mark(deployment, RunState.FAILED, f"{what} was not deployed: {deployment.why}", run)
        case _:
            return None


def _outcome(deployment: Deployment) -> Stage | Watch | None:
    if deployment.stage in (Stage.FAILED, Stage.LOST):
        return deployment.stage
    return deployment.watch if deployment.watch in (Watch.GOOD, Watch.RED) else None


def _mark(deployment: Deployment, state: RunState, says: str, url: str) -> BuildStatus:
    name = f"Deployed to {deployment.target.environment}"
    return BuildStatus(_key(deployment), state, name, redact(says)[:LONGEST_DESCRIPTION], url)


def _key(deployment: Deployment) -> str:
    """One for each service and environment, so that a later deployment of the same commit replaces it."""
    whole = f"signalbox-{deployment.target}"
    if len(whole) <= KEY_LENGTH:
        return whole
    return f"{whole[: KEY_LENGTH - 9]}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def _works(deployment: Deployment, what: str) -> str:
    beside = ", ".join(f"{service} {version}" for service, version in deployment.beside.items())
    return f"{what} works with {beside}" if beside else f"{what} works"
