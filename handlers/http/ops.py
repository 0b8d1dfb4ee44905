"""For whoever runs it: /healthz, /readyz, /metrics, and the start page. What is looked at is handed in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, JSONResponse

Check = Callable[[], Awaitable[str | None]]
"""None when it is well, else a sentence that says what is wrong."""

CHECK_SECONDS = 3.0
PAGE = Path(__file__).with_name("start.html")


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    address: str
    says: str


@dataclass(frozen=True, slots=True)
class Ops:
    """checks: by the name of what is checked. metrics: Prometheus' text. about: title to value, shown on the page.

    links and examples (lines to type) are shown on the page, the first link largest. notes: sentences to know at once,
    as they are when it is looked at. patience: seconds for a check.
    """

    checks: Mapping[str, Check]
    metrics: Callable[[], bytes]
    version: str
    about: Mapping[str, str] = field(default_factory=dict)
    links: Sequence[Link] = ()
    examples: Sequence[str] = ()
    notes: Callable[[], Iterable[str]] = tuple
    patience: float = CHECK_SECONDS


def router(ops: Ops) -> APIRouter:
    routes = APIRouter(tags=["operations"])

    @routes.get("/healthz", summary="The process is alive")
    async def healthz() -> dict[str, str]:
        return {"status": "ok", "version": ops.version}

    @routes.get("/readyz", summary="Everything it needs is reachable", responses={503: {"description": "Not ready"}})
    async def readyz() -> JSONResponse:
        found = await look(ops.checks, ops.patience)
        ready = not any(found.values())
        states = {name: wrong or "ok" for name, wrong in found.items()}
        return JSONResponse({"ready": ready, "checks": states}, status_code=200 if ready else 503)

    @routes.get("/metrics", summary="Prometheus' text format", response_class=Response)
    async def metrics() -> Response:
        return Response(ops.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @routes.get("/", include_in_schema=False)
    async def start() -> HTMLResponse:
        return HTMLResponse(page(ops, await look(ops.checks, ops.patience)), headers=_HEADERS)

    return routes


_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


async def look(checks: Mapping[str, Check], patience: float) -> dict[str, str | None]:
    """All checks at once; one that takes longer than `patience` seconds is not well."""
    answers = await asyncio.gather(*(_within(patience, check) for check in checks.values()))
    return dict(zip(checks, answers, strict=True))


async def _within(patience: float, check: Check) -> str | None:
    try:
        async with asyncio.timeout(patience):
            return await check()
    except TimeoutError:
        return f"no answer within {patience:g} seconds"


def page(ops: Ops, found: Mapping[str, str | None]) -> str:
    """The start page, with every text escaped."""
    return Template(PAGE.read_text("utf-8")).substitute(
        version=escape(ops.version),
        state="ready" if not any(found.values()) else "not ready",
        state_class="well" if not any(found.values()) else "unwell",
        checks="".join(_check(name, wrong) for name, wrong in found.items()),
        about="".join(f"<dt>{escape(title)}</dt><dd>{escape(value)}</dd>" for title, value in ops.about.items()),
        notes="".join(f'<p class="note">{escape(note)}</p>' for note in ops.notes()),
        links="".join(_link(link) for link in ops.links),
        examples="".join(f"<li><code>{escape(line)}</code></li>" for line in ops.examples),
    )


def _check(name: str, wrong: str | None) -> str:
    return (
        f'<li class="{"unwell" if wrong else "well"}"><b>{escape(name)}</b> <span>{escape(wrong or "ok")}</span></li>'
    )


def _link(link: Link) -> str:
    href = escape(link.address) if link.address.startswith(("/", "http://", "https://")) else "#"
    return f'<a href="{href}"><b>{escape(link.title)}</b><span>{escape(link.says)}</span></a>'
