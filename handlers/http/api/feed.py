"""GET /calendar/{environment}.ics: what is planned for an environment, for calendar programs."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Header, Path, Response

from bot.catalog import Environment
from bot.notices.facts import FreezeFacts, LeaseFacts
from bot.reservations.rules.agenda import Entry, agenda
from bot.reservations.values import Scope
from handlers.http.api.access import CalendarReader, Given
from handlers.http.api.problems import told
from handlers.kit.names import called

routes = APIRouter(tags=["calendar"])

MEDIA = "text/calendar"
HEADERS = {"Cache-Control": "private, no-cache"}
"""To be kept by whoever asked alone, and asked for again: then it mostly has not changed."""

Named = Annotated[str, Path(description="An environment.", examples=["integration"])]
Known = Annotated[
    str | None, Header(alias="If-None-Match", description="The ETag of what you have: answered 304 while it is so.")
]
EXAMPLE = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n...\r\nEND:VCALENDAR\r\n"


class Ical(Response):
    media_type = MEDIA


@routes.get(
    "/calendar/{environment}.ics",
    summary="The calendar of an environment",
    response_class=Ical,
    responses={
        200: {"description": "iCalendar", "content": {MEDIA: {"schema": {"type": "string"}, "example": EXAMPLE}}},
        304: {"description": "As you know it"},
        **told(401, 403, 404, 429, 503),
    },
)
async def read_calendar(environment: Named, _token: CalendarReader, api: Given, known: Known = None) -> Response:
    """Bookings, freezes, and who has what until when; what is over is not in it. Takes the scope `calendar:read`.
    Calendar programs send no headers: for them the token may end the address, as in `?token=sbx_...`.
    """
    catalog = api.catalog()
    place = catalog.environment(environment)
    entries = agenda(await api.reservations.current(), Scope(place.name), api.clock.now())
    ids = tuple(dict.fromkeys(_people(entries)))
    names = await asyncio.gather(*(called(id, catalog, api.people) for id in ids))
    body = await asyncio.to_thread(_feed, place, entries, dict(zip(ids, names, strict=True)))
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**HEADERS, "ETag": tag}
    return Response(status_code=304, headers=headers) if _knows(known, tag) else Ical(body, headers=headers)


def _people(entries: Sequence[Entry]) -> Iterator[str]:
    for entry in entries:
        match entry.what:
            case LeaseFacts(person=person) | FreezeFacts(by=person, planned=False):
                yield person
            case _:
                pass


def _feed(place: Environment, entries: Sequence[Entry], names: Mapping[str, str]) -> bytes:
    from handlers.views.ical import feed  # noqa: PLC0415 - its library takes 0.25 s to load, and few starts need it

    return feed(place.name, place.description, entries, names)


def _knows(known: str | None, tag: str) -> bool:
    """Compared weakly, as RFC 9110 (13.1.2) has it: proxies that compress mark a tag with `W/`."""
    tags = [each.strip().removeprefix("W/") for each in (known or "").split(",")]
    return tag in tags or tags == ["*"]
