"""Jenkins (jenkins.io/doc/book/using/remote-access-api).

A job must declare the parameter SIGNALBOX_RUN_ID: Jenkins drops what is not declared, and a run whose answer was lost
is found by it. A build has one console: that is the log of each of its stages. Jenkins keeps no repository, so commits
are looked up elsewhere, and none bears a mark of its.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from bot.errors import IntegrationError, NotFound
from bot.ports.pipelines import (
    LONGEST_DIFF,
    Artifact,
    BuildStatus,
    Changes,
    Commit,
    Comparison,
    Diff,
    LogPart,
    NotSupported,
    OutcomeUnknown,
    Pipeline,
    Run,
    RunRequest,
    RunSeen,
    RunStatus,
)
from integrations.jenkins.reading import QUEUE, is_asked_by, queued, run_of, status_of, variables_of
from integrations.jenkins.shapes import AllBuilds, Build, Builds, Described, Item, Queue
from integrations.kit.credentials import basic
from integrations.kit.spans import Span
from integrations.kit.vendor import Vendor, segment, segments

REMEDY = (
    "Check JENKINS_USER and JENKINS_TOKEN: it needs to be that user's API token (a password would need a crumb), "
    "and the user needs Job/Read, Job/Build and Job/Cancel."
)
FOUND, NO_CONTENT, NOT_FOUND = 302, 204, 404
LATEST = 100
ACTIONS = "actions[parameters[name,value],causes[userId,shortDescription],lastBuiltRevision[SHA1]]"
BUILD = f"number,url,queueId,building,result,timestamp,duration,artifacts[relativePath,fileName],{ACTIONS}"


class JenkinsPipelines:
    """user and token: whose API token it is. changes: where commits are looked up."""

    lists_at_once = False

    def __init__(
        self, http: httpx.AsyncClient, *, base_url: str, user: str, token: SecretStr, changes: Changes | None = None
    ) -> None:
        credentials = basic(user, token)
        self._vendor = Vendor(http, name="Jenkins", base_url=base_url, credentials=credentials, remedy=REMEDY)
        self._changes = changes

    async def start(self, request: RunRequest) -> Run:
        """It has no number yet: `status` tells it."""
        pipeline, what = request.pipeline, f"a build of {request.pipeline.name}"
        answer = await self._vendor.change(f"{_job(pipeline.name)}/buildWithParameters", what, data=request.given)
        found = re.search(r"/queue/item/(\d+)/?$", answer.headers.get("location", ""))
        if found is None:
            return await self._begun(request)
        return Run(pipeline, f"{QUEUE}{found[1]}", "", answer.headers["location"])

    async def _begun(self, request: RunRequest) -> Run:
        with suppress(IntegrationError, NotFound):
            if run := await self.find(request):
                return run
        sentence = f"Jenkins took a build of {request.pipeline.name} and does not say where it waits."
        raise OutcomeUnknown(sentence, vendor="Jenkins", status=201)

    async def find(self, request: RunRequest) -> Run | None:
        """Looks in the queue and, since builds come out of it, then through the newest 100 builds of the job."""
        pipeline = request.pipeline
        params = {"tree": f"items[id,url,why,{ACTIONS}]"}
        waiting = await self._vendor.read("/queue/api/json", "the queue", Queue, params)
        for item in waiting.items:
            if is_asked_by(item.actions, request.request_id):
                return queued(pipeline, item).run
        for build in await self._builds(pipeline.name):
            if is_asked_by(build.actions, request.request_id):
                return run_of(pipeline, build)
        return None

    async def _builds(self, name: str) -> list[Build]:
        params = {"tree": f"builds[{BUILD}]{{0,{LATEST}}}"}
        return (await self._vendor.read(f"{_job(name)}/api/json", f"the job {name}", Builds, params)).builds

    async def recent(self, pipeline: Pipeline, since: datetime) -> tuple[RunSeen, ...]:
        """Of its newest 100 builds; what stands in the queue has not begun."""
        seen = [(status_of(pipeline, build, None), build) for build in await self._builds(pipeline.name)]
        lately = [(status, build) for status, build in seen if status.started_at and status.started_at >= since]
        return tuple(
            RunSeen(replace(status, steps=()), variables=variables_of(build.actions)) for status, build in lately
        )

    async def earlier(self, pipeline: Pipeline, *, since: datetime, limit: int) -> tuple[RunSeen, ...]:
        """As many builds as Jenkins still has, whatever they built: a job has no branch."""
        path, what, found = f"{_job(pipeline.name)}/api/json", f"the job {pipeline.name}", list[RunSeen]()
        for start in range(0, limit, LATEST):
            params = {"tree": f"allBuilds[{BUILD}]{{{start},{start + LATEST}}}"}
            seen = (await self._vendor.read(path, what, AllBuilds, params)).allBuilds
            past = [(replace(status_of(pipeline, each, None), steps=()), variables_of(each.actions)) for each in seen]
            found += [RunSeen(status, variables=told) for status, told in past if (status.started_at or since) >= since]
            if len(seen) < LATEST or len(found) < start + len(seen):
                break
        return tuple(each for each in found if each.status.state.ended)[:limit]

    async def status(self, run: Run) -> RunStatus:
        place = await self._place(run)
        if isinstance(place, Item):
            return queued(run.pipeline, place)
        build = await self._vendor.read(f"{_build(place)}/api/json", _name(place), Build, {"tree": BUILD})
        try:
            described = await self._vendor.read(f"{_build(place)}/wfapi/describe", _name(place), Described)
        except NotFound:
            described = None
        return status_of(run.pipeline, build, described)

    async def _place(self, run: Run) -> Run | Item:
        """The run by its number, or where it waits. The queue forgets five minutes after a build began."""
        if run.number or not run.id.startswith(QUEUE):
            return run
        id = run.id.removeprefix(QUEUE)
        try:
            item = await self._vendor.read(f"/queue/item/{segment(id)}/api/json", f"queue item {id}", Item)
        except NotFound:
            for build in await self._builds(run.pipeline.name):
                if str(build.queueId) == id:
                    return run_of(run.pipeline, build)
            raise
        if item.executable is None:
            return item
        return replace(run, number=str(item.executable.number), url=item.executable.url)

    async def cancel(self, run: Run) -> None:
        place = await self._place(run)
        if isinstance(place, Item):
            fine = {FOUND, NO_CONTENT, NOT_FOUND}
            await self._vendor.change(f"/queue/cancelItem?id={place.id}", f"the stop of item {place.id}", fine=fine)
            place = await self._place(run)
        if isinstance(place, Run):
            await self._vendor.change(f"{_build(place)}/stop", f"the stop of {_name(place)}", fine={FOUND})

    async def retry_failed(self, run: Run) -> Run:
        sentence = f"Jenkins cannot run the failed part of {_name(run)} again: start a new build."
        raise NotSupported(sentence, vendor="Jenkins", status=0)

    async def log(
        self,
        run: Run,
        step: str,  # noqa: ARG002 - all stages write to one console
        *,
        start: int = 0,
        limit: int = 1_000_000,
    ) -> LogPart:
        """Offsets count the console as it is stored, notes included that are not sent: go on at `next`."""
        place = await self._place(run)
        if isinstance(place, Item):
            raise NotFound(f"Queue item {place.id} has no log yet.")
        if start < 0:
            _, size, _ = await self._console(place, 0, 0)
            start = max(size - min(-start, limit), 0)
        span, size, more = await self._console(place, start, limit)
        if start > size:
            return LogPart(b"", start, complete=not more, next=start)
        return LogPart(span.data, start, span.at_end and not more, size if span.at_end else start + len(span.data))

    async def _console(self, run: Run, start: int, limit: int) -> tuple[Span, int, bool]:
        """From `start` on, its size, and whether more will come. Past its end it is sent from the beginning."""
        path = f"{_build(run)}/logText/progressiveText"
        span, headers = await self._vendor.beginning(path, _name(run), params={"start": start}, limit=limit)
        size = headers.get("x-text-size", "")
        if not size.isdigit():
            raise NotFound(f"{_name(run)} has no log yet.")
        return span, int(size), headers.get("x-more-data") == "true"

    async def artifacts(self, run: Run) -> tuple[Artifact, ...]:
        place = await self._place(run)
        if isinstance(place, Item):
            return ()
        build = await self._vendor.read(f"{_build(place)}/api/json", _name(place), Build, {"tree": BUILD})
        page = f"{build.url.rstrip('/')}/artifact/" if build.url else ""
        return tuple(
            Artifact(path, each.fileName or path, url=f"{page}{quote(path)}" if page else "")
            for each in build.artifacts
            if (path := each.relativePath)
        )

    async def artifact(self, run: Run, artifact: Artifact, *, limit: int = 50_000_000) -> bytes:
        place = await self._place(run)
        if isinstance(place, Item):
            raise NotFound(f"Queue item {place.id} has left nothing yet.")
        path = f"{_build(place)}/artifact/{segments(artifact.id)}"
        return await self._vendor.download(path, f"the artifact {artifact.name}", limit=limit)

    async def commit(self, repository: str, ref: str) -> Commit | None:
        return await self._where_commits_are(repository).commit(repository, ref)

    async def compare(self, repository: str, base: str, head: str) -> Comparison:
        return await self._where_commits_are(repository).compare(repository, base, head)

    async def diff(self, repository: str, commit: str, *, limit: int = LONGEST_DIFF) -> Diff:
        return await self._where_commits_are(repository).diff(repository, commit, limit=limit)

    def _where_commits_are(self, repository: str) -> Changes:
        if self._changes is None or not repository:
            raise NotSupported("Jenkins keeps no repository to look up commits in.", vendor="Jenkins", status=0)
        return self._changes

    async def set_status(self, repository: str, commit: str, status: BuildStatus) -> None:
        sentence = f"Jenkins keeps no commits: {status.key} cannot stand on {commit[:12]} of {repository}."
        raise NotSupported(sentence, vendor="Jenkins", status=0)


def _job(name: str) -> str:
    return "/" + "/".join(f"job/{segment(part)}" for part in name.split("/"))


def _build(run: Run) -> str:
    return f"{_job(run.pipeline.name)}/{segment(run.number or run.id)}"


def _name(run: Run) -> str:
    return f"build {run.number or run.id} of {run.pipeline.name}"
