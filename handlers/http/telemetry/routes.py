"""The routes, and what each page is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.catalog import Catalog
from bot.errors import NotFound
from bot.ports.clock import Clock
from bot.ports.telemetry import Level, LogQuery, RateQuery, ResourceQuery, ResourceSeries, Window
from bot.telemetry import links
from bot.telemetry.names import naming_of, strangers
from bot.telemetry.queries import Heard, StoredTelemetry, running
from handlers.http.pages import Given, Page, Pages, words
from handlers.http.telemetry import asking, charts, of_service
from handlers.http.telemetry.hearing import Hearing, hearing
from handlers.http.telemetry.waterfall import waterfall

AROUND_A_TRACE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class TelemetryPages:
    stored: StoredTelemetry
    pages: Pages
    clock: Clock
    catalog: Callable[[], Catalog]

    async def logs(self, request: Request) -> tuple[str, Given]:
        asked = asking.logs_of(request.query_params, self.clock.now())
        heard = await hearing(self.stored, self.catalog())
        query = replace(asked, services=heard.naming.all_known_as(asked.services))
        sent = await self.stored.logs(replace(query, services=heard.sent_as(query.services)))
        found = replace(sent, items=heard.naming.told(sent.items))
        last = found.until or (found.items[-1].at if found.more else query.window.end)
        older = replace(query, window=Window(query.window.start, last + timedelta(microseconds=1)))
        address = partial(links.logs, "")
        given = {"query": query, "found": found, "older": address(older), "levels": list(Level), "here": "logs"}
        return "telemetry/logs.html", {**given, **self._around(query, heard, address)}

    async def traces(self, request: Request) -> tuple[str, Given]:
        spanning = asking.spans_of(request.query_params, self.clock.now())
        heard = await hearing(self.stored, self.catalog())
        query = replace(spanning.query, services=heard.naming.all_known_as(spanning.query.services))
        sent = await self.stored.spans(replace(query, services=heard.sent_as(query.services)))
        found = replace(sent, items=heard.naming.told(sent.items))
        slowest = max((span.duration for span in found.items), default=timedelta(1))
        kept = {name: value for name, value in request.query_params.items() if name not in ("from", "to")}

        def address(wish: Any) -> str:
            parts = {**links.window(wish.window), **kept, "service": query.services}
            return "/telemetry/traces?" + links.written(parts)

        given = {"spanning": spanning, "query": query, "found": found, "slowest": slowest, "here": "traces"}
        return "telemetry/traces.html", {**given, **self._around(query, heard, address)}

    async def trace(self, request: Request) -> tuple[str, Given]:
        trace_id = str(request.path_params["trace_id"]).casefold()
        naming = naming_of(self.catalog())
        spans = naming.told(await self.stored.trace(trace_id))
        if not spans:
            raise NotFound(f"There is no trace {trace_id[:40]}: it was not sent here, or is older than what is kept.")
        drawn = waterfall(spans)
        begin = spans[0].start
        window = Window(begin - AROUND_A_TRACE, begin + drawn.took + AROUND_A_TRACE)
        query = LogQuery(window, trace_id=trace_id, limit=asking.SHOWN, newest_first=False)
        colours = words.colours(drawn.services)
        given = {"trace_id": trace_id, "drawn": drawn, "begin": begin, "colours": colours, "here": "traces"}
        lines = naming.told((await self.stored.logs(query)).items)
        return "telemetry/trace.html", {**given, "lines": lines, "logs_link": links.logs("", query)}

    async def services(self, request: Request) -> tuple[str, Given]:
        now = self.clock.now()
        window = asking.window_of(request.query_params, now, asking.PRESETS["1 hour"])
        heard = await hearing(self.stored, self.catalog())
        latest = running(heard.known)
        places: dict[tuple[str, str], list[Heard]] = {}
        for each in latest:
            places.setdefault((each.service, each.environment), []).append(each)
        rows = [(versions, await self._rates(versions[0], window, heard)) for _, versions in sorted(places.items())]
        unknown = strangers({each.service for each in latest}, self.catalog())
        given = {"rows": rows, "unknown": unknown, "now": now, "window": window, "here": "services"}
        given |= {"root": str(request.base_url).rstrip("/"), "sends_as": heard.naming.others(heard.names)}
        return "telemetry/services.html", {**given, "colours": words.colours(each.service for each in latest)}

    async def service(self, request: Request) -> tuple[str, Given]:
        every = await hearing(self.stored, self.catalog())
        name, now = every.naming.known_as(request.path_params["name"]), self.clock.now()
        heard = tuple(each for each in every.known if each.service == name)
        if not heard:
            raise NotFound(f"Nothing is heard of a service {name[:60]}.")
        query = asking.rates_of(request.query_params, name, now)
        points = await self.stored.rates(query, every.sent_as((name,)))
        visits = await of_service.visits(self.stored, name, every)
        given = {
            "name": name,
            "sends_as": every.naming.others(every.names).get(name, ()),
            "environment": query.environment,
            "visits": visits,
            "served": await of_service.compared(self.stored, query, visits, every),
            "running": running(heard),
            **asking.elsewhere(query),
            "points": points,
            "step": query.step,
            "requests": charts.requests(points, query.step),
            "latencies": charts.latencies(points),
            "resources": await of_service.resources(self.stored, query, visits, every),
            "now": now,
            "here": "services",
        }
        return "telemetry/service.html", {
            **given,
            **self._around(query, replace(every, known=heard), partial(links.rates, "")),
        }

    async def used(self, query: ResourceQuery) -> Sequence[ResourceSeries]:
        """What a service used, by the catalog's name of it. Raises Unavailable."""
        heard = await hearing(self.stored, self.catalog())
        return await self.stored.resources(query, heard.sent_as((query.service,)))

    async def _rates(self, each: Heard, window: Window, heard: Hearing) -> Given:
        query = asking.stepped(RateQuery(window, each.service, each.environment), bars=30)
        points = await self.stored.rates(query, heard.sent_as((each.service,)))
        requests, errors = sum(point.requests for point in points), sum(point.errors for point in points)
        slow = max((point.p95 for point in points if point.p95), default=None)
        address = links.rates("", replace(query, window=window))
        return {"spark": charts.sparkline(points), "requests": requests, "errors": errors, "p95": slow, "link": address}

    def _around(self, query: Any, heard: Hearing, address: Callable[[Any], str]) -> Given:
        """The window with its neighbours, and what can be chosen."""
        now = (self.clock.now() + timedelta(seconds=1)).replace(microsecond=0)
        window: Window = query.window
        return {
            "window": window,
            "earlier": address(replace(query, window=asking.shifted(window, -1))),
            "later": address(replace(query, window=asking.shifted(window, 1))),
            "presets": {
                name: address(replace(query, window=Window(now - length, now)))
                for name, length in asking.PRESETS.items()
            },
            "services": sorted({each.service for each in heard.known}),
            "environments": sorted({each.environment for each in heard.known if each.environment}),
            "colours": words.colours(each.service for each in heard.known),
        }


def router(pages: TelemetryPages) -> APIRouter:
    routes = APIRouter(prefix="/telemetry", include_in_schema=False)

    @routes.get("")
    async def start() -> Response:
        return RedirectResponse("/telemetry/services")

    for path, page in {
        "/services": pages.services,
        "/services/{name:path}": pages.service,
        "/traces": pages.traces,
        "/traces/{trace_id}": pages.trace,
        "/logs": pages.logs,
    }.items():
        routes.add_api_route(path, _answering(pages, page), methods=["GET"], response_model=None)
    return routes


def _answering(pages: TelemetryPages, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await pages.pages.answer(request, page)

    return answer
