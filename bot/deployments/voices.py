"""Versions that services tell of themselves in telemetry (`service.version`), and when they are believed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.catalog import Catalog
from bot.deployments.needs import Voice
from bot.deployments.values import Health, Running, Target
from bot.ports.health import Probe

OTEL = "otel"
GRACE = timedelta(minutes=2)
"""A version that was replaced may be heard for so long: what it did last is sent a while later."""

ANNOUNCED, HEALTH, TELEMETRY = "announced", "health", "telemetry"


@dataclass(frozen=True, slots=True)
class Glance:
    """What one look gave. since, heard_at: from when on it has been this version, and when that was heard last; where
    only telemetry tells it.
    """

    version: str
    source: str
    health: Health = Health.UNKNOWN
    detail: str = ""
    since: datetime | None = None
    heard_at: datetime | None = None

    def told_after(self, moment: datetime) -> bool:
        """Whether the service has told its version since then, as this look shows."""
        if self.heard_at is not None:
            return self.heard_at >= moment
        return self.source == HEALTH and self.health is Health.UP


def by_target(voices: Iterable[Voice], catalog: Catalog) -> dict[Target, Voice]:
    """Of versions that run beside each other, the one that came last. Who is no service of the catalog, or does not say
    where it is while it could be in several places, is left out.
    """
    found: dict[Target, Voice] = {}
    targets = _targets(catalog)
    for voice in voices:
        at = targets.get((voice.service.casefold(), voice.environment.casefold()))
        if at is not None and voice.version and (at not in found or found[at].since < voice.since):
            found[at] = voice
    return found


def glance(before: Running | None, probe: Probe | None, voice: Voice | None) -> Glance | None:
    """A health address knows best, then telemetry, then what was announced. None when nothing was seen."""
    health = Health.UNKNOWN if probe is None else Health.UP if probe.well else Health.DOWN
    detail = probe.detail if probe else ""
    if probe is not None and probe.version:
        return Glance(probe.version, HEALTH, health, detail)
    if voice is not None and _believed(before, probe, voice):
        return Glance(voice.version, TELEMETRY, health, detail, voice.since, voice.last_seen)
    if probe is None:
        return None
    return Glance(before.version if before else "", before.source if before else HEALTH, health, detail)


def _believed(before: Running | None, probe: Probe | None, voice: Voice) -> bool:
    if before is None or not before.version or before.version == voice.version:
        return before is None or before.source != HEALTH or not before.version
    if before.source == HEALTH and probe is not None and not probe.well:
        return False  # it is down and cannot say what it is: what was heard is older than what it said
    return before.source == TELEMETRY or voice.last_seen >= before.since + GRACE


def _targets(catalog: Catalog) -> dict[tuple[str, str], Target]:
    """By (name, environment) as they are heard; the environment is empty where only one is possible."""
    found: dict[tuple[str, str], Target] = {}
    places: dict[str, set[Target]] = {}
    for environment in catalog.environments.values():
        for name in environment.services:
            service = catalog.services.get(name.casefold())
            for heard in service.names(OTEL) if service else ():
                target = Target(environment.name, name)
                found[heard.casefold(), environment.name.casefold()] = target
                places.setdefault(heard.casefold(), set()).add(target)
    return found | {(heard, ""): next(iter(some)) for heard, some in places.items() if len(some) == 1}
