"""GitHub Actions (docs.github.com/rest/actions).

A run started by somebody whose answer was lost is known by its title, so a workflow says
`run-name: Deploy ${{ inputs.SIGNALBOX_RUN_ID }}` and declares that input. A dispatch runs the tip of a branch or tag,
never one commit.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

import httpx
from pydantic import SecretStr

from bot.errors import IntegrationError, NotFound
from bot.ports.pipelines import (
    LONGEST_DIFF,
    Artifact,
    BuildStatus,
    Commit,
    Comparison,
    Diff,
    LogPart,
    OutcomeUnknown,
    Pipeline,
    Run,
    RunRequest,
    RunSeen,
    RunState,
    RunStatus,
)
from integrations.github.reading import commit_of, is_titled, patch_of, run_of, status_of
from integrations.github.shapes import (
    ArtifactSeen,
    ArtifactsSeen,
    CommitSeen,
    Compared,
    Dispatched,
    Job,
    Jobs,
    Touched,
    WorkflowRun,
    WorkflowRuns,
)
from integrations.kit.credentials import bearer
from integrations.kit.diffs import Patch, together
from integrations.kit.vendor import Answer, Vendor, segment, segments

API = "https://api.github.com"
REMEDY = "Check GITHUB_TOKEN: it needs Actions (read and write), Contents (read) and Commit statuses (read and write)."
PAGE, PAGES, FEW, RECENT = 100, 5, 2, 50
EARLIER = timedelta(minutes=10)
"""How far the vendor's clock may be behind ours."""

LONGEST_DESCRIPTION = 140
ENDED_ALREADY, BAD_REQUEST, UNPROCESSABLE = 409, 400, 422
MARKS = {
    RunState.SUCCEEDED: "success",
    RunState.FAILED: "failure",
    RunState.RUNNING: "pending",
    RunState.CANCELLED: "error",
}


class GitHubPipelines:
    """token: of a GitHub App's installation, or a fine-grained personal one.

    base_url: `https://HOST/api/v3` on GitHub Enterprise Server.
    """

    lists_at_once = False

    def __init__(self, http: httpx.AsyncClient, *, token: SecretStr, base_url: str = API) -> None:
        credentials = {
            **bearer(token),
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        self._vendor = Vendor(http, name="GitHub", base_url=base_url, credentials=credentials, remedy=REMEDY)

    async def start(self, request: RunRequest) -> Run:
        """An older server does not say which run it began: then OutcomeUnknown, unless the run shows at once."""
        body = {"ref": request.pipeline.ref, "inputs": request.given}
        try:
            answer = await self._dispatch(request, {**body, "return_run_details": True})
        except IntegrationError as error:
            if not _is_about_the_details(error):
                raise
            answer = await self._dispatch(request, body)
        if not answer.content.strip():
            return await self._shown(request)
        told = self._vendor.outcome(answer, f"a run of {request.pipeline.name}", Dispatched)
        return Run(request.pipeline, str(told.workflow_run_id), "", told.html_url)

    async def _dispatch(self, request: RunRequest, body: dict[str, Any]) -> Answer:
        what = f"a run of {request.pipeline.name} in {request.pipeline.repository}"
        return await self._vendor.change(f"{_workflow(request.pipeline)}/dispatches", what, json=body)

    async def _shown(self, request: RunRequest) -> Run:
        with suppress(IntegrationError, NotFound):
            if run := await self.find(request):
                return run
        sentence = "GitHub took the run and does not say which one it is: it shows in a moment."
        raise OutcomeUnknown(sentence, vendor="GitHub", status=204)

    async def find(self, request: RunRequest) -> Run | None:
        """Looks through the newest 500 dispatches of this workflow, no further back than the request."""
        params: dict[str, str | int] = {"event": "workflow_dispatch", "per_page": PAGE}
        if request.asked_at:
            since = (request.asked_at - EARLIER).astimezone(UTC)
            params["created"] = f">={since:%Y-%m-%dT%H:%M:%SZ}"
        for page in range(1, PAGES + 1):
            seen = await self._vendor.read(
                f"{_workflow(request.pipeline)}/runs", _name_of(request), WorkflowRuns, {**params, "page": page}
            )
            for each in seen.workflow_runs:
                if is_titled(each, request.request_id):
                    return run_of(request.pipeline, each)
            if len(seen.workflow_runs) < PAGE:
                return None
        return None

    async def recent(self, pipeline: Pipeline, since: datetime) -> tuple[RunSeen, ...]:
        params: dict[str, str | int] = {"per_page": RECENT, "created": f">={since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        seen = await self._vendor.read(f"{_workflow(pipeline)}/runs", pipeline.name, WorkflowRuns, params)
        return tuple(RunSeen(status_of(pipeline, each, []), each.display_title or "") for each in seen.workflow_runs)

    async def earlier(self, pipeline: Pipeline, *, since: datetime, limit: int) -> tuple[RunSeen, ...]:
        """Looks through the newest 500 runs of this workflow."""
        created = f">={since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        asked = {"branch": pipeline.ref, "status": "completed", "created": created, "per_page": PAGE}
        path, found = f"{_workflow(pipeline)}/runs", list[RunSeen]()
        for page in range(1, PAGES + 1):
            seen = await self._vendor.read(path, pipeline.name, WorkflowRuns, {**asked, "page": page})
            found += [RunSeen(status_of(pipeline, each, []), each.display_title or "") for each in seen.workflow_runs]
            if len(seen.workflow_runs) < PAGE or len(found) >= limit:
                break
        return tuple(each for each in found if each.status.state.ended)[:limit]

    async def status(self, run: Run) -> RunStatus:
        seen = await self._vendor.read(_path(run), _name(run), WorkflowRun)
        jobs: list[Job] = []
        for page in range(1, PAGES + 1):
            params = {"filter": "latest", "per_page": PAGE, "page": page}
            found = (await self._vendor.read(f"{_path(run)}/jobs", _name(run), Jobs, params)).jobs
            jobs += found
            if len(found) < PAGE:
                break
        return status_of(run.pipeline, seen, jobs)

    async def cancel(self, run: Run) -> None:
        await self._vendor.change(f"{_path(run)}/cancel", f"the stop of {_name(run)}", fine={ENDED_ALREADY})

    async def retry_failed(self, run: Run) -> Run:
        """Its failed jobs and what depends on them; the run keeps its id, and its attempt rises."""
        await self._vendor.change(f"{_path(run)}/rerun-failed-jobs", f"another attempt of {_name(run)}")
        return run

    async def log(self, run: Run, step: str, *, start: int = 0, limit: int = 1_000_000) -> LogPart:
        """A job has a log when it has ended, and not before."""
        path = f"{_home(run.pipeline.repository)}/actions/jobs/{segment(step)}/logs"
        span = await self._vendor.span(path, f"the log of {_name(run)}", start=start, limit=limit)
        return span.log_part(ended=True)

    async def artifacts(self, run: Run) -> tuple[Artifact, ...]:
        found: list[Artifact] = []
        for page in range(1, PAGES + 1):
            params = {"per_page": PAGE, "page": page}
            seen = (await self._vendor.read(f"{_path(run)}/artifacts", _name(run), ArtifactsSeen, params)).artifacts
            found += [_left(run, each) for each in seen if not each.expired]
            if len(seen) < PAGE:
                break
        return tuple(found)

    async def artifact(self, run: Run, artifact: Artifact, *, limit: int = 50_000_000) -> bytes:
        """A zip file, whatever was left."""
        path = f"{_home(run.pipeline.repository)}/actions/artifacts/{segment(artifact.id)}/zip"
        return await self._vendor.download(path, f"the artifact {artifact.name}", limit=limit)

    async def commit(self, repository: str, ref: str) -> Commit | None:
        try:
            seen = await self._vendor.read(f"{_home(repository)}/commits/{segments(ref)}", ref, CommitSeen)
        except NotFound:
            return None
        except IntegrationError as error:
            if error.status == UNPROCESSABLE:
                return None
            raise
        return commit_of(seen)

    async def compare(self, repository: str, base: str, head: str) -> Comparison:
        """The vendor lists the oldest first, so of a long line the last two pages are read."""
        first = await self._compared(repository, base, head, 1)
        last = max(ceil(first.total_commits / PAGE), 1)
        pages = [await self._compared(repository, base, head, page) for page in range(max(last - 1, 2), last + 1)]
        seen = [each for page in ((first, *pages) if last <= FEW else pages) for each in page.commits]
        return Comparison(
            base, head, tuple(commit_of(each) for each in reversed(seen)), first.total_commits, first.html_url
        )

    async def _compared(self, repository: str, base: str, head: str, page: int) -> Compared:
        path = f"{_home(repository)}/compare/{segment(base)}...{segment(head)}"
        what = f"{base} or {head} in {repository}"
        return await self._vendor.read(path, what, Compared, {"per_page": PAGE, "page": page})

    async def diff(self, repository: str, commit: str, *, limit: int = LONGEST_DIFF) -> Diff:
        """Of 200 files. One that is named by its hash alone cannot be a branch that has moved."""
        path, what = f"{_home(repository)}/commits/{segment(commit)}", f"what {commit[:12]} changed in {repository}"
        found: list[Patch] = []
        for page in range(1, FEW + 1):
            seen = (await self._touched(path, what, page)).files
            found += map(patch_of, seen)
            if len(seen) < PAGE:
                return together(found, limit, whole=True)
        return together(found, limit, whole=False)

    async def _touched(self, path: str, what: str, page: int) -> Touched:
        try:
            return await self._vendor.read(path, what, Touched, {"per_page": PAGE, "page": page})
        except IntegrationError as error:
            if error.status == UNPROCESSABLE:
                raise NotFound(f"GitHub does not know {what}.") from error
            raise

    async def set_status(self, repository: str, commit: str, status: BuildStatus) -> None:
        body = {
            "context": status.key,
            "state": MARKS.get(status.state, "error"),
            "description": f"{status.name}: {status.description}".removesuffix(": ")[:LONGEST_DESCRIPTION],
            "target_url": status.url or None,
        }
        path = f"{_home(repository)}/statuses/{segment(commit)}"
        await self._vendor.change(path, f"a commit status on {commit[:12]}", json=body)


def _left(run: Run, seen: ArtifactSeen) -> Artifact:
    page = f"{run.url}/artifacts/{seen.id}" if run.url else ""
    return Artifact(str(seen.id), seen.name, seen.size_in_bytes, page, archive=True)


def _is_about_the_details(error: IntegrationError) -> bool:
    return error.status in {BAD_REQUEST, UNPROCESSABLE} and "return_run_details" in error.user_message


def _home(repository: str) -> str:
    return f"/repos/{segments(repository)}"


def _workflow(pipeline: Pipeline) -> str:
    return f"{_home(pipeline.repository)}/actions/workflows/{segment(pipeline.name)}"


def _path(run: Run) -> str:
    return f"{_home(run.pipeline.repository)}/actions/runs/{segment(run.id)}"


def _name_of(request: RunRequest) -> str:
    return f"the workflow {request.pipeline.name} of {request.pipeline.repository}"


def _name(run: Run) -> str:
    return f"run {run.number or run.id} of {run.pipeline.repository}"
