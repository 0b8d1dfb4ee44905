"""Telemetry: its store, what takes it in, what forgets it, and who asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.access.service import Tokens
from bot.bootstrap.floor import Floor
from bot.runtime.clock import WallClock
from bot.telemetry.intake import Intake
from bot.telemetry.queries import StoredTelemetry
from bot.telemetry.retention import Kept, Retention
from bot.telemetry.store import open_store
from bot.telemetry.values import Limits
from handlers.http import otlp
from handlers.http.entry import Entry

MEGABYTE = 10**6


@dataclass(frozen=True, slots=True)
class Telemetry:
    stored: StoredTelemetry
    retention: Retention
    receiver: otlp.Receiver


async def open_telemetry(floor: Floor, tokens: Tokens, public_url: str) -> Telemetry:
    """Senders stamp what they send with their own clocks, so this machine's is what it is compared with."""
    settings, clock = floor.settings, WallClock()
    age = timedelta(hours=settings.telemetry_hours)
    database = await open_store(settings.telemetry_address())
    floor.life.on_stop("telemetry store", database.close)
    intake = Intake(database, clock, Limits(age=age // timedelta(microseconds=1)))
    floor.life.on_stop("telemetry", intake.close)
    floor.life.run("telemetry", intake.run)
    return Telemetry(
        StoredTelemetry(database, public_url),
        Retention(database, clock, Kept(age, settings.telemetry_megabytes * MEGABYTE)),
        otlp.Receiver(intake, Entry(tokens)),
    )
