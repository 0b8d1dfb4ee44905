"""POST /v1/reservations/{id}/heartbeat and /extend: to have it for longer."""

from __future__ import annotations

from fastapi import APIRouter

from handlers.http.api.access import Given, Writer
from handlers.http.api.problems import told
from handlers.http.api.requests import Id, Key, caller_of, new_key
from handlers.http.api.shapes import More, Reservation

routes = APIRouter(tags=["reservations"])


@routes.post("/reservations/{id}/heartbeat", summary="Keep it", responses=told(401, 403, 404, 409, 422, 429, 503))
async def heartbeat(id: Id, token: Writer, api: Given) -> Reservation:
    """It lives for another `ttl_seconds`, up to the length that was asked for. 409 when it has ended: stop the work."""
    await api.reservations.about(id, api.clock.now())
    await api.reservations.heartbeat(id, caller=caller_of(token, new_key()))
    return Reservation.of(await api.reservations.about(id, api.clock.now()), own=True)


@routes.post("/reservations/{id}/extend", summary="Have it longer", responses=told(401, 403, 404, 409, 422, 429, 503))
async def extend(id: Id, more: More, token: Writer, api: Given, key: Key = None) -> Reservation:
    """So much longer than was asked for, as long as the environment's policy and the next booking let it. It is a sign
    of life as well; heartbeats are needed as before. The same key again adds nothing.
    """
    await api.reservations.about(id, api.clock.now())
    await api.reservations.extend(id, length=more.length, caller=caller_of(token, key or new_key()))
    seen = await api.reservations.about(id, api.clock.now())
    return Reservation.of(seen, own=seen.person == token.principal)
