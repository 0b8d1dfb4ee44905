"""What CI vendors tell over HTTP: POST /webhooks/{provider}.

Only what bears our secret is read, once, and all it can do is to have a run looked at earlier than it would be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request, Response

from bot.errors import Forbidden, Unavailable, UsageError
from bot.ports.inbox import Once
from bot.ports.pipelines import Hint, Webhooks
from handlers.http.slack import BAD, LATER, UNAUTHORIZED, NotLetIn, limited, parse
from handlers.kit.counts import Counts

ACCEPTED, NOTHING, UNKNOWN = 202, 204, 404
REMEMBERED = 24 * 3600
"""Seconds for which a repeat of a delivery is known: vendors give up within hours."""

Take = Callable[[Hint], Awaitable[None]]
"""Writes down that a run is to be looked at, and does not look. Raises Unavailable."""


def router(known: Mapping[str, Webhooks], take: Take, once: Once, counts: Counts) -> APIRouter:
    """known: who may tell something, by the provider's name."""
    routes = APIRouter()

    @routes.post("/webhooks/{provider}", include_in_schema=False)
    async def receive(provider: str, request: Request) -> Response:
        try:
            hint = await _read(known, provider, request)
        except NotLetIn as refused:
            counts.refused_request(f"webhook: {refused.reason}")
            return Response(status_code=refused.status)
        return Response(status_code=NOTHING) if hint is None else await _taken(hint, take, once)

    return routes


async def _read(known: Mapping[str, Webhooks], provider: str, request: Request) -> Hint | None:
    if (webhooks := known.get(provider)) is None:
        raise NotLetIn("unknown provider", UNKNOWN)
    raw = await limited(request)
    try:
        webhooks.verify(request.headers, raw)
        return webhooks.read(request.headers, parse(raw, request.headers.get("content-type", "")))
    except Forbidden as error:
        raise NotLetIn("bad signature", UNAUTHORIZED) from error
    except UsageError as error:
        raise NotLetIn("unreadable", BAD) from error


async def _taken(hint: Hint, take: Take, once: Once) -> Response:
    """Where nobody can tell whether it is a repeat, it is taken: a run may be looked at twice."""
    name = f"hint:{hint.provider}:{hashlib.sha256(hint.delivery.encode()).hexdigest()}"
    try:
        if not await once.first(name, seconds=REMEMBERED):
            return Response(status_code=ACCEPTED)
    except Unavailable:
        name = ""
    try:
        await take(hint)
    except Unavailable:
        if name:
            await _forget(once, name)
        return Response(status_code=LATER)
    return Response(status_code=ACCEPTED)


async def _forget(once: Once, name: str) -> None:
    """So that the vendor's next attempt is no repeat."""
    try:
        await once.forget(name)
    except Unavailable:
        return
