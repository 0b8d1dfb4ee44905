"""GitLab CI (docs.gitlab.com/api: pipelines, jobs, job artifacts, repositories, commits).

A pipeline has no name there: one that is asked for travels as the variable SIGNALBOX_PIPELINE, for `rules:` to go by.
It runs the tip of a branch or tag, never one commit.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
from pydantic import SecretStr

from bot.errors import IntegrationError, NotFound
from bot.ports.pipelines import (
    LONGEST_DIFF,
    RUN_ID,
    Artifact,
    BuildStatus,
    Commit,
    Comparison,
    Diff,
    LogPart,
    Pipeline,
    Run,
    RunRequest,
    RunSeen,
    RunState,
    RunStatus,
)
from integrations.gitlab.reading import commit_of, patch_of, run_of, state_of, status_of
from integrations.gitlab.shapes import CommitSeen, Compared, DiffSeen, File, Job, PipelineSeen, Variable
from integrations.kit.diffs import Patch, together
from integrations.kit.vendor import Vendor, segment, segments

API = "https://gitlab.com/api/v4"
REMEDY = "Check GITLAB_TOKEN: it needs the scope api, and the role Developer in the project."
PIPELINE_NAME = "SIGNALBOX_PIPELINE"
PAGE, PAGES, FEW, LOOKED_AT = 100, 5, 2, 50
GIVEN = frozenset(("api", "schedule", "trigger", "web"))
"""How pipelines begin that may be given variables."""

EARLIER = timedelta(minutes=10)
"""How far the vendor's clock may be behind ours."""

ENDED_ALREADY = BAD_REQUEST = 400
MARKS = {
    RunState.SUCCEEDED: "success",
    RunState.RUNNING: "running",
    RunState.CANCELLED: "canceled",
}


class GitLabPipelines:
    """token: of a project, a group or a person. base_url: `https://HOST/api/v4`."""

    lists_at_once = False

    def __init__(self, http: httpx.AsyncClient, *, token: SecretStr, base_url: str = API) -> None:
        credentials = {"PRIVATE-TOKEN": token.get_secret_value()}
        self._vendor = Vendor(http, name="GitLab", base_url=base_url, credentials=credentials, remedy=REMEDY)

    async def start(self, request: RunRequest) -> Run:
        pipeline = request.pipeline
        variables = request.given
        if pipeline.name:
            variables[PIPELINE_NAME] = pipeline.name
        body = {"ref": pipeline.ref, "variables": [{"key": key, "value": value} for key, value in variables.items()]}
        what = f"a pipeline for {pipeline.ref} in {pipeline.repository}"
        answer = await self._vendor.change(f"{_home(pipeline.repository)}/pipeline", what, json=body)
        return run_of(pipeline, self._vendor.outcome(answer, what, PipelineSeen))

    async def find(self, request: RunRequest) -> Run | None:
        """Looks at the variables of the newest 50 pipelines of this ref, no further back than the request."""
        pipeline = request.pipeline
        params: dict[str, str | int] = {
            "ref": pipeline.ref,
            "source": "api",
            "order_by": "id",
            "sort": "desc",
            "per_page": LOOKED_AT,
        }
        if request.asked_at:
            params["created_after"] = f"{(request.asked_at - EARLIER).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        path, what = f"{_home(pipeline.repository)}/pipelines", f"the pipelines of {pipeline.repository}"
        for seen in await self._vendor.read(path, what, list[PipelineSeen], params):
            told = await self._vendor.read(f"{path}/{seen.id}/variables", f"pipeline {seen.id}", list[Variable])
            if any((each.key, each.value) == (RUN_ID, request.request_id) for each in told):
                return run_of(pipeline, seen)
        return None

    async def recent(self, pipeline: Pipeline, since: datetime) -> tuple[RunSeen, ...]:
        """One with a name is known by the variable that `start` gives it."""
        created = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        params: dict[str, str | int] = {
            "order_by": "id",
            "sort": "desc",
            "per_page": LOOKED_AT,
            "created_after": created,
        }
        if not pipeline.name:
            params["ref"] = pipeline.ref
        path, what = f"{_home(pipeline.repository)}/pipelines", f"the pipelines of {pipeline.repository}"
        listed = await self._vendor.read(path, what, list[PipelineSeen], params)
        seen = [await self._told(pipeline, f"{path}/{each.id}") for each in listed]
        return tuple(each for each in seen if (each.variables or {}).get(PIPELINE_NAME, "") == pipeline.name)

    async def _told(self, pipeline: Pipeline, path: str) -> RunSeen:
        """Lists tell neither who began it nor when it ended."""
        seen = await self._vendor.read(path, path, PipelineSeen)
        told = await self._vendor.read(f"{path}/variables", path, list[Variable])
        return RunSeen(status_of(pipeline, seen, []), variables={each.key: each.value or "" for each in told})

    async def earlier(self, pipeline: Pipeline, *, since: datetime, limit: int) -> tuple[RunSeen, ...]:
        """Looks through the newest 500 pipelines of this ref. One is of this kind by its name (`workflow: name`), or by
        the variables that it was started with.
        """
        created = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        asked = {"ref": pipeline.ref, "scope": "finished", "created_after": created, "order_by": "id", "sort": "desc"}
        path, found = f"{_home(pipeline.repository)}/pipelines", list[RunSeen]()
        for page in range(1, PAGES + 1):
            params: dict[str, str | int] = {**asked, "per_page": PAGE, "page": page}
            seen = await self._vendor.read(path, f"the pipelines of {pipeline.repository}", list[PipelineSeen], params)
            for each in seen:
                if len(found) < limit and (past := await self._past(pipeline, each)) is not None:
                    found.append(past)
            if len(seen) < PAGE or len(found) == limit:
                break
        return tuple(found)

    async def _past(self, pipeline: Pipeline, seen: PipelineSeen) -> RunSeen | None:
        """None when it is of another kind, or has not ended."""
        status, named = status_of(pipeline, seen, []), pipeline.name in ("", seen.name)
        if not status.state.ended or not (named or seen.source in GIVEN):
            return None
        path = f"{_home(pipeline.repository)}/pipelines/{seen.id}/variables"
        told = {each.key: each.value or "" for each in await self._vendor.read(path, path, list[Variable])}
        return RunSeen(status, variables=told) if named or told.get(PIPELINE_NAME) == pipeline.name else None

    async def status(self, run: Run) -> RunStatus:
        seen = await self._vendor.read(_path(run), _name(run), PipelineSeen)
        return status_of(run.pipeline, seen, await self._jobs(run))

    async def _jobs(self, run: Run) -> list[Job]:
        jobs: list[Job] = []
        for page in range(1, PAGES + 1):
            params = {"per_page": PAGE, "page": page}
            found = await self._vendor.read(f"{_path(run)}/jobs", _name(run), list[Job], params)
            jobs += found
            if len(found) < PAGE:
                break
        return jobs

    async def cancel(self, run: Run) -> None:
        await self._vendor.change(f"{_path(run)}/cancel", f"the stop of {_name(run)}", fine={ENDED_ALREADY})

    async def retry_failed(self, run: Run) -> Run:
        """Its failed and cancelled jobs; the pipeline keeps its id, and counts no attempts."""
        what = f"another attempt of {_name(run)}"
        answer = await self._vendor.change(f"{_path(run)}/retry", what)
        return run_of(run.pipeline, self._vendor.outcome(answer, what, PipelineSeen))

    async def log(self, run: Run, step: str, *, start: int = 0, limit: int = 1_000_000) -> LogPart:
        path, what = f"{_home(run.pipeline.repository)}/jobs/{segment(step)}", f"the log of {_name(run)}"
        state = state_of((await self._vendor.read(path, what, Job)).status)
        span = await self._vendor.span(f"{path}/trace", what, start=start, limit=limit)
        return span.log_part(ended=state.ended)

    async def artifacts(self, run: Run) -> tuple[Artifact, ...]:
        """One archive for each job that left something."""
        left = [(job, job.artifacts_file) for job in await self._jobs(run) if job.artifacts_file]
        return tuple(_left(job, file) for job, file in left)

    async def artifact(self, run: Run, artifact: Artifact, *, limit: int = 50_000_000) -> bytes:
        """A zip file, whatever was left."""
        path = f"{_home(run.pipeline.repository)}/jobs/{segment(artifact.id)}/artifacts"
        return await self._vendor.download(path, f"the artifact {artifact.name}", limit=limit)

    async def commit(self, repository: str, ref: str) -> Commit | None:
        try:
            path = f"{_home(repository)}/repository/commits/{segment(ref)}"
            return commit_of(await self._vendor.read(path, ref, CommitSeen))
        except NotFound:
            return None

    async def compare(self, repository: str, base: str, head: str) -> Comparison:
        path, what = f"{_home(repository)}/repository/compare", f"{base} or {head} in {repository}"
        found = await self._vendor.read(path, what, Compared, {"from": base, "to": head})
        commits = tuple(commit_of(each) for each in reversed(found.commits))
        return Comparison(base, head, commits, len(commits), found.web_url)

    async def diff(self, repository: str, commit: str, *, limit: int = LONGEST_DIFF) -> Diff:
        """Of 200 files."""
        path = f"{_home(repository)}/repository/commits/{segment(commit)}/diff"
        what, found = f"what {commit[:12]} changed in {repository}", list[Patch]()
        for page in range(1, FEW + 1):
            seen = await self._vendor.read(path, what, list[DiffSeen], {"per_page": PAGE, "page": page})
            found += map(patch_of, seen)
            if len(seen) < PAGE:
                return together(found, limit, whole=True)
        return together(found, limit, whole=False)

    async def set_status(self, repository: str, commit: str, status: BuildStatus) -> None:
        body = {
            "name": status.key,
            "state": MARKS.get(status.state, "failed"),
            "description": f"{status.name}: {status.description}".removesuffix(": "),
            "target_url": status.url or None,
        }
        path = f"{_home(repository)}/statuses/{segment(commit)}"
        try:
            await self._vendor.change(path, f"a commit status on {commit[:12]}", json=body)
        except IntegrationError as error:
            if not _is_so_already(error):
                raise


def _left(job: Job, file: File) -> Artifact:
    page = f"{job.web_url}/artifacts/browse" if job.web_url else ""
    return Artifact(str(job.id), f"{job.name}/{file.filename}", file.size, page, archive=True)


def _is_so_already(error: IntegrationError) -> bool:
    """A status that is set to what it is cannot change to that, the vendor says."""
    return error.status == BAD_REQUEST and "Cannot transition status" in error.user_message


def _home(repository: str) -> str:
    return f"/projects/{segments(repository).replace('/', '%2F')}"


def _path(run: Run) -> str:
    return f"{_home(run.pipeline.repository)}/pipelines/{segment(run.id)}"


def _name(run: Run) -> str:
    return f"pipeline {run.number or run.id} of {run.pipeline.repository}"
