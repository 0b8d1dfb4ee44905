"""Bitbucket Cloud, as its REST API is described (developer.atlassian.com/cloud/bitbucket/rest)."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.ports.pipelines import RunState
from tests.support.vendors.server import Front, ranged
from tests.support.vendors.world import Build, Recorded, Touched, World, payload

TOKEN = "ATCTT3-bitbucket"
ROOT = "/2.0/repositories/acme/payments"
STEP = "{c6f3a1d2-2222-4c22-9a22-000000000001}"

STATES: dict[RunState, dict[str, Any]] = {
    RunState.QUEUED: {"name": "PENDING"},
    RunState.RUNNING: {"name": "IN_PROGRESS", "stage": {"name": "RUNNING"}},
    RunState.WAITING: {"name": "IN_PROGRESS", "stage": {"name": "PAUSED"}},
    RunState.SUCCEEDED: {"name": "COMPLETED", "result": {"name": "SUCCESSFUL"}},
    RunState.FAILED: {"name": "COMPLETED", "result": {"name": "FAILED"}},
    RunState.ERRORED: {
        "name": "COMPLETED",
        "result": {"name": "ERROR", "error": {"key": "plan-service.parse", "message": "No such image"}},
    },
    RunState.CANCELLED: {"name": "COMPLETED", "result": {"name": "STOPPED"}},
}


def app(world: World) -> Front:
    server = Server(world)
    denied = {"type": "error", "error": {"message": "Token is invalid or not supported for this endpoint."}}
    return Front(Starlette(routes=server.routes()), world, ("authorization", f"Bearer {TOKEN}"), denied)


class Server:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        run = f"{ROOT}/pipelines/{{uuid}}"
        return [
            Route(f"{ROOT}/pipelines", self.start, methods=["POST"]),
            Route(f"{ROOT}/pipelines", self.runs),
            Route(run, self.run),
            Route(f"{run}/stopPipeline", self.stop, methods=["POST"]),
            Route(f"{run}/steps", self.steps),
            Route(f"{run}/steps/{{step}}", self.step),
            Route(f"{run}/steps/{{step}}/log", self.log),
            Route(f"{ROOT}/downloads", self.downloads),
            Route(f"{ROOT}/downloads/{{name}}", self.download),
            Route(f"{ROOT}/refs/{{kind}}/{{name:path}}", self.ref),
            Route(f"{ROOT}/commit/{{ref}}", self.commit),
            Route(f"{ROOT}/commits", self.commits),
            Route(f"{ROOT}/diffstat/{{ref}}", self.diffstat),
            Route(f"{ROOT}/diff/{{ref}}", self.diff),
            Route(f"{ROOT}/commit/{{ref}}/statuses/build", self.mark, methods=["POST"]),
        ]

    async def start(self, request: Request) -> Response:
        body = await request.json()
        target = body["target"]
        variables = {each["key"]: each["value"] for each in body["variables"]}
        self.world.hidden |= {each["key"] for each in body["variables"] if each["secured"]}
        kind = {"branch": "branches", "tag": "tags"}[target["ref_type"]]
        if target["ref_name"] not in self.world.refs[kind]:
            return _error(404, "The requested branch or tag does not exist.")
        pattern = target.get("selector", {}).get("pattern", "")
        commit = target.get("commit", {}).get("hash", "")
        return JSONResponse(self._run(self.world.start(pattern, target["ref_name"], variables, commit)), 201)

    async def runs(self, request: Request) -> Response:
        asked = request.query_params
        assert "q" not in asked
        fitting = [
            build
            for build in self.world.newest()
            if asked.get("target.ref_name", build.ref) == build.ref
            and asked.get("target.selector.pattern", build.name) == build.name
        ]
        size, page = int(asked.get("pagelen", 10)), int(asked.get("page", 1))
        values = [self._run(build) for build in fitting[(page - 1) * size : page * size]]
        if "lists leave out variables" in self.world.options:
            values = [{key: value for key, value in each.items() if key != "variables"} for each in values]
        return JSONResponse({"page": page, "pagelen": size, "size": len(fitting), "values": values})

    async def run(self, request: Request) -> Response:
        build = self._of(request)
        return JSONResponse(self._run(build)) if build else _error(404, "Not found")

    async def stop(self, request: Request) -> Response:
        build = self._of(request)
        if build is None:
            return _error(404, "Not found")
        if build.state.ended:
            return _error(400, "This pipeline is already complete.")
        build.state = RunState.CANCELLED
        return Response(status_code=204)

    async def steps(self, request: Request) -> Response:
        build = self._of(request)
        return JSONResponse({"values": [self._step(build)]}) if build else _error(404, "Not found")

    async def step(self, request: Request) -> Response:
        build = self._of(request)
        known = build is not None and request.path_params["step"] == STEP
        return JSONResponse(self._step(build)) if build and known else _error(404, "Not found")

    async def log(self, request: Request) -> Response:
        build = self._of(request)
        if build is None or build.log is None:
            return _error(404, "No log")
        if not build.state.ended:
            return ranged(request, build.log)
        self.world.store[f"/logs/{build.id}"] = build.log
        return RedirectResponse(f"{self.world.storage_url}/logs/{build.id}?sig=good", 307)

    async def downloads(self, request: Request) -> Response:
        left = [
            (f"{build.number}-{name}", data) for build in self.world.builds for name, data in build.artifacts.items()
        ]
        values = [payload("bitbucket", "download", name=name, size=len(data)) for name, data in left]
        return self._page(request, [*values, payload("bitbucket", "download")])

    async def download(self, request: Request) -> Response:
        number, _, name = request.path_params["name"].partition("-")
        self.world.store[f"/downloads/{name}"] = self.world.builds[int(number) - 1].artifacts[name]
        return RedirectResponse(f"{self.world.storage_url}/downloads/{name}?sig=good", 302)

    async def ref(self, request: Request) -> Response:
        hash = self.world.refs[request.path_params["kind"]].get(request.path_params["name"])
        commit = self.world.commit(hash or "")
        return JSONResponse({"type": "tag", "target": _commit(commit)}) if commit else _error(404, "No such ref")

    async def commit(self, request: Request) -> Response:
        commit = self.world.commit(request.path_params["ref"])
        return JSONResponse(_commit(commit)) if commit else _error(404, "Commit not found")

    async def commits(self, request: Request) -> Response:
        asked = request.query_params
        found = self.world.between(asked["exclude"], asked["include"])
        if found is None:
            return _error(404, "Commit not found")
        return self._page(request, [_commit(each) for each in found])

    async def diffstat(self, request: Request) -> Response:
        commit = self.world.commit(request.path_params["ref"])
        if commit is None:
            return _error(404, "Commit not found")
        return self._page(request, [_stat(each) for each in commit.touched])

    async def diff(self, request: Request) -> Response:
        """Plain text, and no pages."""
        commit = self.world.commit(request.path_params["ref"])
        if commit is None:
            return _error(404, "Commit not found")
        return Response("".join(each.text for each in commit.touched), media_type="text/plain")

    async def mark(self, request: Request) -> Response:
        body = await request.json()
        assert len(body["key"]) <= 40
        assert body["url"]
        self.world.marks[request.path_params["ref"], body["key"]] = body
        return JSONResponse(body, 201)

    def _page(self, request: Request, values: list[Any]) -> Response:
        """With an address of the next page that is not to be guessed."""
        size, begin = int(request.query_params.get("pagelen", 10)), int(request.query_params.get("ctx", 0))
        answer: dict[str, Any] = {"pagelen": size, "values": values[begin : begin + size]}
        if begin + size < len(values):
            answer["next"] = str(request.url.include_query_params(ctx=begin + size))
        return JSONResponse(answer)

    def _of(self, request: Request) -> Build | None:
        return next((build for build in self.world.builds if _uuid(build) == request.path_params["uuid"]), None)

    def _run(self, build: Build) -> dict[str, Any]:
        changed: dict[str, Any] = {
            "uuid": _uuid(build),
            "build_number": build.number,
            "state": _state(build),
            "created_on": build.created.isoformat(),
            "completed_on": build.created.isoformat() if build.state.ended else None,
            "variables": [
                {"type": "pipeline_variable", "key": key, "secured": key in self.world.hidden}
                | ({} if key in self.world.hidden else {"value": value})
                for key, value in build.variables.items()
            ],
        }
        seen = payload("bitbucket", "pipeline", **changed)
        seen["target"] = {**seen["target"], "ref_name": build.ref, "commit": {"type": "commit", "hash": build.commit}}
        return seen

    def _step(self, build: Build) -> dict[str, Any]:
        return payload("bitbucket", "step", uuid=STEP, state=_state(build))


def _state(build: Build) -> dict[str, Any]:
    return {"name": build.word} if build.word else STATES[build.state]


def _uuid(build: Build) -> str:
    return f"{{a1b2c3d4-1111-4a11-8a11-{build.id:012}}}"


def _commit(commit: Recorded) -> dict[str, Any]:
    seen = payload("bitbucket", "commit", hash=commit.hash, message=commit.message, date=commit.at.isoformat())
    seen["author"] = {**seen["author"], "raw": f"{commit.author} <{commit.email}>"}
    seen["author"]["user"] = {**seen["author"]["user"], "nickname": commit.login}
    return seen


def _stat(touched: Touched) -> dict[str, Any]:
    old, new = ({"path": path, "type": "commit_file"} if path else None for path in (touched.before, touched.after))
    return {"type": "diffstat", "status": "modified", "lines_added": 1, "lines_removed": 1, "old": old, "new": new}


def _error(status: int, message: str) -> Response:
    return JSONResponse({"type": "error", "error": {"message": message}}, status)
