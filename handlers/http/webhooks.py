"""What CI vendors tell over HTTP: POST /webhooks/{provider}.

Only what bears our secret is read, once. All it can do is to have a run looked at earlier than it would be, or to ask
whether one that is held back may deploy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request, Response

from bot.errors import Forbidden, Unavailable, UsageError
from bot.ports.inbox import Once
from bot.ports.protection import HeldRun
from bot.ports.webhooks import Hint, Webhooks
from handlers.http.slack import BAD, LATER, UNAUTHORIZED, NotLetIn, limited, parse
from handlers.kit.counts import Counts

ACCEPTED, NOTHING, UNKNOWN = 202, 204, 404
REMEMBERED = 24 * 3600
"""Seconds for which a repeat of a delivery is known: vendors give up within hours."""

Told = Hint | HeldRun
Take = Callable[[Told], Awaitable[None]]
"""Writes down what is to be looked at, and does not look. Raises Unavailable."""


def router(known: Mapping[str, Webhooks], take: Take, once: Once, counts: Counts) -> APIRouter:
    """known: who may tell something, by the provider's name."""
    routes = APIRouter()

    @routes.post("/webhooks/{provider}", include_in_schema=False)
    async def receive(provider: str, request: Request) -> Response:
        who = f"webhook of {provider}" if provider in known else "webhook"
        try:
            hint = await _read(known, provider, request)
        except NotLetIn as refused:
            counts.refused_request(f"{who}: {refused.reason}")
            return Response(status_code=refused.status)
        if hint is None:
            counts.refused_request(f"{who}: tells of no run")
            return Response(status_code=NOTHING)
        taken = await _taken(hint, take, once)
        if taken is None:
            counts.refused_request(f"{who}: replayed")
        return Response(status_code=taken or ACCEPTED)

    return routes


async def _read(known: Mapping[str, Webhooks], provider: str, request: Request) -> Told | None:
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


async def _taken(hint: Told, take: Take, once: Once) -> int | None:
    """The status to answer with; None for a repeat, which the vendor need not hear of.

    Where nobody can tell whether it is one, it is taken: a run may be looked at twice.
    """
    name = f"hint:{hint.provider}:{hashlib.sha256(hint.delivery.encode()).hexdigest()}"
    try:
        if not await once.first(name, seconds=REMEMBERED):
            return None
    except Unavailable:
        name = ""
    try:
        await take(hint)
    except Unavailable:
        if name:
            await _forget(once, name)
        return LATER
    return ACCEPTED


async def _forget(once: Once, name: str) -> None:
    """So that the vendor's next attempt is no repeat."""
    try:
        await once.forget(name)
    except Unavailable:
        return
