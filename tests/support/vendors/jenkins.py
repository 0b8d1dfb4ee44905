"""Jenkins, as its remote access API is described (jenkins.io/doc/book/using/remote-access-api)."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.ports.pipelines import RunState
from tests.support.vendors.server import Front
from tests.support.vendors.world import Build, World, payload

USER, TOKEN = "signalbox", "11jenkins"
ROOT = "/job/team/job/deploy"
QUEUE_OFFSET = 300
NOTE = b"\x1b[8mha:////4AAAAAAA\x1b[0m"
"""A console note: stored, counted, and not sent."""

RESULTS = {
    RunState.SUCCEEDED: ("SUCCESS", "SUCCESS"),
    RunState.FAILED: ("FAILURE", "FAILED"),
    RunState.ERRORED: ("FAILURE", "FAILED"),
    RunState.CANCELLED: ("ABORTED", "ABORTED"),
}


def app(world: World) -> Front:
    server = Server(world)
    pair = b64encode(f"{USER}:{TOKEN}".encode()).decode()
    return Front(Starlette(routes=server.routes()), world, ("authorization", f"Basic {pair}"), {})


class Server:
    """Options of the world: `queue waits` (builds have no number yet), `queue forgot` (its items are gone), `no stages`
    (the plugin is missing), `notes` (the console has a note at its start).
    """

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        build = f"{ROOT}/{{number:int}}"
        return [
            Route(f"{ROOT}/buildWithParameters", self.start, methods=["POST"]),
            Route(f"{ROOT}/api/json", self.job),
            Route("/queue/api/json", self.queue),
            Route("/queue/item/{id:int}/api/json", self.item),
            Route("/queue/cancelItem", self.cancel_item, methods=["POST"]),
            Route(f"{build}/api/json", self.build),
            Route(f"{build}/wfapi/describe", self.describe),
            Route(f"{build}/stop", self.stop, methods=["POST"]),
            Route(f"{build}/logText/progressiveText", self.console),
            Route(f"{build}/artifact/{{path:path}}", self.artifact),
        ]

    async def start(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        build = self.world.start("team/deploy", "main", form)
        place = str(request.base_url.replace(path=f"/queue/item/{build.number + QUEUE_OFFSET}/"))
        return Response(status_code=201, headers={"Location": place})

    async def job(self, request: Request) -> Response:
        shown = [] if "queue waits" in self.world.options else self.world.newest()
        found = re.match(r"(builds|allBuilds)\[.*\]\{(\d+),(\d+)\}$", request.query_params["tree"])
        assert found is not None
        part = shown[int(found[2]) : int(found[3])] if found[1] == "allBuilds" else shown[:100]
        return JSONResponse({"_class": "WorkflowJob", found[1]: [self._build(each, request) for each in part]})

    async def queue(self, request: Request) -> Response:
        waiting = self.world.builds if "queue waits" in self.world.options else []
        return JSONResponse({"items": [self._item(each, request) for each in waiting]})

    async def item(self, request: Request) -> Response:
        build = self._at(request.path_params["id"] - QUEUE_OFFSET)
        if build is None or "queue forgot" in self.world.options:
            return _missing()
        return JSONResponse(self._item(build, request))

    async def cancel_item(self, request: Request) -> Response:
        build = self._at(int(request.query_params["id"]) - QUEUE_OFFSET)
        if build is None or "queue waits" not in self.world.options:
            return _missing()
        build.state = RunState.CANCELLED
        return Response(status_code=204)

    async def build(self, request: Request) -> Response:
        build = self._at(request.path_params["number"])
        return JSONResponse(self._build(build, request)) if build else _missing()

    async def describe(self, request: Request) -> Response:
        build = self._at(request.path_params["number"])
        if build is None or "no stages" in self.world.options:
            return _missing()
        word = "PAUSED_PENDING_INPUT" if build.state is RunState.WAITING else "IN_PROGRESS"
        status = RESULTS.get(build.state, ("", word))[1]
        seen = payload("jenkins", "describe", status=status)
        return JSONResponse({**seen, "stages": [{**seen["stages"][0], "status": status}]})

    async def stop(self, request: Request) -> Response:
        build = self._at(request.path_params["number"])
        if build is None:
            return _missing()
        build.state = build.state if build.state.ended else RunState.CANCELLED
        return RedirectResponse(".", 302)

    async def console(self, request: Request) -> Response:
        """Past its end it begins anew; what is stored as a note is counted and not sent."""
        build = self._at(request.path_params["number"])
        if build is None or build.log is None:
            return Response(b"", status_code=200 if build else 404)
        notes = NOTE if "notes" in self.world.options else b""
        stored = notes + build.log
        start = int(request.query_params["start"])
        data = stored[start if start <= len(stored) else 0 :].replace(NOTE, b"")
        headers = {"X-Text-Size": str(len(stored))} | ({} if build.state.ended else {"X-More-Data": "true"})
        return Response(data, headers=headers, media_type="text/plain")

    async def artifact(self, request: Request) -> Response:
        build = self._at(request.path_params["number"])
        name = request.path_params["path"].removeprefix("target/")
        if build is None or name not in build.artifacts:
            return _missing()
        return Response(build.artifacts[name], media_type="application/octet-stream")

    def _at(self, number: int) -> Build | None:
        return self.world.builds[number - 1] if 0 < number <= len(self.world.builds) else None

    def _build(self, build: Build, request: Request) -> dict[str, Any]:
        ended = build.state.ended or bool(build.word)
        seen = payload("jenkins", "build", number=build.number, queueId=build.number + QUEUE_OFFSET, building=not ended)
        seen["url"] = str(request.base_url.replace(path=f"{ROOT}/{build.number}/"))
        seen["result"] = build.word or RESULTS.get(build.state, (None, None))[0]
        seen["timestamp"] = int(build.created.timestamp() * 1000)
        seen["artifacts"] = [{"fileName": name, "relativePath": f"target/{name}"} for name in build.artifacts]
        revision = {"_class": "hudson.plugins.git.util.BuildData", "lastBuiltRevision": {"SHA1": build.commit}}
        seen["actions"] = [*seen["actions"], _parameters(build), revision]
        return seen

    def _item(self, build: Build, request: Request) -> dict[str, Any]:
        seen = payload("jenkins", "queue_item", id=build.number + QUEUE_OFFSET, actions=[_parameters(build)])
        seen["cancelled"] = build.state is RunState.CANCELLED
        if "queue waits" not in self.world.options:
            page = str(request.base_url.replace(path=f"{ROOT}/{build.number}/"))
            return {**seen, "why": None, "executable": {"number": build.number, "url": page}}
        return seen


def _parameters(build: Build) -> dict[str, Any]:
    told = [{"name": key, "value": value} for key, value in build.variables.items()]
    return {"_class": "hudson.model.ParametersAction", "parameters": told}


def _missing() -> Response:
    return Response("<html><body><h1>Not Found</h1></body></html>", 404, media_type="text/html")
