"""GitLab CI, as its REST API is described (docs.gitlab.com/api)."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.ports.pipelines import RunState
from tests.support.vendors.server import Front
from tests.support.vendors.world import Build, Recorded, Touched, World, payload

TOKEN = "glpat-gitlab"
ROOT = "/api/v4/projects/acme/payments"
JOB_OFFSET = 50_000

STATES = {
    RunState.QUEUED: "pending",
    RunState.RUNNING: "running",
    RunState.WAITING: "manual",
    RunState.SUCCEEDED: "success",
    RunState.FAILED: "failed",
    RunState.ERRORED: "failed",
    RunState.CANCELLED: "canceled",
}


def app(world: World) -> Front:
    server = Server(world)
    return Front(Starlette(routes=server.routes()), world, ("private-token", TOKEN), {"message": "401 Unauthorized"})


class Server:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        run, job = f"{ROOT}/pipelines/{{id:int}}", f"{ROOT}/jobs/{{job:int}}"
        return [
            Route(f"{ROOT}/pipeline", self.start, methods=["POST"]),
            Route(f"{ROOT}/pipelines", self.runs),
            Route(run, self.run),
            Route(f"{run}/variables", self.variables),
            Route(f"{run}/jobs", self.jobs),
            Route(f"{run}/cancel", self.cancel, methods=["POST"]),
            Route(f"{run}/retry", self.again, methods=["POST"]),
            Route(job, self.job),
            Route(f"{job}/trace", self.trace),
            Route(f"{job}/artifacts", self.artifacts),
            Route(f"{ROOT}/repository/commits/{{ref}}/diff", self.diff),
            Route(f"{ROOT}/repository/commits/{{ref:path}}", self.commit),
            Route(f"{ROOT}/repository/compare", self.compare),
            Route(f"{ROOT}/statuses/{{sha}}", self.mark, methods=["POST"]),
        ]

    async def start(self, request: Request) -> Response:
        body = await request.json()
        variables = {each["key"]: each["value"] for each in body["variables"]}
        if self.world.hash_of(body["ref"]) is None:
            return JSONResponse({"message": {"base": ["Reference not found"]}}, 400)
        build = self.world.start(variables.pop("SIGNALBOX_PIPELINE", ""), body["ref"], variables)
        return JSONResponse(self._run(build), 201)

    async def runs(self, request: Request) -> Response:
        asked = request.query_params
        fitting = [each for each in self.world.newest() if each.ref == asked.get("ref", each.ref)]
        since = asked.get("created_after", "")
        fitting = [each for each in fitting if f"{each.created:%Y-%m-%dT%H:%M:%SZ}" >= since]
        return JSONResponse(_page(request, [self._run(each) for each in fitting]))

    async def run(self, request: Request) -> Response:
        build = self._of(request.path_params["id"])
        return JSONResponse(self._run(build)) if build else _missing()

    async def variables(self, request: Request) -> Response:
        build = self._of(request.path_params["id"])
        if build is None:
            return _missing()
        told = {**build.variables, "SIGNALBOX_PIPELINE": build.name}
        return JSONResponse([{"variable_type": "env_var", "key": key, "value": value} for key, value in told.items()])

    async def jobs(self, request: Request) -> Response:
        build = self._of(request.path_params["id"])
        return JSONResponse(_page(request, [self._job(build)])) if build else _missing()

    async def job(self, request: Request) -> Response:
        build = self._of(request.path_params["job"] - JOB_OFFSET)
        return JSONResponse(self._job(build)) if build else _missing()

    async def again(self, request: Request) -> Response:
        build = self._of(request.path_params["id"])
        if build is None:
            return _missing()
        build.state, build.attempt = RunState.RUNNING, build.attempt + 1
        return JSONResponse(self._run(build), 201)

    async def cancel(self, request: Request) -> Response:
        build = self._of(request.path_params["id"])
        if build is None:
            return _missing()
        build.state = build.state if build.state.ended else RunState.CANCELLED
        return JSONResponse(self._run(build))

    async def trace(self, request: Request) -> Response:
        """Whole, whatever range was asked for."""
        build = self._of(request.path_params["job"] - JOB_OFFSET)
        return Response(build.log, media_type="text/plain") if build and build.log is not None else _missing()

    async def artifacts(self, request: Request) -> Response:
        build = self._of(request.path_params["job"] - JOB_OFFSET)
        if build is None or not build.artifacts:
            return _missing()
        self.world.store[f"/artifacts/{build.id}"] = next(iter(build.artifacts.values()))
        return RedirectResponse(f"{self.world.storage_url}/artifacts/{build.id}?sig=good", 302)

    async def commit(self, request: Request) -> Response:
        commit = self.world.commit(request.path_params["ref"])
        return JSONResponse(_commit(commit)) if commit else JSONResponse({"message": "404 Commit Not Found"}, 404)

    async def diff(self, request: Request) -> Response:
        commit = self.world.commit(request.path_params["ref"])
        if commit is None:
            return JSONResponse({"message": "404 Commit Not Found"}, 404)
        return JSONResponse(_page(request, [_file(each) for each in commit.touched]))

    async def compare(self, request: Request) -> Response:
        base, head = request.query_params["from"], request.query_params["to"]
        found = self.world.between(base, head)
        if found is None:
            return JSONResponse({"message": "404 Ref Not Found"}, 404)
        page = f"https://gitlab.com/acme/payments/-/compare/{base}...{head}"
        return JSONResponse({"commits": [_commit(each) for each in reversed(found)], "diffs": [], "web_url": page})

    async def mark(self, request: Request) -> Response:
        """The same state again is a transition that the vendor refuses."""
        body = await request.json()
        where = request.path_params["sha"], body["name"]
        if self.world.marks.get(where, {}).get("state") == body["state"]:
            return JSONResponse({"message": f"Cannot transition status via :run from :{body['state']}"}, 400)
        self.world.marks[where] = body
        return JSONResponse(body, 201)

    def _of(self, id: int) -> Build | None:
        return next((build for build in self.world.builds if build.id == id), None)

    def _run(self, build: Build) -> dict[str, Any]:
        changed: dict[str, Any] = {
            "id": build.id,
            "iid": build.number,
            "ref": build.ref,
            "sha": build.commit,
            "status": build.word or STATES[build.state],
            "created_at": build.created.isoformat(),
            "web_url": f"https://gitlab.com/acme/payments/-/pipelines/{build.id}",
        }
        return payload("gitlab", "pipeline", **changed)

    def _job(self, build: Build) -> dict[str, Any]:
        seen = payload("gitlab", "job", id=build.id + JOB_OFFSET, status=build.word or STATES[build.state])
        if build.artifacts:
            name, data = next(iter(build.artifacts.items()))
            seen["artifacts_file"] = {"filename": name, "size": len(data)}
        return seen


def _page(request: Request, values: list[Any]) -> list[Any]:
    size, page = int(request.query_params.get("per_page", 20)), int(request.query_params.get("page", 1))
    return values[(page - 1) * size : page * size]


def _commit(commit: Recorded) -> dict[str, Any]:
    changed: dict[str, Any] = {
        "id": commit.hash,
        "short_id": commit.hash[:8],
        "title": commit.message.partition("\n")[0],
        "message": commit.message,
        "author_name": commit.author,
        "author_email": commit.email,
        "committed_date": commit.at.isoformat(),
    }
    return payload("gitlab", "commit", **changed)


def _file(touched: Touched) -> dict[str, Any]:
    return {
        "diff": touched.hunks,
        "collapsed": False,
        "too_large": False,
        "old_path": touched.before or touched.after,
        "new_path": touched.after or touched.before,
        "new_file": not touched.before,
        "renamed_file": touched.before != touched.after and bool(touched.before and touched.after),
        "deleted_file": not touched.after,
    }


def _missing() -> Response:
    return JSONResponse({"message": "404 Not found"}, 404)
