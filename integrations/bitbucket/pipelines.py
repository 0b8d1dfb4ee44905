"""Bitbucket Pipelines (developer.atlassian.com/cloud/bitbucket/rest, groups pipelines, commits, downloads).

Artifacts: the API hands none out. What a pipeline puts into the repository's Downloads under a name that begins with
`$BITBUCKET_BUILD_NUMBER-` counts as left by that run.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from bot.errors import NotFound
from bot.ports.pipelines import (
    LONGEST_DIFF,
    RUN_ID,
    Artifact,
    BuildStatus,
    Commit,
    Comparison,
    Diff,
    LogPart,
    NotSupported,
    Pipeline,
    Run,
    RunRequest,
    RunSeen,
    RunState,
    RunStatus,
)
from integrations.bitbucket.reading import WEB, commit_of, run_of, state_of, status_of
from integrations.bitbucket.shapes import CommitSeen, Download, Page, PipelineSeen, Ref, Stat, StepSeen
from integrations.kit.credentials import basic, bearer
from integrations.kit.vendor import Vendor, segment, segments

API = "https://api.bitbucket.org/2.0"
REMEDY = "Check BITBUCKET_TOKEN: it needs the scopes repository, pipeline and pipeline:write."
PAGE, PAGES, COMMITS_AT_MOST, RECENT = 100, 5, 1000, 50
EARLIER = timedelta(minutes=10)
"""How far the vendor's clock may be behind ours."""

COMPLETE_ALREADY = 400
HASH = re.compile(r"[0-9a-f]{7,40}")
MARKS = {RunState.SUCCEEDED: "SUCCESSFUL", RunState.RUNNING: "INPROGRESS", RunState.CANCELLED: "STOPPED"}


class BitbucketPipelines:
    """token: an access token of a workspace, project or repository; with `user` (an e-mail) that person's API token."""

    lists_at_once = False

    def __init__(self, http: httpx.AsyncClient, *, token: SecretStr, user: str = "", base_url: str = API) -> None:
        credentials = basic(user, token) if user else bearer(token)
        self._vendor = Vendor(http, name="Bitbucket", base_url=base_url, credentials=credentials, remedy=REMEDY)

    async def start(self, request: RunRequest) -> Run:
        pipeline = request.pipeline
        what = f"a run of {pipeline.name or pipeline.ref} in {pipeline.repository}"
        given = [
            {"key": key, "value": value, "secured": key in request.secrets} for key, value in request.given.items()
        ]
        body = {"target": await self._target(request), "variables": given}
        answer = await self._vendor.change(f"{_home(pipeline.repository)}/pipelines", what, json=body)
        return run_of(pipeline, self._vendor.outcome(answer, what, PipelineSeen))

    async def _target(self, request: RunRequest) -> dict[str, Any]:
        pipeline = request.pipeline
        target: dict[str, Any] = {
            "type": "pipeline_ref_target",
            "ref_type": await self._ref_type(pipeline.repository, pipeline.ref),
            "ref_name": pipeline.ref,
        }
        if pipeline.name:
            target["selector"] = {"type": "custom", "pattern": pipeline.name}
        if request.commit:
            target["commit"] = {"type": "commit", "hash": request.commit}
        return target

    async def _ref_type(self, repository: str, ref: str) -> str:
        try:
            await self._vendor.get(f"{_home(repository)}/refs/branches/{segments(ref)}", f"the branch {ref}")
        except NotFound:
            return "tag"
        return "branch"

    async def find(self, request: RunRequest) -> Run | None:
        """Looks through the newest 500 runs of this pipeline, no further back than the request."""
        async for seen in self._newest(request.pipeline, {"target.ref_name": request.pipeline.ref}):
            if request.asked_at and seen.created_on and seen.created_on < request.asked_at - EARLIER:
                return None
            if await self._has(request, seen):
                return run_of(request.pipeline, seen)
        return None

    async def recent(self, pipeline: Pipeline, since: datetime) -> tuple[RunSeen, ...]:
        found: list[RunSeen] = []
        async for seen in self._newest(pipeline, {} if pipeline.name else {"target.ref_name": pipeline.ref}):
            if len(found) >= RECENT or (seen.created_on and seen.created_on < since):
                break
            told = await self._told(pipeline, seen)
            variables = {each.key: each.value or "" for each in told.variables or ()}
            found.append(RunSeen(status_of(pipeline, told, []), variables=variables))
        return tuple(found)

    async def earlier(self, pipeline: Pipeline, *, since: datetime, limit: int) -> tuple[RunSeen, ...]:
        """Looks through the newest 500 runs of this pipeline."""
        found: list[RunSeen] = []
        async for seen in self._newest(pipeline, {"target.ref_name": pipeline.ref}):
            if len(found) == limit or (seen.created_on and seen.created_on < since):
                break
            variables = {each.key: each.value or "" for each in seen.variables or ()}
            if state_of(seen.state).ended:
                found.append(RunSeen(status_of(pipeline, seen, []), variables=variables))
        return tuple(found)

    async def _newest(self, pipeline: Pipeline, which: Mapping[str, str]) -> AsyncIterator[PipelineSeen]:
        params: dict[str, str | int] = {"sort": "-created_on", "pagelen": PAGE, **which}
        if pipeline.name:
            params["target.selector.pattern"] = pipeline.name
        path, what = f"{_home(pipeline.repository)}/pipelines", f"the runs of {pipeline.repository}"
        for page in range(1, PAGES + 1):
            found = await self._vendor.read(path, what, Page[PipelineSeen], {**params, "page": page})
            for seen in found.values:
                yield seen
            if len(found.values) < PAGE:
                return

    async def _has(self, request: RunRequest, seen: PipelineSeen) -> bool:
        told = await self._told(request.pipeline, seen)
        return any((each.key, each.value) == (RUN_ID, request.request_id) for each in told.variables or ())

    async def _told(self, pipeline: Pipeline, seen: PipelineSeen) -> PipelineSeen:
        """With its variables, which lists may leave out."""
        if seen.variables is not None:
            return seen
        path = f"{_home(pipeline.repository)}/pipelines/{segment(seen.uuid)}"
        return await self._vendor.read(path, f"run {seen.build_number}", PipelineSeen)

    async def status(self, run: Run) -> RunStatus:
        what = _name(run)
        seen = await self._vendor.read(_path(run), what, PipelineSeen)
        steps = await self._vendor.read(f"{_path(run)}/steps", what, Page[StepSeen], {"pagelen": PAGE})
        return status_of(run.pipeline, seen, steps.values)

    async def cancel(self, run: Run) -> None:
        await self._vendor.change(f"{_path(run)}/stopPipeline", f"the stop of {_name(run)}", fine={COMPLETE_ALREADY})

    async def retry_failed(self, run: Run) -> Run:
        """The API has no way to run steps again (group pipelines, none of its paths)."""
        sentence = f"Bitbucket cannot run the failed steps of {_name(run)} again: start a new run."
        raise NotSupported(sentence, vendor="Bitbucket", status=0)

    async def log(self, run: Run, step: str, *, start: int = 0, limit: int = 1_000_000) -> LogPart:
        path, what = f"{_path(run)}/steps/{segment(step)}", f"the log of {_name(run)}"
        state = state_of((await self._vendor.read(path, what, StepSeen)).state)
        span = await self._vendor.span(f"{path}/log", what, start=start, limit=limit)
        return span.log_part(ended=state.ended)

    async def artifacts(self, run: Run) -> tuple[Artifact, ...]:
        path, what = f"{_home(run.pipeline.repository)}/downloads", f"the downloads of {run.pipeline.repository}"
        left = [seen async for seen in self._pages(path, what, Download) if seen.name.startswith(f"{run.number}-")]
        page = f"{WEB}/{run.pipeline.repository}/downloads/"
        return tuple(Artifact(seen.name, seen.name, seen.size, page + quote(seen.name)) for seen in left)

    async def artifact(self, run: Run, artifact: Artifact, *, limit: int = 50_000_000) -> bytes:
        path = f"{_home(run.pipeline.repository)}/downloads/{segment(artifact.id)}"
        return await self._vendor.download(path, f"the artifact {artifact.name}", limit=limit)

    async def commit(self, repository: str, ref: str) -> Commit | None:
        for kind in ("tags", "branches"):
            try:
                named = await self._vendor.read(f"{_home(repository)}/refs/{kind}/{segments(ref)}", ref, Ref)
            except NotFound:
                continue
            return commit_of(repository, named.target)
        return await self._by_hash(repository, ref) if HASH.fullmatch(ref) else None

    async def _by_hash(self, repository: str, hash: str) -> Commit | None:
        try:
            seen = await self._vendor.read(f"{_home(repository)}/commit/{hash}", hash, CommitSeen)
        except NotFound:
            return None
        return commit_of(repository, seen)

    async def compare(self, repository: str, base: str, head: str) -> Comparison:
        path, what = f"{_home(repository)}/commits", f"{base} or {head} in {repository}"
        params = {"include": head, "exclude": base}
        commits = [commit_of(repository, seen) async for seen in self._pages(path, what, CommitSeen, params)]
        page = f"{WEB}/{repository}/branches/compare/{segment(head)}..{segment(base)}"
        return Comparison(base, head, tuple(commits), len(commits), page)

    async def diff(self, repository: str, commit: str, *, limit: int = LONGEST_DIFF) -> Diff:
        """Names of 100 files. What is beyond the limit is not waited for, nor is half a line of it told."""
        what, spec = f"what {commit[:12]} changed in {repository}", segment(commit)
        stat = await self._vendor.read(f"{_home(repository)}/diffstat/{spec}", what, Page[Stat], {"pagelen": PAGE})
        span, _ = await self._vendor.beginning(
            f"{_home(repository)}/diff/{spec}", what, params={"binary": "false"}, limit=limit
        )
        text = span.data.decode("utf-8", errors="replace")
        paths = [place.path for each in stat.values if (place := each.new or each.old)]
        return Diff(tuple(paths), text if span.at_end else text.rpartition("\n")[0], span.at_end and not stat.next)

    async def _pages(
        self, path: str, what: str, shape: type[Any], params: dict[str, str] | None = None
    ) -> AsyncIterator[Any]:
        """Each value, at most 1,000 of them."""
        page = await self._vendor.read(path, what, Page[shape], {**(params or {}), "pagelen": PAGE})
        for _ in range(COMMITS_AT_MOST // PAGE):
            for value in page.values:
                yield value
            if not page.next:
                return
            page = await self._vendor.read(page.next, what, Page[shape])

    async def set_status(self, repository: str, commit: str, status: BuildStatus) -> None:
        body = {
            "key": status.key,
            "state": MARKS.get(status.state, "FAILED"),
            "name": status.name,
            "description": status.description,
            "url": status.url or f"{WEB}/{repository}/commits/{commit}",
        }
        path = f"{_home(repository)}/commit/{segment(commit)}/statuses/build"
        await self._vendor.change(path, f"a build status on {commit[:12]}", json=body)


def _home(repository: str) -> str:
    return f"/repositories/{segments(repository)}"


def _path(run: Run) -> str:
    return f"{_home(run.pipeline.repository)}/pipelines/{segment(run.id)}"


def _name(run: Run) -> str:
    return f"run {run.number or run.id} of {run.pipeline.repository}"
