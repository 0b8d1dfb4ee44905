"""What people and pipelines ask of the operator, over HTTP on loopback."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from shop.changelog import CHANGELOG
from shop.operator import history
from shop.operator.customers import Customers
from shop.operator.deployer import Deployer, Refused, Wish
from shop.operator.fleet import Fleet
from shop.operator.state import PLACES, Place, Token

HEALTH_SECONDS = 2.0
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Services are on loopback; to read the machine's certificates for them takes longer than to ask them."""

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class DeploymentRequest(BaseModel):
    """version: one of `/versions/{service}`. deployment: an id; the same one is carried out once."""

    version: str = Field(max_length=64)
    token: str | None = Field(default=None, pattern=r"^\d{1,15}\.\d{1,15}$")
    deployment: str = Field(default="", max_length=128)


def build(key: str, fleet: Fleet, deployer: Deployer, customers: Customers, lifespan: Lifespan) -> FastAPI:
    """key: names the folder of our data, so that whoever finds us running knows whose we are."""
    app = FastAPI(
        title="The operator of the sample shop", version="1", lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.add_exception_handler(Refused, _refused)

    @app.get("/")
    async def everything() -> dict[str, Any]:
        told = [deployer.told(place) for place in PLACES]
        return {"data": key, "services": told, "orders": dict(customers.outcomes)}

    app.include_router(_places(fleet, deployer), prefix="/environments/{environment}/services/{service}")
    app.include_router(_versions())
    return app


def _place(environment: str, service: str) -> Place:
    if (environment, service) not in PLACES:
        there = ", ".join("/".join(place) for place in PLACES)
        raise Refused(404, f"There is no {environment}/{service}. There are {there}.")
    return environment, service


def _service(service: str) -> str:
    if service not in CHANGELOG:
        raise Refused(404, f"There is no {service}. There are {', '.join(CHANGELOG)}.")
    return service


AtPlace = Annotated[Place, Depends(_place)]
OfService = Annotated[str, Depends(_service)]


def _places(fleet: Fleet, deployer: Deployer) -> APIRouter:
    routes = APIRouter()

    @routes.get("")
    async def what_runs(place: AtPlace) -> dict[str, Any]:
        return deployer.told(place)

    @routes.get("/health")
    async def health(place: AtPlace) -> JSONResponse:
        """As the service answers it; 503 when it does not."""
        return await _health(fleet.url(place), place)

    @routes.put("")
    async def deploy(place: AtPlace, asked: DeploymentRequest) -> dict[str, Any]:
        token = Token.parse(asked.token) if asked.token else None
        return await deployer.deploy(Wish(place, asked.version, token, asked.deployment))

    @routes.post("/kill")
    async def kill(place: AtPlace) -> dict[str, Any]:
        await fleet.kill(place)
        return deployer.told(place)

    @routes.post("/start")
    async def start(place: AtPlace) -> dict[str, Any]:
        return await deployer.start(place)

    return routes


def _versions() -> APIRouter:
    routes = APIRouter()

    @routes.get("/versions/{service}")
    async def versions(service: OfService) -> dict[str, Any]:
        return {"service": service, "versions": history.versions(service)}

    @routes.get("/commits/{service}/{ref}")
    async def commit(service: OfService, ref: str) -> dict[str, Any]:
        found = history.commit(service, ref)
        if found is None:
            raise Refused(404, f"{service} has no version and no commit {ref!r}.")
        return found

    @routes.get("/commits/{service}/{ref}/diff")
    async def diff(service: OfService, ref: str) -> dict[str, Any]:
        changed = history.diff(service, ref)
        if changed is None:
            raise Refused(404, f"{service} has no version and no commit {ref!r}.")
        return changed

    @routes.get("/compare/{service}")
    async def compare(service: OfService, base: str, head: str) -> dict[str, Any]:
        compared = history.compare(service, base, head)
        if compared is None:
            raise Refused(404, f"{service} does not have both {base!r} and {head!r}.")
        return compared

    return routes


async def _health(url: str, place: Place) -> JSONResponse:
    try:
        async with httpx.AsyncClient(timeout=HEALTH_SECONDS, trust_env=False, verify=NO_TLS) as http:
            answer = await http.get(f"{url}/health")
        return JSONResponse(answer.json(), answer.status_code)
    except (httpx.HTTPError, ValueError):
        return JSONResponse({"status": "down", "service": place[1], "environment": place[0]}, 503)


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": str(error)}, error.status if isinstance(error, Refused) else 500)
