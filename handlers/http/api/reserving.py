"""POST and GET /v1/reservations: reserve, wait, look, release. To have it for longer is in keeping.py."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from bot.access.model import ApiToken
from bot.errors import Conflict, Forbidden, NotFound, SignalboxError, Unavailable
from bot.notices.facts import LeaseFacts
from bot.reservations import service
from bot.reservations.queries import living, taken
from bot.reservations.refusals import LeaseGone, StillActive
from bot.reservations.service import lease_id
from bot.reservations.state import State
from bot.reservations.values import Status, Wanted
from bot.values import Caller
from handlers.http.api.access import Api, Given, Reader, Writer
from handlers.http.api.problems import told
from handlers.http.api.reasons import why
from handlers.http.api.requests import Id, Key, caller_of, new_key
from handlers.http.api.shapes import LIVING, LONGEST_WAIT, WAITING, Reservation, Reservations, Wish
from handlers.http.api.wishes import wish_of

routes = APIRouter(tags=["reservations"])

Named = Annotated[str | None, Query(description="An environment; all of them when left out.")]
Wait = Annotated[
    int,
    Query(
        ge=0,
        le=LONGEST_WAIT,
        description="Seconds to wait for a change while it is queued or offered; answered at once otherwise.",
    ),
]


class Taken(Conflict):
    """It is held or waited for, and the request said not to wait."""


@routes.post(
    "/reservations",
    summary="Reserve, or get in line",
    status_code=201,
    response_model=Reservation,
    responses={202: {"model": Reservation, "description": "In line"}, **told(401, 403, 404, 409, 422, 429, 503)},
)
async def reserve(wish: Wish, token: Writer, api: Given, response: Response, key: Key = None) -> Reservation:
    """201 when it is yours, 202 when you wait for it: then ask `GET /v1/reservations/{id}?wait=60` again and again."""
    key = key or new_key()
    response.headers["Idempotency-Key"] = key
    seen = await _reserve(wish, caller_of(token, key), token, api)
    response.headers["Location"] = f"/v1/reservations/{seen.lease_id}"
    response.status_code = 202 if seen.status in WAITING else 201
    return Reservation.of(seen, own=True, why=await why(seen, api))


@routes.get("/reservations", summary="Who holds and who waits", responses=told(401, 403, 404, 429, 503))
async def list_reservations(token: Reader, api: Given, environment: Named = None) -> Reservations:
    """Of one environment, or of all."""
    state, now = await api.reservations.current(), api.clock.now()
    names = [api.catalog().environment(environment).name] if environment else sorted(state.by_environment)
    leases = living(state, names, now)
    return Reservations(reservations=[Reservation.of(x, own=x.person == token.principal) for x in leases])


@routes.get("/reservations/{id}", summary="Look, or wait for a change", responses=told(401, 403, 404, 422, 429, 503))
async def look(id: Id, token: Reader, api: Given, wait: Wait = 0) -> Reservation:
    """With `?wait=60` it is answered as soon as the turn has come, or it has ended; after 60 seconds in any case."""
    seen = await api.reservations.about(id, api.clock.now())
    if wait and seen.status in WAITING:
        await api.changes.changed(id, Status(seen.status), wait)
        seen = await api.reservations.about(id, api.clock.now())
    return Reservation.of(seen, own=seen.person == token.principal, why=await why(seen, api))


@routes.post("/reservations/{id}/release", summary="Give it back", responses=told(401, 403, 404, 409, 422, 429, 503))
async def release(id: Id, token: Writer, api: Given, key: Key = None) -> Reservation:
    """What is held is released, what is waited for is left. Releasing twice is fine."""
    seen = await api.reservations.about(id, api.clock.now())
    if seen.status in LIVING:
        with suppress(LeaseGone):  # it ended at this very moment
            await api.reservations.release(id, caller=caller_of(token, key or new_key()))
        seen = await api.reservations.about(id, api.clock.now())
    elif seen.person != token.principal:
        raise Forbidden("That reservation is somebody else's.")
    return Reservation.of(seen, own=seen.person == token.principal)


@routes.delete("/reservations/{id}", summary="The same as release", responses=told(401, 403, 404, 409, 422, 429, 503))
async def delete(id: Id, token: Writer, api: Given, key: Key = None) -> Reservation:
    return await release(id, token, api, key)


async def _reserve(asked: Wish, caller: Caller, token: ApiToken, api: Api) -> LeaseFacts:
    wish, id = wish_of(asked, token, api.catalog()), lease_id(caller.request_id)
    if not asked.wait and not await _known(id, api):
        _refuse_when_taken(await api.reservations.current(), wish.wanted(caller), api.clock.now())
    await _called_back(asked, wish, caller, token, api)
    seen = await api.reservations.about(id, api.clock.now())
    if asked.wait:
        return seen
    if seen.status == Status.CANCELLED:
        raise _taken(seen)
    return seen if seen.status not in WAITING else await _step_back(seen, caller, api)


async def _called_back(asked: Wish, wish: service.Wish, caller: Caller, token: ApiToken, api: Api) -> None:
    """Reserve it. The address to be called is written before, and forgotten again when it is refused."""
    id = lease_id(caller.request_id)
    first = bool(asked.callback_url) and await api.callbacks.promise(id, asked.callback_url or "", token.id)
    try:
        await api.reservations.reserve(wish, caller=caller)
    except Unavailable:
        raise
    except SignalboxError:
        if first:
            await api.callbacks.withdraw(id)
        raise


async def _known(id: str, api: Api) -> bool:
    """The request was carried out before: what came of it is answered, whoever has it by now."""
    try:
        await api.reservations.about(id, api.clock.now())
    except NotFound:
        return False
    return True


async def _step_back(seen: LeaseFacts, caller: Caller, api: Api) -> LeaseFacts:
    """Somebody was faster between the look and the reservation."""
    try:
        await api.reservations.leave(seen.lease_id, caller=caller)
    except StillActive:
        return await api.reservations.about(seen.lease_id, api.clock.now())
    raise _taken(seen)


def _taken(seen: LeaseFacts) -> Taken:
    return Taken(f"{seen.environment} was taken. Nothing was reserved.")


def _refuse_when_taken(state: State, wanted: Wanted, now: datetime) -> None:
    """What the pipeline has itself is for the rules to judge: perhaps this is a repeat."""
    others = taken(state, wanted, now)
    if others is None or any(each.person == wanted.person for each in others):
        return
    who = f"{others[0].person} is before you" if others else "it is frozen or out of order"
    raise Taken(f"{wanted.any_of or wanted.scope} is not to be had now: {who}. Nothing was reserved.")
