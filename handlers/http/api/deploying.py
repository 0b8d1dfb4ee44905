"""/v1/deployments: the gate for pipelines, and what was deployed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response

from bot.deployments.facts import facts
from bot.deployments.refusals import WrongToken
from bot.deployments.values import Deployment as Began
from bot.deployments.values import Target, Wish
from bot.errors import NotFound
from handlers.http.api.access import Api, Deployer, DeploymentReader, Given
from handlers.http.api.advice_shapes import Good, Goods, Preflight, Version, Versions
from handlers.http.api.gate_shapes import Asked, Deployment, Deployments, Ended, Opening
from handlers.http.api.problems import told
from handlers.http.api.requests import caller_of, new_key

routes = APIRouter(tags=["deployments"])

Id = Annotated[str, Path(description="Of a deployment.", examples=["DJ5QWMZ3A"])]
Service = Annotated[str, Query(description="A service of the catalog.", examples=["payments"])]
Place = Annotated[str, Query(description="An environment of the catalog.", examples=["integration"])]
SomePlace = Annotated[str, Query(description="An environment; all of them when left out.", examples=["integration"])]
Ref = Annotated[str, Query(description="Version, tag, branch or commit.", examples=["1.5.0"])]


@routes.post(
    "/deployments",
    summary="Open the gate",
    status_code=201,
    response_model=Deployment,
    responses={202: {"model": Deployment, "description": "In line"}, **told(401, 403, 404, 409, 422, 429, 503)},
)
async def open_gate(
    wanted: Opening, token: Deployer, api: Given, response: Response, asked: Annotated[Asked, Header()]
) -> Deployment:
    """201: deploy now, and report the end. 202: it stands in line, ask `GET /v1/deployments/{id}` until `state` is
    running. 409: not now, with the reasons. The reservation is kept until the end is reported, at most for an hour.
    """
    target, key = _target(wanted, api), asked.key or new_key()
    response.headers["Idempotency-Key"] = key
    wish = Wish(target, wanted.version, note=wanted.note, wait=wanted.wait, token=asked.lease or "", reports=True)
    if wanted.deployment:
        opened = await _joined(wanted.deployment, target, api)
    else:
        opened = await api.deployments.deploy(wish, caller=caller_of(token, key))
    response.headers["Location"] = f"/v1/deployments/{opened.id}"
    response.status_code = 202 if opened.stage == "waiting" else 201
    return _shown(opened, api, own=True)


@routes.post("/deployments/{id}/finish", summary="Report the end", responses=told(401, 403, 404, 409, 422, 429, 503))
async def finish(id: Id, ended: Ended, _token: Deployer, api: Given) -> Deployment:
    """Saying the same again changes nothing. From then on the service is watched, and its reservation may end."""
    done = await api.deployments.report(id, succeeded=ended.succeeded, why=ended.why, version=ended.version)
    return _shown(done, api, own=True)


@routes.post("/deployments/{id}/cancel", summary="Stop it", responses=told(401, 403, 404, 409, 429, 503))
async def cancel(id: Id, token: Deployer, api: Given) -> Deployment:
    """What stands in line leaves it; a run that Signalbox has started is asked to stop."""
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
    environment: Place, service: Service, token: DeploymentReader, api: Given, version: Ref = ""
) -> Preflight:
    """Advice: by the time you act on it, it may be otherwise. POST /v1/deployments decides."""
    target = Target(api.catalog().environment(environment).name, api.catalog().service(service).name)
    caller = caller_of(token, "can-deploy")
    return Preflight.of(await api.deployments.check(target, version, caller=caller, reports=True))


@routes.get("/versions", summary="What runs where", responses=told(401, 403, 404, 429, 503))
async def versions(_token: DeploymentReader, api: Given, environment: SomePlace = "") -> Versions:
    """As seen at health addresses, or as announced by deployments."""
    place = api.catalog().environment(environment).name if environment else ""
    seen = [each for each in await api.deployments.where() if place in ("", each.target.environment)]
    return Versions(versions=[Version.of(each) for each in seen])


@routes.get("/last-good", summary="What was good together", responses=told(401, 403, 404, 429, 503))
async def last_good(environment: Place, _token: DeploymentReader, api: Given) -> Goods:
    """The versions that were found good together last."""
    place = api.catalog().environment(environment).name
    found = await api.deployments.last_good(place)
    return Goods(environment=place, versions=[Good(service=name, version=which) for name, which in found.items()])


async def _joined(id: str, target: Target, api: Api) -> Began:
    """The pipeline that Signalbox has started for a deployment asks for its gate: it is open already."""
    deployment = await api.deployments.of(id)
    if deployment.target != target or deployment.stage.over:
        raise WrongToken(f"{id} is no deployment of {target} that is under way.")
    return deployment


def _target(wanted: Opening, api: Api) -> Target:
    """Raises NotFound."""
    environment, service = api.catalog().environment(wanted.environment), api.catalog().service(wanted.service)
    if service.name not in environment.services:
        raise NotFound(f"{environment.name} has no service {service.name}.")
    return Target(environment.name, service.name)


def _shown(deployment: Began, api: Api, *, own: bool = False) -> Deployment:
    return Deployment.of(facts(deployment, api.catalog()), deployment.held.token if deployment.held and own else "")
