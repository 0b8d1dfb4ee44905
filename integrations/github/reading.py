"""From what GitHub says to the values of the port."""

from __future__ import annotations

import re

from bot.ports.pipelines import Commit, Pipeline, Run, RunState, RunStatus, Step
from integrations.github.shapes import CommitSeen, FileSeen, Job, WorkflowRun
from integrations.kit.diffs import Patch

STATES = {
    "queued": RunState.QUEUED,
    "requested": RunState.QUEUED,
    "pending": RunState.QUEUED,
    "waiting": RunState.WAITING,
    "action_required": RunState.WAITING,
    "in_progress": RunState.RUNNING,
}
CONCLUSIONS = {
    "success": RunState.SUCCEEDED,
    "neutral": RunState.SUCCEEDED,
    "failure": RunState.FAILED,
    "timed_out": RunState.FAILED,
    "startup_failure": RunState.ERRORED,
    "cancelled": RunState.CANCELLED,
    "skipped": RunState.CANCELLED,
    "stale": RunState.CANCELLED,
    "action_required": RunState.WAITING,
}


def run_of(pipeline: Pipeline, seen: WorkflowRun) -> Run:
    return Run(pipeline, str(seen.id), str(seen.run_number or ""), seen.html_url)


def status_of(pipeline: Pipeline, seen: WorkflowRun, jobs: list[Job]) -> RunStatus:
    state = state_of(seen.status, seen.conclusion)
    actor = seen.triggering_actor or seen.actor
    return RunStatus(
        run_of(pipeline, seen),
        state,
        said=" ".join(filter(None, (seen.status, seen.conclusion))),
        attempt=seen.run_attempt or 1,
        commit=seen.head_sha,
        actor=actor.login if actor else "",
        started_at=seen.run_started_at,
        finished_at=seen.updated_at if state.ended else None,
        steps=tuple(
            Step(str(job.id), job.name, state_of(job.status, job.conclusion), job.html_url or "") for job in jobs
        ),
    )


def state_of(status: str | None, conclusion: str | None) -> RunState:
    if status == "completed":
        return CONCLUSIONS.get(conclusion or "", RunState.UNKNOWN)
    return STATES.get(status or "", RunState.UNKNOWN)


def is_titled(seen: WorkflowRun, request_id: str) -> bool:
    """Whether the run's title bears this id, and not a longer one that holds it."""
    return re.search(rf"(?<![\w-]){re.escape(request_id)}(?![\w-])", seen.display_title or "") is not None


def commit_of(seen: CommitSeen) -> Commit:
    author = seen.commit.author
    return Commit(
        seen.sha,
        seen.commit.message.partition("\n")[0],
        author=author.name if author else "",
        login=seen.author.login if seen.author else "",
        email=author.email if author else "",
        at=author.date if author else None,
        url=seen.html_url,
    )


def patch_of(seen: FileSeen) -> Patch:
    before = "" if seen.status == "added" else seen.previous_filename or seen.filename
    return Patch(before, "" if seen.status == "removed" else seen.filename, seen.patch)
