"""What is asked for the page of one service: which versions were there, what each served, and what it used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.ports.telemetry import RatePoint, RateQuery, ResourceQuery, Window
from bot.telemetry.queries import Heard, StoredTelemetry
from handlers.http.pages import Given
from handlers.http.pages.usage import Came, drawn
from handlers.http.telemetry.hearing import Hearing
from handlers.http.telemetry.served import Served, served, stays


async def visits(stored: StoredTelemetry, name: str, heard: Hearing) -> tuple[Heard, ...]:
    """Each time that a version of it was there, by the catalog's name, the latest first. Raises Unavailable."""
    return tuple(replace(each, service=name) for each in await stored.visits(heard.sent_as((name,))))


async def compared(stored: StoredTelemetry, query: RateQuery, visits: Sequence[Heard], heard: Hearing) -> list[Served]:
    """What each served within the window, the latest first. Raises Unavailable."""
    told: list[tuple[Heard, Window, RatePoint]] = []
    names = heard.sent_as((query.service,))
    for visit, window in stays(visits, query.window, query.environment):
        whole = replace(query, window=window, step=window.end - window.start)
        told += [(visit, window, point) for point in await stored.rates(whole, names)]
    return served(told)


async def resources(stored: StoredTelemetry, query: RateQuery, visits: Sequence[Heard], heard: Hearing) -> list[Given]:
    """Each with its chart; those that never were anything but nothing are left out. Raises Unavailable."""
    asked = ResourceQuery(query.window, query.service, query.environment, query.step)
    found = await stored.resources(asked, heard.sent_as((query.service,)))
    came = _came(query, visits)
    return [drawn(each, query.window, came) for each in found if any(one.value for one in each.amounts)]


def _came(query: RateQuery, visits: Sequence[Heard]) -> list[Came]:
    there = (each for each in visits if each.version and query.environment in ("", each.environment))
    return sorted((Came(each.since, each.version) for each in there), key=lambda each: each.at)
