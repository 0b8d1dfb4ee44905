"""Telemetry: its store, what takes it in, what forgets it, and who asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.access.service import Tokens
from bot.bootstrap.floor import Floor
from bot.catalog import Catalog
from bot.runtime.clock import WallClock
from bot.telemetry.intake import Intake
from bot.telemetry.names import naming_of
from bot.telemetry.queries import StoredTelemetry
from bot.telemetry.retention import Kept, Retention
from bot.telemetry.store import open_store
from bot.telemetry.values import Limits
from handlers.http import otlp
from handlers.http.entry import Entry
from handlers.http.pages import Pages
from handlers.http.telemetry import TelemetryPages

MEGABYTE = 10**6
HEADROOM = 1.25
"""What is too much is forgotten once a minute; no more than this comes together until then."""


@dataclass(frozen=True, slots=True)
class Telemetry:
    stored: StoredTelemetry
    retention: Retention
    receiver: otlp.Receiver
    pages: TelemetryPages


async def open_telemetry(floor: Floor, tokens: Tokens, catalog: Callable[[], Catalog], public_url: str) -> Telemetry:
    """Senders stamp what they send with their own clocks, so this machine's is what it is compared with."""
    settings, clock = floor.settings, WallClock()
    age = timedelta(hours=settings.telemetry_hours)
    database = await open_store(settings.telemetry_address())
    floor.life.on_stop("telemetry store", database.close)
    size = settings.telemetry_megabytes * MEGABYTE
    limits = Limits(age=age // timedelta(microseconds=1), kept=int(size * HEADROOM))
    intake = Intake(database, clock, limits)
    floor.life.on_stop("telemetry", intake.close)
    floor.life.run("telemetry", intake.run)
    stored = StoredTelemetry(database, public_url, known_as=lambda name: naming_of(catalog()).known_as(name))
    entry = Entry(tokens)
    retention = Retention(database, clock, Kept(age, size))
    pages = TelemetryPages(stored, Pages(entry), clock, catalog)
    return Telemetry(stored, retention, otlp.Receiver(intake, entry), pages)
