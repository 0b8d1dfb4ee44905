"""GET /v1/environments: the board as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from bot import catalog as catalogs
from bot.notices.facts import LeaseFacts
from bot.reservations.queries import Board, board
from handlers.http.api.access import Given, Reader
from handlers.http.api.boards import Environment, Environments
from handlers.http.api.problems import told
from handlers.http.api.shapes import Reservation

routes = APIRouter(tags=["environments"])

Named = Annotated[str, Path(description="An environment.", examples=["integration"])]


@routes.get("/environments", summary="The board", responses=told(401, 403, 429, 503))
async def list_environments(token: Reader, api: Given) -> Environments:
    state, now = await api.reservations.current(), api.clock.now()
    places = api.catalog().environments.values()
    seen = [_environment(place, board(state, place.name, now), token.principal) for place in places]
    return Environments(environments=seen)


@routes.get("/environments/{name}", summary="One environment", responses=told(401, 403, 404, 429, 503))
async def read_environment(name: Named, token: Reader, api: Given) -> Environment:
    place = api.catalog().environment(name)
    state = await api.reservations.current()
    return _environment(place, board(state, place.name, api.clock.now()), token.principal)


def _environment(place: catalogs.Environment, seen: Board, reader: str) -> Environment:
    def told(leases: tuple[LeaseFacts, ...]) -> list[Reservation]:
        return [Reservation.of(lease, own=lease.person == reader) for lease in leases]

    return Environment(
        name=place.name,
        description=place.description,
        services=list(place.services),
        labels=list(place.labels),
        free=not (seen.holders or seen.offered or seen.waiting),
        holders=told(seen.holders),
        offered=told(seen.offered),
        waiting=told(seen.waiting),
        link=f"/v1/environments/{place.name}",
    )
