"""From what GitLab says to the values of the port."""

from __future__ import annotations

from bot.ports.pipelines import Commit, Pipeline, Run, RunState, RunStatus, Step
from integrations.gitlab.shapes import CommitSeen, DiffSeen, Job, PipelineSeen
from integrations.kit.diffs import Patch

STATES = {
    "created": RunState.QUEUED,
    "waiting_for_resource": RunState.QUEUED,
    "preparing": RunState.QUEUED,
    "pending": RunState.QUEUED,
    "scheduled": RunState.WAITING,
    "waiting_for_callback": RunState.WAITING,
    "manual": RunState.WAITING,
    "running": RunState.RUNNING,
    "canceling": RunState.RUNNING,
    "success": RunState.SUCCEEDED,
    "failed": RunState.FAILED,
    "canceled": RunState.CANCELLED,
    "skipped": RunState.CANCELLED,
}


def run_of(pipeline: Pipeline, seen: PipelineSeen) -> Run:
    return Run(pipeline, str(seen.id), str(seen.iid or seen.id), seen.web_url)


def status_of(pipeline: Pipeline, seen: PipelineSeen, jobs: list[Job]) -> RunStatus:
    state = RunState.ERRORED if seen.yaml_errors and seen.status == "failed" else state_of(seen.status)
    return RunStatus(
        run_of(pipeline, seen),
        state,
        said=f"{seen.status}: {seen.yaml_errors}" if seen.yaml_errors else seen.status,
        commit=seen.sha,
        actor=seen.user.username if seen.user else "",
        started_at=seen.started_at or seen.created_at,
        finished_at=seen.finished_at or (seen.updated_at if state.ended else None),
        steps=tuple(Step(str(job.id), job.name, state_of(job.status), job.web_url) for job in jobs),
    )


def state_of(status: str) -> RunState:
    return STATES.get(status, RunState.UNKNOWN)


def commit_of(seen: CommitSeen) -> Commit:
    return Commit(
        seen.id,
        seen.title,
        author=seen.author_name,
        email=seen.author_email,
        at=seen.committed_date,
        url=seen.web_url,
    )


def patch_of(seen: DiffSeen) -> Patch:
    """One without a line may be a file under a new name, or one too large to be shown."""
    told = seen.diff if seen.diff and not (seen.too_large or seen.collapsed) else None
    return Patch("" if seen.new_file else seen.old_path, "" if seen.deleted_file else seen.new_path, told)
