"""GitHub Actions, as its REST API is described (docs.github.com/rest)."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.ports.pipelines import RUN_ID, RunState
from tests.support.vendors.server import Front
from tests.support.vendors.world import Build, Recorded, Touched, World, payload

TOKEN = "ghs_github"
ROOT = "/repos/acme/payments"
JOB_OFFSET = 90_000

STATES = {
    RunState.QUEUED: ("queued", None),
    RunState.RUNNING: ("in_progress", None),
    RunState.WAITING: ("waiting", None),
    RunState.SUCCEEDED: ("completed", "success"),
    RunState.FAILED: ("completed", "failure"),
    RunState.ERRORED: ("completed", "startup_failure"),
    RunState.CANCELLED: ("completed", "cancelled"),
}


def app(world: World) -> Front:
    server = Server(world)
    denied = {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest", "status": "401"}
    return Front(Starlette(routes=server.routes()), world, ("authorization", f"Bearer {TOKEN}"), denied)


class Server:
    """An old server, when the world says so, does not know `return_run_details`."""

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        run, workflow = f"{ROOT}/actions/runs/{{id:int}}", f"{ROOT}/actions/workflows/{{file}}"
        return [
            Route(f"{workflow}/dispatches", self.dispatch, methods=["POST"]),
            Route(f"{workflow}/runs", self.runs),
            Route(run, self.run),
            Route(f"{run}/jobs", self.jobs),
            Route(f"{run}/cancel", self.cancel, methods=["POST"]),
            Route(f"{run}/rerun-failed-jobs", self.again, methods=["POST"]),
            Route(f"{run}/artifacts", self.artifacts),
            Route(f"{ROOT}/actions/jobs/{{job:int}}/logs", self.log),
            Route(f"{ROOT}/actions/artifacts/{{artifact:int}}/zip", self.artifact),
            Route(f"{ROOT}/commits/{{ref:path}}", self.commit),
            Route(f"{ROOT}/compare/{{pair:path}}", self.compare),
            Route(f"{ROOT}/statuses/{{sha}}", self.mark, methods=["POST"]),
        ]

    async def dispatch(self, request: Request) -> Response:
        body = await request.json()
        old = "old" in self.world.options
        if old and "return_run_details" in body:
            return _error(422, 'Invalid request.\n\n"return_run_details" is not a permitted key.')
        if self.world.hash_of(body["ref"]) is None:
            return _error(422, f"No ref found for: {body['ref']}")
        build = self.world.start(request.path_params["file"], body["ref"], body["inputs"])
        if old:
            return Response(status_code=204)
        page = f"https://github.com/acme/payments/actions/runs/{build.id}"
        return JSONResponse({"workflow_run_id": build.id, "run_url": str(request.url), "html_url": page})

    async def runs(self, request: Request) -> Response:
        if "runs show late" in self.world.options:
            return JSONResponse({"total_count": 0, "workflow_runs": []})
        asked = request.query_params
        assert asked.get("event", "workflow_dispatch") == "workflow_dispatch"
        assert asked.get("status", "completed") == "completed"
        since = asked.get("created", "").removeprefix(">=")
        same = [each for each in self.world.newest() if each.name == request.path_params["file"]]
        fitting = [each for each in same if f"{each.created:%Y-%m-%dT%H:%M:%SZ}" >= since]
        fitting = [each for each in fitting if "status" not in asked or each.state.ended]
        fitting = [each for each in fitting if each.ref == asked.get("branch", each.ref)]
        return JSONResponse({"total_count": len(fitting), "workflow_runs": _page(request, list(map(_run, fitting)))})

    async def run(self, request: Request) -> Response:
        build = self._of(request.path_params["id"])
        return JSONResponse(_run(build)) if build else _error(404, "Not Found")

    async def jobs(self, request: Request) -> Response:
        build = self._of(request.path_params["id"])
        if build is None:
            return _error(404, "Not Found")
        status, conclusion = _state(build)
        job = payload("github", "job", id=build.id + JOB_OFFSET, run_id=build.id, status=status, conclusion=conclusion)
        return JSONResponse({"total_count": 1, "jobs": _page(request, [job])})

    async def again(self, request: Request) -> Response:
        build = self._of(request.path_params["id"])
        if build is None:
            return _error(404, "Not Found")
        if not build.state.ended:
            return _error(403, "This workflow is already running")
        build.state, build.attempt = RunState.RUNNING, build.attempt + 1
        return JSONResponse({}, 201)

    async def cancel(self, request: Request) -> Response:
        build = self._of(request.path_params["id"])
        if build is None:
            return _error(404, "Not Found")
        if build.state.ended:
            return _error(409, "Cannot cancel a workflow run that is completed.")
        build.state = RunState.CANCELLED
        return JSONResponse({}, 202)

    async def log(self, request: Request) -> Response:
        build = self._of(request.path_params["job"] - JOB_OFFSET)
        if build is None or build.log is None or not build.state.ended:
            return _error(404, "Not Found")
        self.world.store[f"/logs/{build.id}"] = build.log
        return RedirectResponse(f"{self.world.storage_url}/logs/{build.id}?sig=good", 302)

    async def artifacts(self, request: Request) -> Response:
        build = self._of(request.path_params["id"])
        if build is None:
            return _error(404, "Not Found")
        seen = [
            payload("github", "artifact", id=build.id * 10 + place, name=name, size_in_bytes=len(data))
            for place, (name, data) in enumerate(build.artifacts.items())
        ]
        gone = payload("github", "artifact", id=1, name="last-year", expired=True)
        return JSONResponse({"total_count": len(seen) + 1, "artifacts": _page(request, [*seen, gone])})

    async def artifact(self, request: Request) -> Response:
        run, place = divmod(request.path_params["artifact"], 10)
        build = self._of(run)
        if build is None:
            return _error(410, "Artifact has expired")
        self.world.store[f"/zips/{run}"] = list(build.artifacts.values())[place]
        return RedirectResponse(f"{self.world.storage_url}/zips/{run}?sig=good", 302)

    async def commit(self, request: Request) -> Response:
        ref = request.path_params["ref"]
        commit = self.world.commit(ref)
        if commit is None:
            return _error(422, f"No commit found for SHA: {ref}")
        return JSONResponse(_commit(commit) | {"files": self._touched(request, commit)})

    def _touched(self, request: Request, commit: Recorded) -> list[dict[str, Any]]:
        """Each page of a commit has its files, and the commit."""
        return _page(request, [_file(each) for each in commit.touched])

    async def compare(self, request: Request) -> Response:
        base, _, head = request.path_params["pair"].partition("...")
        found = self.world.between(base, head)
        if found is None:
            return _error(404, "Not Found")
        commits = _page(request, [_commit(each) for each in reversed(found)])
        return JSONResponse(
            {
                "html_url": f"https://github.com/acme/payments/compare/{base}...{head}",
                "status": "ahead",
                "total_commits": len(found),
                "commits": commits,
            }
        )

    async def mark(self, request: Request) -> Response:
        body = await request.json()
        assert body["state"] in {"error", "failure", "pending", "success"}
        assert len(body["description"]) <= 140
        self.world.marks[request.path_params["sha"], body["context"]] = body
        return JSONResponse(body, 201)

    def _of(self, id: int) -> Build | None:
        return next((build for build in self.world.builds if build.id == id), None)


def _page(request: Request, values: list[Any]) -> list[Any]:
    size, page = int(request.query_params.get("per_page", 30)), int(request.query_params.get("page", 1))
    return values[(page - 1) * size : page * size]


def _run(build: Build) -> dict[str, Any]:
    status, conclusion = _state(build)
    changed: dict[str, Any] = {
        "id": build.id,
        "run_number": build.number,
        "run_attempt": build.attempt,
        "display_title": f"Deploy {build.variables.get(RUN_ID, 'by hand')}",
        "head_branch": build.ref,
        "head_sha": build.commit,
        "status": status,
        "conclusion": conclusion,
        "html_url": f"https://github.com/acme/payments/actions/runs/{build.id}",
        "created_at": f"{build.created:%Y-%m-%dT%H:%M:%SZ}",
    }
    return payload("github", "workflow_run", **changed)


def _file(touched: Touched) -> dict[str, Any]:
    status = "added" if not touched.before else "removed" if not touched.after else "modified"
    seen = {"filename": touched.after or touched.before, "status": status, "patch": touched.hunks.rstrip("\n")}
    if touched.before and touched.after and touched.before != touched.after:
        seen |= {"status": "renamed", "previous_filename": touched.before}
    return seen


def _state(build: Build) -> tuple[str, str | None]:
    return (build.word, None) if build.word else STATES[build.state]


def _commit(commit: Recorded) -> dict[str, Any]:
    seen = payload("github", "commit", sha=commit.hash, author={"login": commit.login, "id": 1, "type": "User"})
    author = {"name": commit.author, "email": commit.email, "date": f"{commit.at:%Y-%m-%dT%H:%M:%SZ}"}
    seen["commit"] = {**seen["commit"], "message": commit.message, "author": author}
    return seen


def _error(status: int, message: str) -> Response:
    return JSONResponse({"message": message, "documentation_url": "https://docs.github.com/rest"}, status)
