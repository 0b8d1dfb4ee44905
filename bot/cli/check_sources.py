"""doctor: the sources of telemetry that were set up, and the names in telemetry and CI that nobody knows."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap.sources import chosen_sources
from bot.catalog import Catalog
from bot.cli.findings import Finding, fail, ok, warn
from bot.deployments.store import Store
from bot.deployments.strangers import unknown_logins
from bot.deployments.values import Deployment
from bot.errors import SignalboxError
from bot.ports.telemetry import Known, LogQuery, RateQuery, ResourceQuery, Sources, SpanQuery, Window
from bot.runtime.clock import WallClock
from bot.runtime.database import Database, open_database
from bot.settings import Settings
from bot.similar import nearest
from bot.telemetry.names import strangers
from bot.telemetry.queries import StoredTelemetry
from integrations.kit.vendor import http_client

LATELY = timedelta(minutes=10)
NAMED = 20
"""Names that are listed one by one."""

LOOKED_AT = 200
"""Deployments, the newest."""

WITHOUT_PAGES = {"Loki": "lines", "Tempo": "traces"}


async def sources(settings: Settings, catalog: Catalog | None) -> AsyncGenerator[Finding]:
    """Each answers a query, or says why not."""
    async with http_client() as http:
        for name, what, asking in _questions(chosen_sources(settings, http), catalog, WallClock().now()):
            yield await _answer(name, what, asking)
            if name in WITHOUT_PAGES and settings.grafana_url is None:
                fix = "Set SIGNALBOX_GRAFANA_URL, and SIGNALBOX_GRAFANA_LOKI or SIGNALBOX_GRAFANA_TEMPO."
                yield warn(name.casefold(), f"nobody can be led to its {WITHOUT_PAGES[name]}", fix)


def _questions(chosen: Sources, catalog: Catalog | None, now: datetime) -> Iterable[tuple[str, str, Awaitable[object]]]:
    window = Window(now - LATELY, now)
    for logs in chosen.logs:
        yield logs.name, "logs", logs.source.logs(LogQuery(window, limit=1))
    for traces in chosen.traces:
        yield traces.name, "traces", traces.source.spans(SpanQuery(window, limit=1))
    for metrics in chosen.metrics:
        service = _some_service(metrics, catalog)
        yield metrics.name, "rates", metrics.source.rates(RateQuery(window, service))
        yield metrics.name, "what services use up", metrics.source.resources(ResourceQuery(window, service))


def _some_service(metrics: Known[Any], catalog: Catalog | None) -> str:
    service = next(iter(catalog.services.values()), None) if catalog else None
    return service.names(metrics.names)[0] if service else "signalbox"


async def _answer(name: str, what: str, asking: Awaitable[object]) -> Finding:
    try:
        await asking
    except SignalboxError as refused:
        return fail(name.casefold(), f"{what}: {refused.user_message}", "Without it the next source is asked.")
    return ok(name.casefold(), f"answers when it is asked for {what}")


async def names(settings: Settings, catalog: Catalog | None) -> list[Finding]:
    """What is called otherwise in telemetry or CI than the catalog knows. Nothing is written, or made."""
    if catalog is None:
        return []
    try:
        heard, deployed = await _heard(settings), await _deployed(settings)
    except (SignalboxError, SQLAlchemyError):
        return [warn("names", "what was sent and deployed cannot be read", "Start Signalbox once, and look again.")]
    found = [*_services(strangers(heard, catalog), catalog), *_people(unknown_logins(deployed, catalog), catalog)]
    more = [warn("names", f"and {len(found) - NAMED} more", "Begin with those above.")] if len(found) > NAMED else []
    return [*found[:NAMED], *more]


def _services(unknown: Iterable[str], catalog: Catalog) -> Iterator[Finding]:
    known = [service.name for service in catalog.services.values()]
    for name in unknown:
        line = f"add `aliases: {{ otel: [{name[:80]}] }}` to it"
        meant = nearest(name, known)
        fix = f"If it is a service of the catalog, {line}; else describe it there."
        fix = f"Did you mean {meant[0]}? Then {line}." if meant else fix
        yield warn("telemetry", f"{name[:80]} sends, and is no service of the catalog", fix)


def _people(unknown: Iterable[tuple[str, str]], catalog: Catalog) -> Iterator[Finding]:
    known = [person.name for person in catalog.people.values()]
    for provider, login in unknown:
        line = f"add `accounts: {{ {provider}: {login[:80]} }}` to them"
        meant = nearest(login, known)
        fix = f"Did you mean {meant[0]}? Then {line}." if meant else f"If it is one of its people, {line}."
        yield warn(provider, f"{login[:80]} wrote what was deployed, and is nobody of the catalog", fix)


async def _heard(settings: Settings) -> set[str]:
    """Who has sent something."""
    async with _opened(settings.telemetry_address()) as database:
        return {each.service for each in await StoredTelemetry(database, "").heard()} if database else set()


async def _deployed(settings: Settings) -> list[Deployment]:
    async with _opened(settings.database_address()) as database:
        return await Store(database, settings.workspace_id).history("", limit=LOOKED_AT) if database else []


@asynccontextmanager
async def _opened(address: str) -> AsyncGenerator[Database | None]:
    """None where nothing was kept yet: SQLite would make it."""
    if not _is_there(make_url(address)):
        yield None
        return
    database = await open_database(address)
    try:
        yield database
    finally:
        await database.close()


def _is_there(url: URL) -> bool:
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()
