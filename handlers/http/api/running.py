"""/v1/runs: suites from pipelines and programs, and the reports that pipelines send."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response

from bot.errors import Conflict, UsageError
from bot.suites.facts import facts
from bot.suites.values import Trigger, Wish
from handlers.http.api.access import Given, Runner, RunReader
from handlers.http.api.problems import told
from handlers.http.api.requests import Key, caller_of, new_key
from handlers.http.api.run_shapes import Again, Read, Run, Runs, Starting

routes = APIRouter(tags=["runs"])

Id = Annotated[str, Path(description="Of a run, or its number.", examples=["RJ5QWMZ3A"], max_length=20)]
Wait = Annotated[int, Query(description="Seconds to wait for its end.", ge=0, le=60, examples=[60])]
SuiteName = Annotated[str, Query(description="A suite of the catalog; all of them when left out.", max_length=200)]
FileName = Annotated[
    str, Header(alias="X-Report-Name", description="Of the file, for whoever reads an error.", max_length=200)
]

A_FILE = {"requestBody": {"required": True, "content": {"application/octet-stream": {"example": "@junit.xml"}}}}
"""How OpenAPI says that the body is a file."""


@routes.post("/runs", summary="Run a suite", status_code=201, responses=told(401, 403, 404, 409, 422, 429, 503))
async def start(wanted: Starting, token: Runner, api: Given, response: Response, key: Key = None) -> Run:
    """It has begun, or stands in line: `GET /v1/runs/{id}?wait=60` says how it goes on."""
    key = key or new_key()
    response.headers["Idempotency-Key"] = key
    wish = Wish(wanted.suite, wanted.environment, wanted.parameters, ref=wanted.ref, trigger=Trigger.PIPELINE)
    run = await api.suites.run(wish, caller=caller_of(token, key))
    response.headers["Location"] = f"/v1/runs/{run.id}"
    return Run.of(facts(run))


@routes.get("/runs", summary="Runs, newest first", responses=told(401, 403, 404, 429, 503))
async def history(_token: RunReader, api: Given, suite: SuiteName = "") -> Runs:
    return Runs(runs=[Run.of(facts(run)) for run in await api.suites.history(suite, limit=50)])


@routes.get("/runs/{id}", summary="Look, or wait for the end", responses=told(401, 403, 404, 422, 429, 503))
async def look(id: Id, _token: RunReader, api: Given, wait: Wait = 0) -> Run:
    """With `?wait=60` it is answered as soon as the run has ended; after 60 seconds in any case."""
    run = await api.suites.of(id)
    return Run.of(facts(await api.suites.until_over(run, wait) if wait else run))


@routes.post("/runs/{id}/retry", summary="Run it again", responses=told(401, 403, 404, 409, 422, 429, 503))
async def retry(id: Id, wanted: Again, token: Runner, api: Given) -> Run:
    """The attempt after another is one, whoever asks for it and however often."""
    return Run.of(facts(await api.suites.retry(id, failed=wanted.failed, caller=caller_of(token, new_key()))))


@routes.post("/runs/{id}/cancel", summary="Stop it", responses=told(401, 403, 404, 409, 429, 503))
async def cancel(id: Id, token: Runner, api: Given) -> Run:
    """Its pipeline is asked to stop; what stands in line leaves it. Of runs that this token has started."""
    return Run.of(facts(await api.suites.cancel(id, caller=caller_of(token, new_key()))))


class SentAsForm(UsageError):
    """A form came, as `curl -F` sends it, where the file itself is wanted."""


@routes.post(
    "/runs/{id}/reports",
    summary="Send a report",
    responses=told(401, 403, 404, 409, 413, 422, 429, 503),
    openapi_extra=A_FILE,
)
async def report(id: Id, request: Request, _token: Runner, api: Given, name: FileName = "report") -> Read:
    """The body is the file itself, no form: JUnit XML, Playwright's JSON or CTRF, plain, in gzip or a zip of such. Send
    it from the pipeline of the run, which finds its id as SIGNALBOX_RUN_ID. The same file again changes nothing.
    """
    run = await api.suites.of(id)
    if request.headers.get("Content-Type", "").lower().startswith("multipart/"):
        raise SentAsForm("A form was sent, and the body has to be the report itself.")
    raw = await request.body()
    if run.over and not await api.reports.has(run.id, raw):
        raise Conflict(f"The run {run.id} has ended, and was judged by what it had reported by then.")
    found = await api.reports.keep(run.id, name, raw)
    if not found.counts.total and found.why:
        raise UsageError(found.why)
    return Read.of(found)
