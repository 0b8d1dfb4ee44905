"""/v1/deployments: the gate for pipelines, and what was deployed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Header, Path, Query, Response

from bot.access.model import ApiToken, Scope
from bot.deployments.facts import facts
from bot.deployments.refusals import WrongToken
from bot.deployments.rights import check_voice
from bot.deployments.values import BYPASS, Target, Wish
from bot.deployments.values import Deployment as Began
from bot.errors import NotFound
from bot.values import Caller
from handlers.http.api.access import Api, Deployer, DeploymentReader, Given
from handlers.http.api.advice_shapes import Good, Goods, Preflight, Version, Versions, Whose
from handlers.http.api.gate_shapes import Asked, Deployment, Deployments, Ended, Opening, Undoing
from handlers.http.api.problems import told
from handlers.http.api.remedies import named
from handlers.http.api.requests import KeyOfTheRun, caller_of, new_key

routes = APIRouter(tags=["deployments"])

Id = Annotated[str, Path(description="Of a deployment.", examples=["DJ5QWMZ3A"])]
Question = Annotated[str, Path(description="`question` of a version that runs.", examples=["DJ5QWMZ3A"])]
Service = Annotated[str, Query(description="A service of the catalog.", examples=["payments"])]
Place = Annotated[str, Query(description="An environment of the catalog.", examples=["integration"])]
SomePlace = Annotated[str, Query(description="An environment; all of them when left out.", examples=["integration"])]
Started = Annotated[bool, Query(description="Whether Signalbox is to start the pipeline.")]
How = Annotated[Undoing, Body()]
_AS_USUAL = Undoing()
Ref = Annotated[str, Query(description="Version, tag, branch or commit.", examples=["1.5.0"])]


@routes.post(
    "/deployments",
    summary="Open the gate",
    status_code=201,
    response_model=Deployment,
    responses={202: {"model": Deployment, "description": "In line"}, **told(401, 403, 404, 409, 422, 429, 503)},
)
async def open_gate(
    wanted: Opening,
    token: Deployer,
    api: Given,
    response: Response,
    *,
    asked: Annotated[Asked, Header()],
    run_key: KeyOfTheRun = "",
) -> Deployment:
    """201: deploy now and report the end, or, with `start`, watch it being deployed. 202: it stands in line, ask
    `GET /v1/deployments/{id}` until `state` is another. 409: not now, with the reasons. The reservation is kept until
    the end, at most for an hour.
    """
    target, key = _target(wanted, token, api), asked.key or new_key()
    response.headers["Idempotency-Key"] = key
    caller = caller_of(token, key)
    if wanted.deployment:
        opened = await _joined(wanted.deployment, target, caller, run_key, api)
    else:
        wish = _wish(target, wanted.version, wanted, token, asked.lease or "")
        opened = await api.deployments.deploy(wish, caller=caller)
    return _begun(opened, response, api)


@routes.post(
    "/deployments/{id}/rollback",
    summary="Roll back",
    status_code=201,
    response_model=Deployment,
    responses={202: {"model": Deployment, "description": "In line"}, **told(401, 403, 404, 409, 422, 429, 503)},
)
async def roll_back(
    id: Id, token: Deployer, api: Given, response: Response, *, asked: Annotated[Asked, Header()], how: How = _AS_USUAL
) -> Deployment:
    """What ran before that deployment is deployed again. 409 when something else was deployed there since: look first,
    so that nothing is undone of which you do not know.
    """
    undone, key = await _may(id, token, api), asked.key or new_key()
    response.headers["Idempotency-Key"] = key
    wish = _wish(undone.target, "", how, token, asked.lease or "")
    back = await api.deployments.roll_back(undone.target, id, caller=caller_of(token, key), how=wish)
    return _begun(back, response, api)


@routes.post("/deployments/{id}/finish", summary="Report the end", responses=told(401, 403, 404, 409, 422, 429, 503))
async def finish(id: Id, ended: Ended, token: Deployer, api: Given, *, run_key: KeyOfTheRun = "") -> Deployment:
    """Saying the same again changes nothing. From then on the service is watched, and its reservation may end."""
    await _may(id, token, api)
    said = {"succeeded": ended.succeeded, "why": ended.why, "version": ended.version}
    done = await api.deployments.report(id, caller=caller_of(token, new_key()), key=run_key, **said)
    return _shown(done, api, own=True)


@routes.post("/deployments/{id}/cancel", summary="Stop it", responses=told(401, 403, 404, 409, 429, 503))
async def cancel(id: Id, token: Deployer, api: Given) -> Deployment:
    """What stands in line leaves it; a run that Signalbox has started is asked to stop. Saying it twice is fine."""
    await _may(id, token, api)
    return _shown(await api.deployments.cancel(id, caller=caller_of(token, new_key())), api, own=True)


@routes.get("/deployments/{id}", summary="Look", responses=told(401, 403, 404, 429, 503))
async def look(id: Id, token: DeploymentReader, api: Given) -> Deployment:
    deployment = await api.deployments.of(id)
    return _shown(deployment, api, own=deployment.by == token.principal)


@routes.get("/deployments", summary="What was deployed", responses=told(401, 403, 404, 429, 503))
async def history(service: Service, _token: DeploymentReader, api: Given, environment: SomePlace = "") -> Deployments:
    """Of one service, newest first."""
    found = await api.deployments.history(service, environment, limit=50)
    return Deployments(deployments=[_shown(each, api) for each in found])


@routes.get("/can-deploy", summary="Is it safe now?", responses=told(401, 403, 404, 422, 429, 503))
async def can_deploy(
    environment: Place,
    service: Service,
    token: DeploymentReader,
    api: Given,
    *,
    version: Ref = "",
    start: Started = False,
) -> Preflight:
    """Advice: by the time you act on it, it may be otherwise. POST /v1/deployments decides."""
    target = Target(api.catalog().environment(environment).name, api.catalog().service(service).name)
    caller = caller_of(token, "can-deploy")
    return Preflight.of(await api.deployments.check(target, version, caller=caller, reports=not start))


@routes.get("/versions", summary="What runs where", responses=told(401, 403, 404, 429, 503))
async def versions(_token: DeploymentReader, api: Given, environment: SomePlace = "") -> Versions:
    """As seen at health addresses, or as announced by deployments. What nobody announced has a `question`."""
    place = api.catalog().environment(environment).name if environment else ""
    seen = [each for each in await api.deployments.where() if place in ("", each.target.environment)]
    return Versions(versions=[Version.of(each) for each in seen])


@routes.post("/versions/{id}/answer", summary="Whose was it?", responses=told(401, 403, 404, 409, 422, 429, 503))
async def answer(id: Question, said: Whose, token: Deployer, api: Given) -> Version:
    """A version that runs and that nobody announced is a question. Yours: it is written down as a deployment."""
    seen, caller = await api.sightings.asked_about(f"{BYPASS}{id}"), caller_of(token, new_key())
    token.need_place(seen.target.environment, seen.target.service)
    await api.sightings.answer(f"{BYPASS}{id}", mine=said.mine, caller=caller)
    return Version.of(await api.sightings.asked_about(f"{BYPASS}{id}"))


@routes.get("/last-good", summary="What was good together", responses=told(401, 403, 404, 429, 503))
async def last_good(environment: Place, _token: DeploymentReader, api: Given) -> Goods:
    """The versions that were found good together last."""
    place = api.catalog().environment(environment).name
    found = await api.deployments.last_good(place)
    return Goods(environment=place, versions=[Good(service=name, version=which) for name, which in found.items()])


async def _may(id: str, token: ApiToken, api: Api) -> Began:
    """Raises NotFound, Forbidden."""
    found = await api.deployments.of(id)
    token.need_place(found.target.environment, found.target.service)
    return found


async def _joined(id: str, target: Target, caller: Caller, key: str, api: Api) -> Began:
    """The run that Signalbox has started for a deployment asks for its gate: it is open already."""
    deployment = await api.deployments.of(id)
    check_voice(deployment, caller, key)
    if deployment.target != target or deployment.stage.over:
        raise WrongToken(f"{id} is no deployment of {target} that is under way.")
    return deployment


def _wish(target: Target, version: str, how: Opening | Undoing, token: ApiToken, lease: str) -> Wish:
    """Raises Forbidden for a token that may not set the gate aside."""
    if how.override:
        token.need(Scope.DEPLOYMENTS_OVERRIDE)
    more = {"note": how.note, "wait": how.wait, "override": how.override, "token": lease}
    return Wish(target, version, reports=not how.start, **more)


def _begun(deployment: Began, response: Response, api: Api) -> Deployment:
    response.headers["Location"] = f"/v1/deployments/{deployment.id}"
    response.status_code = 202 if deployment.stage == "waiting" else 201
    return _shown(deployment, api, own=True)


def _target(wanted: Opening, token: ApiToken, api: Api) -> Target:
    """Raises NotFound, Forbidden."""
    environment, service = api.catalog().environment(wanted.environment), api.catalog().service(wanted.service)
    if service.name not in environment.services:
        raise NotFound(f"{environment.name} has no service {service.name}.")
    token.need_place(environment.name, service.name)
    return Target(environment.name, service.name)


def _shown(deployment: Began, api: Api, *, own: bool = False) -> Deployment:
    catalog, held = api.catalog(), deployment.held
    seen = facts(deployment, catalog)
    return Deployment.of(seen, held.token if held and own else "", named(seen.observed, catalog))
